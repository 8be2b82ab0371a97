package dev.gossamer.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How many images of each class a worker has.
 *
 * @param worker its number, from 0
 * @param images number of images, by class
 * @param groups number of groups of images that belong together; empty where nothing says that
 */
public record ClassCounts(int worker, int[] images, Optional<Integer> groups) {

    /**
     * Counts the images of all workers.
     *
     * @param train the training images
     * @param parts indices of those of each worker [n][]
     * @param classes number of classes
     */
    public static List<ClassCounts> of(ImageSet train, int[][] parts, int classes) {
        List<ClassCounts> all = new ArrayList<>();
        for (int[] part : parts) {
            int[] images = new int[classes];
            for (int image : part) {
                images[train.label(image)]++;
            }
            Optional<Integer> groups = train.groups().map(known -> (int) Arrays.stream(known.only(part).numbers())
                    .distinct().count());
            all.add(new ClassCounts(all.size(), images, groups));
        }
        return all;
    }

    /** Number of images of all classes. */
    public int total() {
        return Arrays.stream(images).sum();
    }

    /** Number of classes that it has an image of. */
    public int classes() {
        return (int) Arrays.stream(images).filter(count -> count > 0).count();
    }

    /** Number of images of the class that it has most of. */
    public int largest() {
        return Arrays.stream(images).max().orElse(0);
    }
}
