package dev.gossamer.report;

import dev.gossamer.record.RunResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Charts as SVG files. Text is drawn as outlines, so that it looks the same everywhere; title, subtitle and every point are in
 * the {@code title} and {@code desc} elements of the file as well. Every method throws {@link ChartException} where Java finds no
 * fonts, and {@link dev.gossamer.record.RecordException} where the file cannot be written.
 */
public final class Charts {

    private Charts() {}

    /**
     * Test accuracy in percent over the learning rate on a logarithmic axis, a line for each topology. Several seeds are one
     * point, their mean, with the standard deviation as error bar. A cross at the bottom is a diverged run. Interrupted and failed runs
     * are counted in a note, and not drawn.
     *
     * @param results runs, in any order
     * @param title first line, for example the name of the experiment
     * @param subtitle second line, for example model, workers, data set; may be empty
     * @param svg the file to write; an older one is replaced
     */
    public static void learningRateAccuracy(List<RunResult> results, String title, String subtitle, Path svg) {
        new LearningRateChart(results).write(title, subtitle, svg);
    }

    /**
     * Test accuracy in percent over training, a line for each run: the mean over its evaluated workers, or the mean model where no worker was
     * evaluated.
     *
     * @param metricsCsvByLabel the {@code metrics.csv} of each run by the label it gets, in the order of the legend
     * @param title first line
     * @param subtitle second line; may be empty
     * @param svg the file to write; an older one is replaced
     * @throws dev.gossamer.record.RecordException if a {@code metrics.csv} cannot be read
     */
    public static void curves(Map<String, Path> metricsCsvByLabel, String title, String subtitle, Path svg) {
        new CurvesChart(metricsCsvByLabel).write(title, subtitle, svg);
    }
}
