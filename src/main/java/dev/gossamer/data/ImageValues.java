package dev.gossamer.data;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/** What the images of a set are made of, [N, c, h, w], and how it becomes inputs of a network. */
sealed interface ImageValues {

    /** Number of values of all images. */
    int length();

    /** A copy of the first values. */
    ImageValues first(int count);

    /** Writes the inputs of values {@code from <= k < to} of one channel, if mirrored from the last to the first. */
    void put(int from, int to, int channel, boolean mirrored, FloatBuffer destination);

    /** The input where there is no image: what a value of 0 becomes. */
    float outside(int channel);

    /** Adds the values to a digest: bytes, or the bits of floats, the highest first. */
    void addTo(MessageDigest digest);

    /**
     * Unsigned bytes, each of which becomes what a table says.
     *
     * @param pixels not to be written to
     * @param normalization tables, one for each channel
     */
    record Bytes(byte[] pixels, Normalization normalization) implements ImageValues {

        @Override
        public int length() {
            return pixels.length;
        }

        @Override
        public ImageValues first(int count) {
            return new Bytes(Arrays.copyOf(pixels, count), normalization);
        }

        @Override
        public void put(int from, int to, int channel, boolean mirrored, FloatBuffer destination) {
            float[] inputs = normalization.table(channel);
            if (mirrored) {
                for (int k = to - 1; k >= from; k--) {
                    destination.put(inputs[pixels[k] & 0xFF]);
                }
            } else {
                for (int k = from; k < to; k++) {
                    destination.put(inputs[pixels[k] & 0xFF]);
                }
            }
        }

        @Override
        public float outside(int channel) {
            return normalization.table(channel)[0];
        }

        @Override
        public void addTo(MessageDigest digest) {
            digest.update(pixels);
        }
    }

    /**
     * Inputs as they are.
     *
     * @param features not to be written to
     */
    record Floats(float[] features) implements ImageValues {

        private static final int AT_ONCE = 1 << 14;

        @Override
        public int length() {
            return features.length;
        }

        @Override
        public ImageValues first(int count) {
            return new Floats(Arrays.copyOf(features, count));
        }

        @Override
        public void put(int from, int to, int channel, boolean mirrored, FloatBuffer destination) {
            if (mirrored) {
                for (int k = to - 1; k >= from; k--) {
                    destination.put(features[k]);
                }
            } else {
                destination.put(features, from, to - from);
            }
        }

        @Override
        public float outside(int channel) {
            return 0;
        }

        @Override
        public void addTo(MessageDigest digest) {
            ByteBuffer bits = ByteBuffer.allocate(AT_ONCE * Float.BYTES);
            for (int from = 0; from < features.length; from += AT_ONCE) {
                int count = Math.min(AT_ONCE, features.length - from);
                bits.clear().asFloatBuffer().put(features, from, count);
                digest.update(bits.limit(count * Float.BYTES));
            }
        }
    }
}
