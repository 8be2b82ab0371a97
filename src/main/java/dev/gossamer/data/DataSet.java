package dev.gossamer.data;

import java.util.List;

/**
 * A data set in memory.
 *
 * @param name that of the task, {@code cifar-10}, or of generated images, {@code synthetic-32x32x3} of 10 classes,
 *     {@code synthetic-32x32x3-of-100} of 100
 * @param synthetic whether the images are generated, not real
 * @param train training images
 * @param test test images, of the same shape
 * @param classNames name of each class; labels are in [0, classes)
 * @param augmentation what a training image goes through each time it is drawn
 * @param fingerprint SHA-256 over pixels and labels, in hexadecimal: equal data, equal fingerprint
 */
public record DataSet(
        String name,
        boolean synthetic,
        ImageSet train,
        ImageSet test,
        List<String> classNames,
        Augmentation augmentation,
        String fingerprint) {

    /** Number of classes. */
    public int classes() {
        return classNames.size();
    }
}
