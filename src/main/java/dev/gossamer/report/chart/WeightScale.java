package dev.gossamer.report.chart;

import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.Scheme;
import java.awt.Color;

/**
 * Colours of weights: the larger the darker, blue where they are positive and orange-red where they are negative.
 *
 * @param largest the largest size of a weight at any step
 * @param negative whether there are negative ones
 */
record WeightScale(double largest, boolean negative) {

    private static final double PALEST = 0.15;
    private static final Color POSITIVE = Looks.color(0);
    private static final Color NEGATIVE = Looks.color(1);

    /** The scale of the first steps of a scheme. */
    static WeightScale of(Scheme scheme, int steps) {
        double largest = 0;
        boolean negative = false;
        for (int step = 0; step < steps; step++) {
            MixingMatrix w = scheme.at(step);
            for (int k = 0; k < w.rowStart(w.workers()); k++) {
                largest = Math.max(largest, Math.abs(w.weight(k)));
                negative |= w.weight(k) < 0;
            }
        }
        return new WeightScale(largest, negative);
    }

    /** The colour of a weight that is not 0. */
    Color color(double weight) {
        double share = PALEST + (1 - PALEST) * Math.sqrt(Math.abs(weight) / largest);
        Color full = weight < 0 ? NEGATIVE : POSITIVE;
        return new Color(mix(full.getRed(), share), mix(full.getGreen(), share), mix(full.getBlue(), share));
    }

    /** A part of a colour laid over white. */
    private static int mix(int component, double share) {
        return (int) Math.round(255 - share * (255 - component));
    }
}
