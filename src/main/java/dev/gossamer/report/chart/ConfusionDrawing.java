package dev.gossamer.report.chart;

import dev.gossamer.record.ConfusionMatrix;
import dev.gossamer.text.Shown;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;

/** A confusion matrix as coloured cells: a row for a true class, a column for a predicted one. */
final class ConfusionDrawing {

    /** The most classes whose cells can be seen. */
    static final int MOST_CLASSES = 100;

    private static final int NAMES = 120;
    private static final int PANEL = 600;
    private static final double LEAST_LETTERED = 13;
    private static final double LEAST_COUNTED = 34;
    private static final double OVERLAP = 0.5;
    private static final double LIGHT_ON_DARK = 0.4;

    private final ConfusionMatrix matrix;
    private final WeightScale scale = new WeightScale(1, true);
    private final double cell;
    private final int corner;

    ConfusionDrawing(ConfusionMatrix matrix) {
        this.matrix = matrix;
        cell = (double) PANEL / matrix.counts().length;
        corner = cell >= LEAST_LETTERED ? NAMES : SvgFile.MARGIN;
    }

    /** The picture alone, for a page that has the words. */
    String withoutWords() {
        int size = corner + PANEL + SvgFile.MARGIN;
        SvgFile file = new SvgFile(size, size);
        draw(file.graphics());
        return file.text();
    }

    /** The words below the picture. */
    static String caption() {
        return "row: true class; column: predicted class; the darker the larger a share of the row: blue where they are"
                + " the same, orange-red where not";
    }

    private void draw(Graphics2D graphics) {
        for (int i = 0; i < matrix.counts().length; i++) {
            for (int j = 0; j < matrix.counts().length; j++) {
                if (matrix.counts()[i][j] > 0) {
                    drawCell(graphics, i, j);
                }
            }
        }
        graphics.setStroke(new BasicStroke(1));
        graphics.setColor(Looks.FAINT_TEXT);
        graphics.draw(new Rectangle2D.Double(corner, corner, PANEL, PANEL));
        if (corner == NAMES) {
            graphics.setColor(Looks.TEXT);
            drawNames(graphics);
        }
    }

    private void drawCell(Graphics2D graphics, int truth, int predicted) {
        int count = matrix.counts()[truth][predicted];
        double share = (double) count / matrix.images(truth);
        graphics.setColor(scale.color(truth == predicted ? share : -share));
        double x = corner + predicted * cell;
        double y = corner + truth * cell;
        graphics.fill(new Rectangle2D.Double(x, y, cell + OVERLAP, cell + OVERLAP));
        if (cell >= LEAST_COUNTED) {
            graphics.setColor(share > LIGHT_ON_DARK ? Color.WHITE : Looks.TEXT);
            Lettering.drawCentred(graphics, Integer.toString(count), Lettering.TEXT, x + cell / 2, y + cell / 2);
        }
    }

    private void drawNames(Graphics2D graphics) {
        for (int k = 0; k < matrix.counts().length; k++) {
            String name = Lettering.shortened(Shown.label(matrix.classNames().get(k)), NAMES - 16);
            if (!name.isBlank()) {
                double middle = NAMES + (k + 0.5) * cell + 4;
                double width = Lettering.layout(name).getAdvance();
                Lettering.draw(graphics, Lettering.layout(name), NAMES - 8 - width, middle);
                graphics.translate(middle, NAMES - 8);
                graphics.rotate(-Math.PI / 2);
                Lettering.draw(graphics, Lettering.layout(name), 0, 0);
                graphics.rotate(Math.PI / 2);
                graphics.translate(-middle, 8 - NAMES);
            }
        }
    }
}
