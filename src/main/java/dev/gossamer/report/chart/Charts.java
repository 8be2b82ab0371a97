package dev.gossamer.report.chart;

import dev.gossamer.data.ClassCounts;
import dev.gossamer.record.MetricsFile;
import dev.gossamer.record.MetricsRow;
import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunFolder;
import dev.gossamer.record.WorkerCovariance;
import dev.gossamer.report.analysis.Metric;
import dev.gossamer.report.analysis.NeighborCount;
import dev.gossamer.report.analysis.QuadraticRate;
import dev.gossamer.report.analysis.TopologySchemes;
import dev.gossamer.topology.Scheme;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Charts as SVG files. Text is drawn as outlines, so that it looks the same everywhere; title, subtitle and every
 * point are in the {@code title} and {@code desc} elements of the file as well. Every method throws {@link
 * ChartException} where Java finds no fonts, and {@link dev.gossamer.record.RecordException} where the file cannot be
 * written.
 */
public final class Charts {

    /** Most workers of a topology that can be drawn. */
    public static final int MOST_DRAWN_WORKERS = TopologySchemes.MOST_WORKERS;

    private Charts() {}

    /**
     * Test accuracy in percent over the learning rate on a logarithmic axis, a line for each topology and each
     * combination of the other keys that differ between the runs. Runs that differ in nothing but the seed are one
     * point, their mean, with its 95 % interval as error bar. A cross at the bottom is a diverged run, whose accuracy
     * is no result of its learning rate. Interrupted and failed runs are counted in a note, and not drawn.
     *
     * @param runs in any order
     * @param title first line, for example the name of the experiment
     * @param subtitle second line, for example model, workers, data set; may be empty
     * @param svg the file to write; an older one is replaced
     */
    public static void learningRateAccuracy(List<RecordedRun> runs, String title, String subtitle, Path svg) {
        requireFonts();
        new ChartDrawing(LearningRateChart.of(runs)).write(title, subtitle, svg);
    }

    /**
     * Test accuracy in percent over training: the mean over the evaluated workers, or the mean model where no worker
     * was evaluated. Finished runs that differ in nothing but the seed are one line, their mean, with its 95 % interval
     * as error bars; any other run is a line of its own. A cross ends that of a diverged run.
     *
     * @param runs in the order of the legend; their {@code metrics.csv} are read
     * @param title first line
     * @param subtitle second line; may be empty
     * @param svg the file to write; an older one is replaced
     * @throws dev.gossamer.record.RecordException if a {@code metrics.csv} cannot be read
     */
    public static void curves(List<RecordedRun> runs, String title, String subtitle, Path svg) {
        requireFonts();
        new ChartDrawing(CurveChart.of(metrics(runs), Metric.TEST_ACCURACY)).write(title, subtitle, svg);
    }

    /**
     * The same over the bytes that all workers together have sent, on a logarithmic axis. Runs whose workers sent
     * nothing, or of which it is not recorded, are named in a note.
     *
     * @param runs in the order of the legend; their {@code metrics.csv} are read
     * @param title first line
     * @param subtitle second line; may be empty
     * @param svg the file to write; an older one is replaced
     * @throws dev.gossamer.record.RecordException if a {@code metrics.csv} cannot be read
     */
    public static void accuracyOverBytes(List<RecordedRun> runs, String title, String subtitle, Path svg) {
        requireFonts();
        new ChartDrawing(CurveChart.overBytes(metrics(runs), Metric.TEST_ACCURACY)).write(title, subtitle, svg);
    }

    private static Map<RecordedRun, List<MetricsRow>> metrics(List<RecordedRun> runs) {
        Map<RecordedRun, List<MetricsRow>> metrics = new LinkedHashMap<>();
        runs.forEach(run -> metrics.put(run, MetricsFile.read(run.folder().resolve(RunFolder.METRICS))));
        return metrics;
    }

    /**
     * The rate of random quadratics, {@link QuadraticRate#rate}, over the learning rate on a logarithmic axis, a line
     * for each topology. What does not converge is left out.
     *
     * @param points in the order of the legend, and of the learning rate
     * @param title first line
     * @param subtitle second line; may be empty
     * @param svg the file to write; an older one is replaced
     */
    public static void quadraticRates(List<QuadraticRate> points, String title, String subtitle, Path svg) {
        requireFonts();
        new ChartDrawing(TheoryCharts.ofRates(points)).write(title, subtitle, svg);
    }

    /**
     * The effective number of neighbours, of the variance averaged over workers and phases, over the decay gamma on an
     * axis that is logarithmic in 1 - gamma, a line for each topology.
     *
     * @param points in the order of the legend, and of gamma
     * @param title first line
     * @param subtitle second line; may be empty
     * @param svg the file to write; an older one is replaced
     */
    public static void neighbors(List<NeighborCount> points, String title, String subtitle, Path svg) {
        requireFonts();
        new ChartDrawing(TheoryCharts.ofNeighbors(points)).write(title, subtitle, svg);
    }

    /**
     * The covariance between workers as it was measured, and beside it as theory predicts it, in colours of one scale.
     *
     * @param covariance what was measured and predicted
     * @param title first line
     * @param subtitle beginning of the second line
     * @param svg the file to write; an older one is replaced
     */
    public static void covariance(WorkerCovariance covariance, String title, String subtitle, Path svg) {
        requireFonts();
        new CovarianceDrawing(covariance).write(title, subtitle, svg);
    }

    /**
     * The graph of a topology and its mixing matrix, side by side; of a time-varying one the graph above the matrix,
     * for each of the first steps of a period.
     *
     * @param scheme at most {@link #MOST_DRAWN_WORKERS} workers
     * @param svg the file to write; an older one is replaced
     * @throws IllegalArgumentException if there are more workers
     */
    public static void topology(Scheme scheme, Path svg) {
        if (scheme.workers() > MOST_DRAWN_WORKERS) {
            throw new IllegalArgumentException("a picture of a topology has room for " + MOST_DRAWN_WORKERS
                    + " workers, got " + scheme.workers());
        }
        requireFonts();
        new TopologyDrawing(scheme).write(svg);
    }

    /**
     * How many images of each class every worker has, in colours: a row for each worker, a column for each class.
     *
     * @param workers those of all workers, in order
     * @param classNames name of each class
     * @param title first line
     * @param subtitle second line; may be empty
     * @param svg the file to write; an older one is replaced
     */
    public static void classCounts(
            List<ClassCounts> workers, List<String> classNames, String title, String subtitle, Path svg) {
        requireFonts();
        new ClassCountsDrawing(workers, classNames).write(title, subtitle, svg);
    }

    /**
     * Java tells of missing fonts, font libraries or its whole desktop module by all kinds of exceptions and errors.
     */
    static void requireFonts() {
        try {
            Lettering.layout("fonts");
        } catch (RuntimeException | InternalError | LinkageError e) {
            throw new ChartException(
                    "charts need fonts, and Java finds none: install fontconfig and a font package such as DejaVu", e);
        }
    }
}
