package dev.gossamer.model;

/** How a network's outputs [b, classes] are compared with labels; the largest output names the predicted class. */
public enum Loss {

    /** Softmax cross-entropy of logits, in nats. */
    CROSS_ENTROPY,

    /** Mean over the classes of the squared difference to the target: 1 for the label's class, 0 for others. */
    SQUARED_ERROR
}
