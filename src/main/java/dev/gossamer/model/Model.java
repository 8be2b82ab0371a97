package dev.gossamer.model;

import dev.gossamer.catalogue.Entry;
import dev.gossamer.catalogue.Parameters;
import dev.gossamer.data.ImageShape;
import java.util.List;
import java.util.Optional;

/**
 * A model of the {@link Models#CATALOGUE catalogue}: what stands between images and logits. Models of one name are
 * equal.
 */
public interface Model extends Entry {

    /** Models that differ in what is in their names; a model that is known by its name alone needs none. */
    interface Family extends Entry {

        /**
         * The model of a name.
         *
         * @throws IllegalArgumentException if the name is not one of the allowed ones
         */
        Model model(Parameters parameters);
    }

    /**
     * Adds everything from the {@link GraphAssembly#input images} up to the logits [b, classes].
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

    /** Whether the width scales it; sizes in a file are what they are. */
    default boolean scales() {
        return true;
    }

    /** Whether it has dropout layers, whose probability is a key. */
    default boolean drops() {
        return false;
    }

    /** Whether the first losses are near ln(classes), as they are where nearly all logits are small at first. */
    default boolean startsNearUniform() {
        return true;
    }

    /** What a model that is read from a file is known by; empty where the name says it all. */
    default Optional<String> fingerprint() {
        return Optional.empty();
    }

    /** What the user should know of it before it is trained, in sentences. */
    default List<String> notes() {
        return List.of();
    }
}
