package dev.gossamer.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Path2D;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Colours, markers and dashes that keep lines apart, for colour-blind readers and in black and white too: the seven
 * colours of M. Okabe and K. Ito (Color Universal Design, 2008) that show on white, five markers, and another dash
 * for each round of colours.
 */
final class Palette {

    static final Color TEXT = new Color(0x26, 0x26, 0x26);
    static final Color FAINT_TEXT = new Color(0x66, 0x66, 0x66);
    static final Color GRID = new Color(0xe4, 0xe4, 0xe4);

    private static final List<Color> COLORS = List.of(
            new Color(0x00, 0x72, 0xb2),
            new Color(0xd5, 0x5e, 0x00),
            new Color(0x00, 0x9e, 0x73),
            new Color(0xcc, 0x79, 0xa7),
            new Color(0xe6, 0x9f, 0x00),
            new Color(0x56, 0xb4, 0xe9),
            new Color(0x00, 0x00, 0x00));

    private static final List<Marker> MARKERS = List.of(
            SeriesMarkers.CIRCLE,
            SeriesMarkers.SQUARE,
            SeriesMarkers.TRIANGLE_UP,
            SeriesMarkers.DIAMOND,
            SeriesMarkers.TRIANGLE_DOWN);

    /** For what has no value: heavier than XChart's own cross. */
    static final Marker CROSS = new Marker() {
        @Override
        public void paint(Graphics2D graphics, double x, double y, int size) {
            double half = size / 2.0;
            Path2D cross = new Path2D.Double();
            cross.moveTo(x - half, y - half);
            cross.lineTo(x + half, y + half);
            cross.moveTo(x - half, y + half);
            cross.lineTo(x + half, y - half);
            graphics.setStroke(new BasicStroke(LINE_WIDTH));
            graphics.draw(cross);
        }
    };

    private static final float LINE_WIDTH = 2;
    private static final List<float[]> DASHES =
            List.of(new float[] {7, 4}, new float[] {2, 3}, new float[] {9, 3, 2, 3});

    private Palette() {}

    static Color color(int series) {
        return COLORS.get(series % COLORS.size());
    }

    /** All colours, as style sheets write them. */
    static List<String> hexColors() {
        return COLORS.stream().map(color -> String.format(Locale.ROOT, "#%06x", color.getRGB() & 0xffffff)).toList();
    }

    /** Lengths of dashes and gaps of every round of colours but the first. */
    static List<float[]> dashes() {
        return DASHES;
    }

    static Marker marker(int series) {
        return MARKERS.get(series % MARKERS.size());
    }

    static BasicStroke line(int series) {
        int round = series / COLORS.size();
        float[] dash = round == 0 ? null : DASHES.get((round - 1) % DASHES.size());
        return new BasicStroke(LINE_WIDTH, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, dash, 0);
    }
}
