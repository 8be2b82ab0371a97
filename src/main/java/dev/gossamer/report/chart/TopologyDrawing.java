package dev.gossamer.report.chart;

import dev.gossamer.topology.Scheme;
import java.awt.Graphics2D;
import java.nio.file.Path;
import java.util.Locale;

/** The graph of a topology and its mixing matrix, for each step of a period. */
final class TopologyDrawing {

    private static final int MOST_STEPS = 12;
    private static final int COLUMNS = 4;
    private static final int MOST_COLUMNS = 5;
    private static final int FEWEST_COLUMNS = 3;
    private static final int SINGLE_PANEL = 380;
    private static final int PANEL = 250;
    private static final int GAP = 34;
    private static final int HEADING = 30;
    private static final int FOOT = 56;

    private final Scheme scheme;
    private final int steps;
    private final WeightScale scale;
    private final NodeLayout layout;
    private boolean words = true;

    TopologyDrawing(Scheme scheme) {
        this.scheme = scheme;
        steps = Math.min(scheme.period().orElse(MOST_STEPS), MOST_STEPS);
        scale = WeightScale.of(scheme, steps);
        layout = NodeLayout.of(scheme);
    }

    void write(Path svg) {
        SvgFile file = draw();
        file.note(note());
        file.write(svg);
    }

    /** The picture alone, for a page that has the words. */
    String withoutWords() {
        words = false;
        return draw().text();
    }

    /** The words below the picture. */
    String caption() {
        return subtitle() + "; " + note();
    }

    private SvgFile draw() {
        return scheme.isStatic() ? single() : stepByStep();
    }

    /** Graph and matrix side by side. */
    private SvgFile single() {
        int width = 2 * SvgFile.MARGIN + 2 * SINGLE_PANEL + GAP;
        SvgFile file = titled(width, SvgFile.HEAD + SINGLE_PANEL + FOOT);
        Graphics2D graphics = file.graphics();
        int right = SvgFile.MARGIN + SINGLE_PANEL + GAP;
        new GraphPanel(layout, scale, SINGLE_PANEL).draw(graphics, scheme.at(0), SvgFile.MARGIN, SvgFile.HEAD);
        new MatrixPanel(scale, SINGLE_PANEL).draw(graphics, scheme.at(0), right, SvgFile.HEAD);
        return file;
    }

    /** Each step a graph above a matrix. */
    private SvgFile stepByStep() {
        int columns = steps > MOST_COLUMNS ? COLUMNS : Math.max(FEWEST_COLUMNS, steps);
        int rows = (steps + columns - 1) / columns;
        int rowHeight = HEADING + 2 * PANEL + 2 * GAP;
        int width = 2 * SvgFile.MARGIN + columns * PANEL + (columns - 1) * GAP;
        SvgFile file = titled(width, SvgFile.HEAD + rows * rowHeight - GAP + FOOT);
        Graphics2D graphics = file.graphics();
        GraphPanel graph = new GraphPanel(layout, scale, PANEL);
        MatrixPanel matrix = new MatrixPanel(scale, PANEL);
        for (int step = 0; step < steps; step++) {
            int left = SvgFile.MARGIN + step % columns * (PANEL + GAP);
            int top = SvgFile.HEAD + step / columns * rowHeight + HEADING;
            graphics.setColor(Looks.TEXT);
            Lettering.draw(graphics, Lettering.layout("step " + step), left, top - HEADING / 2.0);
            graph.draw(graphics, scheme.at(step), left, top);
            matrix.draw(graphics, scheme.at(step), left, top + PANEL + GAP / 2.0);
        }
        return file;
    }

    private SvgFile titled(int width, int height) {
        SvgFile file = words
                ? new SvgFile(width, height)
                : new SvgFile(width, height, SvgFile.HEAD - HEADING, height - FOOT + HEADING / 2);
        if (words) {
            file.head(scheme.name(), subtitle());
        }
        return file;
    }

    private String subtitle() {
        return scheme.workers() + " workers, " + repetition() + ", maximum degree " + scheme.maxDegree();
    }

    private String repetition() {
        if (scheme.isStatic()) {
            return "the same at every step";
        }
        return scheme.period().isPresent() ? "period " + scheme.period().getAsInt() : "another one at every step";
    }

    private String note() {
        String rows = "row i of the matrix, counted from the top: what worker i receives; the darker the more, up to "
                + String.format(Locale.ROOT, "%.4g", scale.largest());
        String negative = scale.negative() ? "; orange-red: negative" : "";
        return rows + negative + left();
    }

    /** Which steps there are, where others are left out. */
    private String left() {
        String drawn = "; steps 0 to " + (steps - 1);
        return scheme.period().isEmpty() ? drawn
                : steps < scheme.period().getAsInt() ? drawn + " of " + scheme.period().getAsInt() : "";
    }
}
