package dev.gossamer.report;

/**
 * A point of a line.
 *
 * @param x learning rate, step or epoch
 * @param y the mean over the runs that are this point, and its interval where they are several
 */
record PlotPoint(double x, MeanInterval y) {}
