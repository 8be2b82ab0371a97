package dev.gossamer.data;

import java.nio.FloatBuffer;

/**
 * Which images of a set a batch is made of, and how they are cropped, mirrored, cut and mixed.
 *
 * @param source the set
 * @param places four numbers for each image, worker by worker [n * b, 4]: its index; the row and the column of it,
 *     maybe negative, where the window of its own size starts, with values of 0 outside of it; 1 if the window is
 *     mirrored, else 0
 * @param holes empty where nothing is cut out; else four numbers for each image [n * b, 4]: rows [first, second) and
 *     columns [third, fourth) of the window as it is trained on whose inputs are 0
 * @param mixup which are mixed
 */
public record Draws(ImageSet source, int[] places, int[] holes, Mixup mixup) {

    /** Numbers for an image. */
    public static final int NUMBERS = 4;

    private static final FloatBuffer NOTHING = FloatBuffer.allocate(0);

    /** Draws of which nothing is cut out or mixed. */
    public Draws(ImageSet source, int[] places) {
        this(source, places, new int[0], Mixup.NONE);
    }

    /**
     * Makes some of the images, normalised. May be called by several threads at once, each for a buffer of its own.
     *
     * @param first the first one, counted over all workers
     * @param count how many
     * @param destination receives them [count, c, h, w] from its position on, which moves
     */
    public void render(int first, int count, FloatBuffer destination) {
        FloatBuffer partner = mixup.isNone() ? NOTHING : FloatBuffer.allocate(source.shape().size());
        for (int i = first; i < first + count; i++) {
            int start = destination.position();
            renderAlone(i, destination);
            if (mixup.share(i) < 1) {
                renderAlone(mixup.partner(i), partner.clear());
                mix(mixup.share(i), partner, start, destination);
            }
        }
    }

    private void renderAlone(int image, FloatBuffer destination) {
        int start = destination.position();
        for (int c = 0; c < source.shape().channels(); c++) {
            renderChannel(NUMBERS * image, c, destination);
        }
        if (holes.length > 0) {
            cut(NUMBERS * image, start, destination);
        }
    }

    private static void mix(float share, FloatBuffer partner, int start, FloatBuffer destination) {
        for (int k = 0; k < partner.capacity(); k++) {
            destination.put(start + k, share * destination.get(start + k) + (1 - share) * partner.get(k));
        }
    }

    private void cut(int at, int start, FloatBuffer destination) {
        ImageShape shape = source.shape();
        for (int c = 0; c < shape.channels(); c++) {
            for (int y = holes[at]; y < holes[at + 1]; y++) {
                for (int x = holes[at + 2]; x < holes[at + 3]; x++) {
                    destination.put(start + (c * shape.height() + y) * shape.width() + x, 0);
                }
            }
        }
    }

    private void renderChannel(int at, int channel, FloatBuffer destination) {
        ImageShape shape = source.shape();
        int height = shape.height();
        int width = shape.width();
        float outside = source.values().outside(channel);
        int plane = places[at] * shape.size() + channel * height * width;
        int left = places[at + 2];
        int from = Math.min(width, Math.max(0, -left));
        int to = Math.max(from, Math.min(width, width - left));
        boolean mirrored = places[at + 3] != 0;
        for (int y = places[at + 1]; y < places[at + 1] + height; y++) {
            if (y < 0 || y >= height) {
                fill(outside, width, destination);
                continue;
            }
            int row = plane + y * width + left;
            fill(outside, mirrored ? width - to : from, destination);
            source.values().put(row + from, row + to, channel, mirrored, destination);
            fill(outside, mirrored ? from : width - to, destination);
        }
    }

    private static void fill(float value, int count, FloatBuffer destination) {
        for (int k = 0; k < count; k++) {
            destination.put(value);
        }
    }
}
