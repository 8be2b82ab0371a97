package dev.gossamer.report.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Path2D;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.StreamSupport;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * How charts look, in pictures and on the page: what {@code looks.json} says. Colours, markers and dashes keep lines
 * apart, for colour-blind readers and in black and white too: the seven colours of M. Okabe and K. Ito (Color Universal
 * Design, 2008) that show on white, five markers, and another dash for each round of colours.
 */
final class Looks {

    private static final JsonNode ALL = read();
    private static final JsonNode PICTURE = ALL.get("picture");

    static final Color TEXT = color(PICTURE.get("text"));
    static final Color FAINT_TEXT = color(PICTURE.get("faint"));
    static final Color GRID = color(PICTURE.get("line"));
    static final int CROSS_SIZE = PICTURE.get("cross").asInt();

    private static final List<Color> COLORS = elements(ALL.get("colors")).stream().map(Looks::color).toList();
    private static final Map<String, Marker> SHAPES = Map.of(
            "circle", SeriesMarkers.CIRCLE,
            "square", SeriesMarkers.SQUARE,
            "triangle up", SeriesMarkers.TRIANGLE_UP,
            "diamond", SeriesMarkers.DIAMOND,
            "triangle down", SeriesMarkers.TRIANGLE_DOWN);
    private static final List<Marker> MARKERS =
            elements(ALL.get("markers")).stream().map(name -> SHAPES.get(name.asText())).toList();
    private static final float LINE_WIDTH = ALL.get("lineWidth").floatValue();
    private static final List<float[]> DASHES = elements(ALL.get("dashes")).stream().map(Looks::lengths).toList();

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

    private Looks() {}

    private static JsonNode read() {
        try (InputStream stream = Looks.class.getResourceAsStream("looks.json")) {
            return new ObjectMapper().readTree(stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }

    private static Color color(JsonNode name) {
        return Color.decode(name.asText());
    }

    private static float[] lengths(JsonNode dash) {
        float[] lengths = new float[dash.size()];
        for (int k = 0; k < lengths.length; k++) {
            lengths[k] = dash.get(k).floatValue();
        }
        return lengths;
    }

    static Color color(int style) {
        return COLORS.get(style % COLORS.size());
    }

    static Marker marker(int style) {
        return MARKERS.get(style % MARKERS.size());
    }

    /** Size of a marker, larger where the name of the line is beside it on the page. */
    static int markerSize(boolean named) {
        return PICTURE.get(named ? "namedMarker" : "marker").asInt();
    }

    /** Whether the points of a line are few enough to be marked. */
    static boolean isMarked(int points) {
        return points <= ALL.get("mostMarkers").asInt();
    }

    static BasicStroke line(int style) {
        int round = style / COLORS.size();
        float[] dash = round == 0 ? null : DASHES.get((round - 1) % DASHES.size());
        return new BasicStroke(LINE_WIDTH, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, dash, 0);
    }

    static Font font(int style, String size) {
        return new Font(PICTURE.get("font").asText(), style, PICTURE.get(size).asInt());
    }

    /** All of it, for the script of the page. */
    static JsonNode all() {
        return ALL;
    }

    /** The colours and the font of the page, as variables of a style sheet. */
    static String styleSheet() {
        JsonNode page = ALL.get("page");
        return ":root { --font: " + page.get("fontSize").asInt() + "px/1.45 " + page.get("font").asText() + "; "
                + variables(page.get("light")) + " }\n@media (prefers-color-scheme: dark) {\n  :root { "
                + variables(page.get("dark")) + " }\n}\n";
    }

    private static String variables(JsonNode theme) {
        StringJoiner variables = new StringJoiner(" ");
        theme.properties().forEach(color ->
                variables.add("--" + color.getKey() + ": " + color.getValue().asText() + ";"));
        return variables.toString();
    }
}
