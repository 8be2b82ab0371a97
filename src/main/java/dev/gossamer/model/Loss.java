package dev.gossamer.model;

/** What a network's outputs [b, classes] are compared with their labels by; a class is predicted by its largest output. */
public enum Loss {

    /** Softmax cross-entropy of logits, in nats. */
    CROSS_ENTROPY,

    /** Mean over the classes of the squared difference to the target, which is 1 for the label's class and 0 for others. */
    SQUARED_ERROR
}
