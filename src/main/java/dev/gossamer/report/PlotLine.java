package dev.gossamer.report;

import java.util.List;

/**
 * A line of a chart.
 *
 * @param name its name in the legend, which no other line has
 * @param style its place in the {@link Palette}
 * @param shown whether a chart whose lines can be switched on and off starts with it
 * @param points in the order of x; none where all runs diverged before they were measured
 * @param crosses where runs diverged
 */
record PlotLine(String name, int style, boolean shown, List<PlotPoint> points, List<Cross> crosses) {}
