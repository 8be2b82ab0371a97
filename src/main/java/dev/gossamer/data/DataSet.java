package dev.gossamer.data;

/**
 * A data set in memory.
 *
 * @param name {@code cifar-10}, {@code fashion-mnist}, {@code synthetic-32x32x3} or {@code synthetic-28x28x1}
 * @param synthetic whether the images are generated, not real
 * @param train training images
 * @param test test images, of the same shape
 * @param classes number of classes; labels are in [0, classes)
 * @param augmentation what a training image goes through each time it is drawn
 * @param fingerprint SHA-256 over pixels and labels, in hexadecimal: equal data, equal fingerprint
 */
public record DataSet(
        String name,
        boolean synthetic,
        ImageSet train,
        ImageSet test,
        int classes,
        Augmentation augmentation,
        String fingerprint) {}
