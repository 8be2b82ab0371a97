package dev.gossamer.report.chart;

import dev.gossamer.topology.MixingMatrix;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;

/**
 * A mixing matrix as a square of coloured cells, row 0 at the top.
 *
 * @param scale the colours
 * @param size width and height
 */
record MatrixPanel(WeightScale scale, double size) {

    /** Cells that only touch show seams where their edges are between pixels. */
    private static final double OVERLAP = 0.5;

    void draw(Graphics2D graphics, MixingMatrix w, double left, double top) {
        double cell = size / w.workers();
        for (int i = 0; i < w.workers(); i++) {
            int k = w.rowStart(i);
            while (k < w.rowStart(i + 1)) {
                int end = endOfRun(w, k, w.rowStart(i + 1));
                graphics.setColor(scale.color(w.weight(k)));
                double x = left + w.column(k) * cell;
                double width = (end - k) * cell + OVERLAP;
                graphics.fill(new Rectangle2D.Double(x, top + i * cell, width, cell + OVERLAP));
                k = end;
            }
        }
        graphics.setStroke(new BasicStroke(1));
        graphics.setColor(Looks.FAINT_TEXT);
        graphics.draw(new Rectangle2D.Double(left, top, size, size));
    }

    /** The entry after those of one colour, side by side, from entry k on. */
    private int endOfRun(MixingMatrix w, int k, int rowEnd) {
        Color color = scale.color(w.weight(k));
        int end = k + 1;
        while (end < rowEnd
                && w.column(end) == w.column(end - 1) + 1
                && scale.color(w.weight(end)).equals(color)) {
            end++;
        }
        return end;
    }
}
