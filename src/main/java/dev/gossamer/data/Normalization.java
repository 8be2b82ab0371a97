package dev.gossamer.data;

import java.util.Arrays;

/**
 * Turns a pixel p in 0..255 of channel c into the network input (p / 255 - mean_c) / stddev_c, by table. Immutable.
 */
public final class Normalization {

    private final float[][] tables;

    /**
     * @param mean mean of each channel [c], of pixels scaled to [0, 1]
     * @param stddev standard deviation of each channel [c], positive
     */
    public Normalization(double[] mean, double[] stddev) {
        tables = new float[mean.length][256];
        for (int c = 0; c < mean.length; c++) {
            for (int p = 0; p < 256; p++) {
                tables[c][p] = (float) ((p / 255.0 - mean[c]) / stddev[c]);
            }
        }
    }

    /** @param tables inputs of each channel by pixel [c, 256] */
    public Normalization(float[][] tables) {
        this.tables = tables;
    }

    /** The same for all channels. */
    static Normalization alike(int channels, double mean, double stddev) {
        double[] means = new double[channels];
        double[] stddevs = new double[channels];
        Arrays.fill(means, mean);
        Arrays.fill(stddevs, stddev);
        return new Normalization(means, stddevs);
    }

    /**
     * By mean and standard deviation of each channel of some images; a channel of one value is only shifted.
     *
     * @param pixels the images [N, c, h, w]
     */
    static Normalization of(ImageShape shape, byte[] pixels) {
        int plane = shape.height() * shape.width();
        long[][] counts = new long[shape.channels()][256];
        for (int k = 0; k < pixels.length; k++) {
            counts[k / plane % shape.channels()][pixels[k] & 0xFF]++;
        }
        double[] means = new double[shape.channels()];
        double[] stddevs = new double[shape.channels()];
        for (int c = 0; c < means.length; c++) {
            double number = (double) pixels.length / shape.channels();
            for (int p = 0; p < 256; p++) {
                means[c] += counts[c][p] / number * (p / 255.0);
            }
            double variance = 0;
            for (int p = 0; p < 256; p++) {
                variance += counts[c][p] / number * (p / 255.0 - means[c]) * (p / 255.0 - means[c]);
            }
            stddevs[c] = variance > 0 ? Math.sqrt(variance) : 1;
        }
        return new Normalization(means, stddevs);
    }

    /** Number of channels c. */
    public int channels() {
        return tables.length;
    }

    /** Inputs of channel c by pixel [256]; not to be written to. */
    public float[] table(int c) {
        return tables[c];
    }
}
