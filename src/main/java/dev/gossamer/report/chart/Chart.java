package dev.gossamer.report.chart;

import dev.gossamer.report.analysis.MeanInterval;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a chart of lines shows. A picture and a page are drawn from it alike, and know no more of it than this.
 *
 * @param x the horizontal axis
 * @param y the vertical axis
 * @param marks what is at the points of its lines
 * @param lines in the order of the legend
 * @param notes what a reader has to know besides
 * @param empty what to say where there is no point; may be empty
 */
record Chart(Axis x, Axis y, Marks marks, List<Line> lines, List<String> notes, String empty) {

    /** What is at the points of a line. */
    enum Marks {
        /** Nothing: the line has many, and they are no measurements. */
        NONE,
        /** A mark, where the points of the line are few. */
        POINTS,
        /** A large mark, and the name of the line where there is room: a line is one point. */
        NAMED
    }

    /**
     * A line.
     *
     * @param name its name in the legend, which no other line has
     * @param style its place in {@link Looks}
     * @param shown whether a chart whose lines can be switched on and off starts with it
     * @param points in the order of x; none where all runs diverged before they were measured
     * @param crosses where runs diverged
     * @param note what to know of its points besides; may be empty
     * @param words what it shows, a sentence each, for readers who cannot see it
     */
    record Line(
            String name,
            int style,
            boolean shown,
            List<Point> points,
            List<Cross> crosses,
            String note,
            List<String> words) {}

    /**
     * A point of a line.
     *
     * @param x what it is over: a learning rate, a step, an epoch
     * @param y the mean over the runs that are this point, and its interval where they are several
     * @param low where its interval ends at the bottom; not a number without one
     */
    record Point(double x, MeanInterval y, double low) {

        /** A point with the whole of its interval. */
        static Point of(double x, MeanInterval y) {
            return new Point(x, y, y.mean() - y.halfWidth().orElse(Double.NaN));
        }

        /** A point on a logarithmic axis, whose interval ends at a share of its mean if it goes down further. */
        static Point above(double share, double x, MeanInterval y) {
            return new Point(x, y, Math.max(y.mean() - y.halfWidth().orElse(Double.NaN), share * y.mean()));
        }

        /** Where its interval ends at the top; not a number without one. */
        double high() {
            return y.mean() + y.halfWidth().orElse(Double.NaN);
        }
    }

    /**
     * The mark of a diverged run.
     *
     * @param x what it is over
     * @param shift how far beside x it is drawn, as a share of the axis: where marks would hide each other
     * @param y where it is drawn
     */
    record Cross(double x, double shift, double y) {}

    Stream<Point> points() {
        return lines.stream().flatMap(line -> line.points.stream());
    }

    /** Where a cross is on the horizontal axis. */
    double position(Cross cross) {
        return x.position(cross.x) + cross.shift * x.span();
    }
}
