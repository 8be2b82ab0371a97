package dev.gossamer.report.chart;

import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.font.TextLayout;
import java.awt.geom.Line2D;
import java.util.List;
import org.knowm.xchart.XYChart;

/**
 * Draws the horizontal axis of a picture, with ticks where we want them, which XChart does not offer: the chart holds
 * positions on the axis.
 *
 * @param axis with its range and ticks
 * @param chart what is above it
 */
record LowerAxis(Axis axis, XYChart chart) {

    private static final int TICK = 6;
    private static final int LABEL_BASELINE = 21;
    private static final int TITLE_BASELINE = 44;
    private static final int LABEL_GAP = 8;

    /** Draws it below the painted chart, in its coordinates: line, ticks, labels that do not touch, and a title. */
    void draw(Graphics2D graphics) {
        List<Axis.Tick> ticks = axis.ticks().orElseThrow();
        double left = chart.getScreenXFromChart(axis.min());
        double right = chart.getScreenXFromChart(axis.max());
        double bottom = chart.getScreenYFromChart(chart.getStyler().getYAxisMin());
        graphics.setStroke(new BasicStroke(1));
        graphics.setColor(Looks.FAINT_TEXT);
        graphics.draw(new Line2D.Double(left, bottom, right, bottom));
        for (Axis.Tick tick : ticks) {
            double x = x(tick);
            graphics.draw(new Line2D.Double(x, bottom, x, bottom + TICK));
        }
        graphics.setColor(Looks.TEXT);
        drawLabels(graphics, ticks, bottom + LABEL_BASELINE);
        TextLayout text = Lettering.layout(axis.title());
        Lettering.draw(graphics, text, (left + right - text.getAdvance()) / 2, bottom + TITLE_BASELINE);
    }

    private double x(Axis.Tick tick) {
        return chart.getScreenXFromChart(axis.position(tick.value()));
    }

    private void drawLabels(Graphics2D graphics, List<Axis.Tick> ticks, double baseline) {
        double free = Double.NEGATIVE_INFINITY;
        for (Axis.Tick tick : ticks) {
            TextLayout label = Lettering.layout(tick.label());
            double x = x(tick) - label.getAdvance() / 2;
            if (x >= free) {
                Lettering.draw(graphics, label, x, baseline);
                free = x + label.getAdvance() + LABEL_GAP;
            }
        }
    }
}
