package dev.gossamer.engine;

import dev.gossamer.data.ImageSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How a set of parameters does on a set of images.
 *
 * @param loss mean cross-entropy, in nats
 * @param accuracy share of images whose largest logit is that of their label, in [0, 1]
 * @param predicted class of the largest logit of each image
 */
public record Score(double loss, double accuracy, List<Integer> predicted) {

    /**
     * The score over all images of a set.
     *
     * @param loss sum of the losses
     * @param predicted class of the largest output of each image
     */
    public static Score of(double loss, IntStream predicted, ImageSet images) {
        List<Integer> classes = predicted.boxed().toList();
        int correct = 0;
        for (int i = 0; i < images.size(); i++) {
            correct += classes.get(i) == images.label(i) ? 1 : 0;
        }
        return new Score(loss / images.size(), (double) correct / images.size(), classes);
    }
}
