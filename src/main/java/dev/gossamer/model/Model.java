package dev.gossamer.model;

import dev.gossamer.catalogue.Entry;
import dev.gossamer.data.ImageShape;

/** A model of the {@link Models#CATALOGUE catalogue}: what stands between images and logits. */
public interface Model extends Entry {

    /**
     * Adds everything from the {@link GraphAssembly#input images} up to the logits [b, classes], whose layer is named
     * {@link Models#LOGITS}.
     *
     * @param network how wide, and with which values of its keys
     * @param images shape of the images
     * @param classes number of classes, at least 2
     * @return the name of the layer of the logits
     * @throws IllegalArgumentException if the images do not fit, with a sentence for the user
     * @throws ArithmeticException if a size is larger than 2^31 - 1
     */
    String logits(GraphAssembly graph, Network network, ImageShape images, int classes);

    /** What its outputs are compared with the labels by. */
    default Loss loss() {
        return Loss.CROSS_ENTROPY;
    }

    /** Whether it has dropout layers. */
    default boolean drops() {
        return false;
    }
}
