package dev.gossamer.data;

/** What a training image goes through each time it is drawn. */
public enum Augmentation {
    /** Nothing. */
    NONE,
    /**
     * A crop of the image's own size out of the image padded by 4 pixels, then a horizontal flip with probability 1/2.
     */
    CROP_AND_FLIP
}
