package dev.gossamer.report.chart;

import dev.gossamer.topology.MixingMatrix;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Workers as circles, with a line between those that exchange something, and an arrow to one that only receives. */
final class GraphPanel {

    private static final double LARGEST_RADIUS = 10;
    private static final double SMALLEST_RADIUS = 1.5;
    private static final double RADIUS_WITH_NUMBER = 6;
    private static final double WIDEST_LINE = 1.6;
    private static final double FINEST_LINE = 0.35;

    /** Number of lines from which on they are finer than the widest. */
    private static final double FEW_LINES = 60;

    /** A weight between two workers; where both receive, the larger one, of a pair with from below to. */
    private record Link(int from, int to, double weight, boolean mutual) {}

    private final NodeLayout layout;
    private final WeightScale scale;
    private final double size;
    private final double radius;

    /**
     * @param layout where the workers are
     * @param scale the colours of the lines
     * @param size width and height
     */
    GraphPanel(NodeLayout layout, WeightScale scale, double size) {
        this.layout = layout;
        this.scale = scale;
        this.size = size;
        double room = 0.3 * Math.PI * size / layout.x().length;
        radius = Math.max(SMALLEST_RADIUS, Math.min(LARGEST_RADIUS, room));
    }

    void draw(Graphics2D graphics, MixingMatrix w, double left, double top) {
        List<Link> links = links(w);
        double width = Math.max(FINEST_LINE, Math.min(WIDEST_LINE, WIDEST_LINE * FEW_LINES / links.size()));
        for (Link link : links) {
            graphics.setColor(scale.color(link.weight));
            graphics.setStroke(new BasicStroke((float) width));
            draw(graphics, link, left, top);
        }
        graphics.setStroke(new BasicStroke(1));
        for (int i = 0; i < w.workers(); i++) {
            drawWorker(graphics, i, left + x(i), top + y(i));
        }
    }

    /** The palest first, so that the others are on top of them. */
    private static List<Link> links(MixingMatrix w) {
        List<Link> links = new ArrayList<>();
        for (int i = 0; i < w.workers(); i++) {
            for (int k = w.rowStart(i); k < w.rowStart(i + 1); k++) {
                int j = w.column(k);
                double back = w.get(j, i);
                if (j != i && (back == 0 || j < i)) {
                    double weight = Math.abs(back) > Math.abs(w.weight(k)) ? back : w.weight(k);
                    links.add(new Link(j, i, weight, back != 0));
                }
            }
        }
        links.sort(Comparator.comparingDouble(link -> Math.abs(link.weight)));
        return links;
    }

    private double x(int worker) {
        return radius + layout.x()[worker] * (size - 2 * radius);
    }

    private double y(int worker) {
        return radius + layout.y()[worker] * (size - 2 * radius);
    }

    private void draw(Graphics2D graphics, Link link, double left, double top) {
        double toX = left + x(link.to);
        double toY = top + y(link.to);
        double dx = toX - left - x(link.from);
        double dy = toY - top - y(link.from);
        graphics.draw(new Line2D.Double(toX - dx, toY - dy, toX, toY));
        if (!link.mutual) {
            double length = Math.hypot(dx, dy);
            graphics.fill(arrow(toX, toY, dx / length, dy / length));
        }
    }

    /** The head of an arrow at the rim of a worker, in a direction of length 1. */
    private Path2D arrow(double toX, double toY, double dx, double dy) {
        double head = Math.max(3, 0.8 * radius);
        double tipX = toX - radius * dx;
        double tipY = toY - radius * dy;
        Path2D path = new Path2D.Double();
        path.moveTo(tipX, tipY);
        path.lineTo(tipX - head * (dx + 0.45 * dy), tipY - head * (dy - 0.45 * dx));
        path.lineTo(tipX - head * (dx - 0.45 * dy), tipY - head * (dy + 0.45 * dx));
        path.closePath();
        return path;
    }

    private void drawWorker(Graphics2D graphics, int worker, double x, double y) {
        Ellipse2D circle = new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
        boolean numbered = radius >= RADIUS_WITH_NUMBER;
        graphics.setColor(numbered ? Color.WHITE : Looks.FAINT_TEXT);
        graphics.fill(circle);
        if (numbered) {
            graphics.setColor(Looks.FAINT_TEXT);
            graphics.draw(circle);
            graphics.setColor(Looks.TEXT);
            Font font = Lettering.TEXT.deriveFont((float) radius);
            Lettering.drawCentred(graphics, Integer.toString(worker), font, x, y);
        }
    }
}
