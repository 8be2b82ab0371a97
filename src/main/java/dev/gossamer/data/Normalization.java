package dev.gossamer.data;

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

    /** Number of channels c. */
    public int channels() {
        return tables.length;
    }

    /** Inputs of channel c by pixel [256]; not to be written to. */
    public float[] table(int c) {
        return tables[c];
    }
}
