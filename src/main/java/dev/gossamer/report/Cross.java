package dev.gossamer.report;

/**
 * The mark of diverged runs.
 *
 * @param x learning rate, step or epoch
 * @param position where it is drawn, as {@link HorizontalAxis#position} says, or beside it where marks would hide
 *     each other
 * @param y where it is drawn
 */
record Cross(double x, double position, double y) {}
