package dev.gossamer.data;

import dev.gossamer.catalogue.Key;
import dev.gossamer.text.Numbers;
import dev.gossamer.text.Shown;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a training image goes through each time it is drawn, in this order. Written as {@code none}, or as parts joined
 * by {@code +}: {@code crop+flip+cutout-16}.
 *
 * @param crop whether an image's own size is cropped out of the image padded by 4 pixels of 0
 * @param flip whether it is mirrored horizontally with probability 1/2
 * @param cutout side of a square that is cut out, around a pixel of the image that is drawn evenly, as far as it lies
 *     inside; its inputs become 0, the mean over the training images (DeVries and Taylor, "Improved regularization of
 *     convolutional neural networks with cutout", 2017). 0 for none
 */
public record Augmentation(boolean crop, boolean flip, int cutout) {

    /** Nothing. */
    public static final Augmentation NONE = new Augmentation(false, false, 0);

    /** A crop, then a flip. */
    public static final Augmentation CROP_AND_FLIP = new Augmentation(true, true, 0);

    /** Pixels around an image that is cropped. */
    static final int PADDING = 4;

    private static final String STANDARD = "standard";

    /** What training images go through, that of their data set where absent. */
    public static final Key<Optional<Augmentation>> KEY = Key.<Optional<Augmentation>>of("augmentation", STANDARD,
            "standard, none, or some of crop, flip and cutout-N joined by +, such as crop+flip+cutout-16",
            "what an image goes through each time it is drawn; standard is crop+flip on cifar-10, else none",
            text -> text.equals(STANDARD) ? Optional.empty() : Optional.of(parse(text)))
            .written(augmentation -> augmentation.map(Augmentation::toString).orElse(STANDARD)).before(STANDARD);

    private static final String CUTOUT = "cutout-";

    /** Checks the range. */
    public Augmentation {
        if (cutout < 0) {
            throw new IllegalArgumentException("cutout must be at least 0, got " + cutout);
        }
    }

    /**
     * Reads what {@link #toString} writes.
     *
     * @throws IllegalArgumentException if the text has another form
     */
    public static Augmentation parse(String text) {
        if (text.equals("none")) {
            return NONE;
        }
        Augmentation all = NONE;
        for (String part : text.split("\\+", -1)) {
            all = all.and(part);
        }
        return all;
    }

    private Augmentation and(String part) {
        if (part.equals("crop") && !crop) {
            return new Augmentation(true, flip, cutout);
        }
        if (part.equals("flip") && !flip) {
            return new Augmentation(crop, true, cutout);
        }
        int side = part.startsWith(CUTOUT) ? Numbers.integer(part.substring(CUTOUT.length())) : 0;
        if (side < 1 || cutout > 0) {
            throw new IllegalArgumentException("parts are crop, flip and cutout-N with N of at least 1, each once, got "
                    + Shown.value(part));
        }
        return new Augmentation(crop, flip, side);
    }

    /**
     * Checks whether images are large enough; features, which lie in a row, are none.
     *
     * @throws IllegalArgumentException if there is a part for features, or a crop can leave nothing of an image, or a
     *     square is cut out that is larger than they are, with what is allowed
     */
    public void check(ImageShape images) {
        int most = Math.min(images.height(), images.width());
        if (images.height() == 1 && !equals(NONE)) {
            throw new IllegalArgumentException("crop, flip and cutout-N are for images, and this data set has features"
                    + " in a single row; it has to be none, got " + this);
        }
        if (crop && most <= PADDING) {
            throw new IllegalArgumentException("crop needs images of more than " + PADDING + "x" + PADDING
                    + " pixels, got " + images.width() + "x" + images.height());
        }
        if (cutout > most) {
            throw new IllegalArgumentException("cutout-N has to have N in [1, " + most + "] for images of "
                    + images.width() + "x" + images.height() + " pixels, got " + cutout);
        }
    }

    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        if (crop) {
            parts.add("crop");
        }
        if (flip) {
            parts.add("flip");
        }
        if (cutout > 0) {
            parts.add(CUTOUT + cutout);
        }
        return parts.isEmpty() ? "none" : String.join("+", parts);
    }
}
