package dev.gossamer.report;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a chart of lines shows, wherever it is drawn.
 *
 * @param xTitle title of the horizontal axis
 * @param x the horizontal axis
 * @param yTitle title of the vertical axis, with its unit
 * @param y range of the vertical axis; empty where it follows from the points
 * @param logarithmic whether the vertical axis is logarithmic
 * @param lines in the order of the legend
 * @param notes what a reader has to know besides
 * @param empty what to say where there is no point
 */
record LinePlot(
        String xTitle,
        HorizontalAxis x,
        String yTitle,
        Optional<AccuracyAxis> y,
        boolean logarithmic,
        List<PlotLine> lines,
        List<String> notes,
        String empty) {

    Stream<PlotPoint> points() {
        return lines.stream().flatMap(line -> line.points().stream());
    }
}
