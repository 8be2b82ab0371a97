package dev.gossamer.report.chart;

import dev.gossamer.record.WorkerCovariance;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The measured covariance between workers beside the predicted one, as squares of coloured cells. */
final class CovarianceDrawing {

    private static final int PANEL = 380;
    private static final int GAP = 34;
    private static final int HEADING = 30;
    private static final int FOOT = 56;
    private static final int WIDTH = 2 * SvgFile.MARGIN + 2 * PANEL + GAP;
    private static final int HEIGHT = SvgFile.HEAD + HEADING + PANEL + FOOT;
    private static final double OVERLAP = 0.5;

    private final WorkerCovariance covariance;
    private final WeightScale scale;

    CovarianceDrawing(WorkerCovariance covariance) {
        this.covariance = covariance;
        List<double[]> rows = new ArrayList<>(List.of(covariance.measured()));
        covariance.prediction().ifPresent(prediction -> rows.addAll(List.of(prediction.covariance())));
        double[] entries = rows.stream().flatMapToDouble(Arrays::stream).toArray();
        scale = new WeightScale(
                Arrays.stream(entries).map(Math::abs).max().orElse(0), Arrays.stream(entries).anyMatch(v -> v < 0));
    }

    void write(String title, String subtitle, Path svg) {
        SvgFile file = new SvgFile(WIDTH, HEIGHT);
        file.head(title, subtitle + ": " + facts());
        draw(file);
        covariance.prediction().ifPresent(prediction -> file.describe(heading(prediction)));
        file.note(note());
        file.write(svg);
    }

    /** The picture alone, for a page that has the words. */
    String withoutWords() {
        SvgFile file = new SvgFile(WIDTH, HEIGHT, SvgFile.HEAD, HEIGHT - FOOT + HEADING / 2);
        draw(file);
        return file.text();
    }

    /** The words below the picture. */
    String caption() {
        return facts() + "; " + note();
    }

    private String facts() {
        return String.format(Locale.ROOT, "%d repetitions of %d steps, mean over %d coordinates",
                covariance.repetitions(), covariance.steps(), covariance.coordinates());
    }

    private String note() {
        return "row and column: workers; the darker the more, up to "
                + String.format(Locale.ROOT, "%.3g", scale.largest())
                + (scale.negative() ? "; orange-red: negative" : "")
                + covariance.prediction().map(CovarianceDrawing::fit)
                        .orElse("; theory has no prediction that tells workers apart");
    }

    private void draw(SvgFile file) {
        draw(file.graphics(), "measured", covariance.measured(), SvgFile.MARGIN);
        covariance.prediction().ifPresent(prediction -> draw(file.graphics(), heading(prediction),
                prediction.covariance(), SvgFile.MARGIN + PANEL + GAP));
    }

    private static String heading(WorkerCovariance.Prediction prediction) {
        return String.format(Locale.ROOT, "random walk, gamma %.4f fitted", prediction.gamma());
    }

    private static String fit(WorkerCovariance.Prediction prediction) {
        return String.format(Locale.ROOT, "; correlation %.3f%s", prediction.correlation(),
                prediction.atBound() ? ", gamma is at an end of the search" : "");
    }

    private void draw(Graphics2D graphics, String heading, double[][] matrix, double left) {
        graphics.setColor(Looks.TEXT);
        Lettering.draw(graphics, Lettering.layout(heading), left, SvgFile.HEAD + HEADING / 2.0);
        double cell = (double) PANEL / matrix.length;
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < matrix.length; j++) {
                if (matrix[i][j] != 0) {
                    graphics.setColor(scale.color(matrix[i][j]));
                    graphics.fill(new Rectangle2D.Double(left + j * cell, SvgFile.HEAD + HEADING + i * cell,
                            cell + OVERLAP, cell + OVERLAP));
                }
            }
        }
    }
}
