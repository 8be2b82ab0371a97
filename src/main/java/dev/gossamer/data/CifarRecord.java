package dev.gossamer.data;

import java.util.List;

/**
 * How an image lies in a file of CIFAR's binary versions: a byte for each of its labels, then 3,072 for the image
 * (https://www.cs.toronto.edu/~kriz/cifar.html).
 *
 * @param set whose files they are, for messages
 * @param classes number of classes of each label
 * @param labels what the labels are called in the Python versions
 * @param used which label is learned, from 0
 */
record CifarRecord(String set, List<Integer> classes, List<String> labels, int used) {

    static final ImageShape SHAPE = new ImageShape(3, 32, 32);

    static final CifarRecord CIFAR_10 = new CifarRecord("CIFAR-10", List.of(10), List.of("labels"), 0);

    /** Number of bytes. */
    int size() {
        return classes.size() + SHAPE.size();
    }
}
