package dev.gossamer.report.chart;

import dev.gossamer.data.ClassCounts;
import dev.gossamer.text.Shown;
import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** How many images of each class every worker has, as coloured cells: a row for a worker, a column for a class. */
final class ClassCountsDrawing {

    private static final int WIDTH = 920;
    private static final int LEFT = 70;
    private static final int NAMES = 110;
    private static final int FOOT = 50;
    private static final int ROWS_HEIGHT = 480;
    private static final int MOST_ROW = 24;
    private static final double LEAST_LETTERED = 12;
    private static final double OVERLAP = 0.5;

    private final List<ClassCounts> workers;
    private final List<String> classNames;
    private final WeightScale scale;
    private final double row;
    private final double column;

    ClassCountsDrawing(List<ClassCounts> workers, List<String> classNames) {
        this.workers = workers;
        this.classNames = classNames;
        scale = new WeightScale(workers.stream().mapToInt(ClassCounts::largest).max().orElse(0), false);
        row = Math.min(MOST_ROW, (double) ROWS_HEIGHT / workers.size());
        column = (double) (WIDTH - LEFT - SvgFile.MARGIN) / classNames.size();
    }

    void write(String title, String subtitle, Path svg) {
        double top = SvgFile.HEAD + NAMES;
        SvgFile file = new SvgFile(WIDTH, (int) Math.ceil(top + row * workers.size()) + FOOT);
        file.head(title, subtitle);
        draw(file.graphics(), top);
        workers.forEach(counts -> file.describe("worker " + counts.worker() + ": " + counts.total() + " images of "
                + counts.classes() + " classes"));
        file.note(String.format(Locale.ROOT, "row: a worker; column: a class; the darker the more images, up to %,.0f",
                scale.largest()));
        file.write(svg);
    }

    private void draw(Graphics2D graphics, double top) {
        for (ClassCounts counts : workers) {
            double y = top + counts.worker() * row;
            for (int k = 0; k < classNames.size(); k++) {
                if (counts.images()[k] > 0) {
                    graphics.setColor(scale.color(counts.images()[k]));
                    graphics.fill(new Rectangle2D.Double(LEFT + k * column, y, column + OVERLAP, row + OVERLAP));
                }
            }
        }
        graphics.setStroke(new BasicStroke(1));
        graphics.setColor(Looks.FAINT_TEXT);
        graphics.draw(new Rectangle2D.Double(LEFT, top, column * classNames.size(), row * workers.size()));
        graphics.setColor(Looks.TEXT);
        drawNames(graphics, top);
        drawNumbers(graphics, top);
    }

    /** Upright where columns are too narrow; none where they are narrower than a line. */
    private void drawNames(Graphics2D graphics, double top) {
        if (column < LEAST_LETTERED) {
            return;
        }
        for (int k = 0; k < classNames.size(); k++) {
            graphics.translate(LEFT + (k + 0.5) * column + 4, top - 6);
            graphics.rotate(-Math.PI / 2);
            String name = Lettering.shortened(Shown.label(classNames.get(k)), NAMES - 10);
            Lettering.draw(graphics, Lettering.layout(name), 0, 0);
            graphics.rotate(Math.PI / 2);
            graphics.translate(-LEFT - (k + 0.5) * column - 4, 6 - top);
        }
    }

    private void drawNumbers(Graphics2D graphics, double top) {
        int every = (int) Math.ceil(LEAST_LETTERED / row);
        for (int worker = 0; worker < workers.size(); worker += every) {
            Lettering.draw(graphics, Lettering.layout(Integer.toString(worker)), LEFT - 36,
                    top + (worker + 0.5) * row + 4);
        }
    }
}
