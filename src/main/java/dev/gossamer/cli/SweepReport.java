package dev.gossamer.cli;

import dev.gossamer.data.DataSet;
import dev.gossamer.experiment.RunConfiguration;
import dev.gossamer.experiment.RunObserver;
import dev.gossamer.experiment.SweepObserver;
import dev.gossamer.record.LearningRateAccuracy;
import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.WholeFile;
import dev.gossamer.record.WorkerCovariance;
import dev.gossamer.report.ChartException;
import dev.gossamer.report.Charts;
import dev.gossamer.report.HtmlReport;
import dev.gossamer.report.ReportedRuns;
import dev.gossamer.report.SeedStatistics;
import dev.gossamer.report.Tables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Shows a sweep on the console, draws its charts anew after each run, and prints its results and writes its page at the
 * end, however it ends.
 */
final class SweepReport implements SweepObserver, AutoCloseable {

    private static final String LEARNING_RATE_CHART = "lr-accuracy.svg";
    private static final String SEEDS = "seeds.csv";
    private static final String DIFFERENCES = "paired-differences.csv";
    private static final String COVARIANCE_CHART = "covariance.svg";
    private static final String CURVES_CHART = "curves.svg";

    private final Path folder;
    private final Map<String, RunConfiguration> runs;
    private final String title;
    private final DataSet data;
    private final Console console;
    private final List<RecordedRun> ended = new ArrayList<>();
    private Progress progress;
    private int started;
    private String lastEngine = "";
    private boolean canDraw = true;

    /**
     * @param folder folder of the experiment
     * @param runs configurations by the name of the run
     * @param title title of the charts
     * @param data what is trained on
     * @param console where progress and results go
     */
    SweepReport(Path folder, Map<String, RunConfiguration> runs, String title, DataSet data, Console console) {
        this.folder = folder;
        this.runs = runs;
        this.title = title;
        this.data = data;
        this.console = console;
    }

    @Override
    public RunObserver started(String name, RunConfiguration configuration, long steps, String engine) {
        if (!engine.equals(lastEngine)) {
            console.err().println("Engine: " + engine);
            lastEngine = engine;
        }
        started++;
        String place = started + "/" + runs.size();
        progress = console.isTerminal()
                ? new BarProgress(name, place, configuration, steps, console)
                : new LineProgress(name, place, configuration, steps, console, LineProgress.INTERVAL);
        return progress;
    }

    @Override
    public void failed(String name, Throwable failure) {
        endProgress();
        console.err().println("error: " + name + ": " + Failures.sentence(failure));
        Failures.log(name, failure);
    }

    @Override
    public void finished(String name, RunResult result) {
        endProgress();
        console.err().println(sentence(name, result));
        ended.add(RecordedRun.of(folder.resolve(name), result, runs.get(name).toMap()));
        if (canDraw) {
            draw(name);
        }
    }

    private static String sentence(String name, RunResult result) {
        StringBuilder line = new StringBuilder(name).append(": ").append(result.status()).append(" after ")
                .append(result.steps()).append(result.steps() == 1 ? " step" : " steps");
        result.testAccuracy().ifPresent(accuracy ->
                line.append(String.format(Locale.ROOT, ", test accuracy %.1f %%", 100 * accuracy)));
        result.imagesPerSecond().ifPresent(rate -> line.append(String.format(Locale.ROOT, ", %.0f images/s", rate)));
        return line.toString();
    }

    /** A chart that cannot be drawn is no reason to end a sweep. */
    private void draw(String name) {
        String subtitle = "test accuracy on " + data.name() + (data.synthetic() ? " (synthetic data)" : "");
        try {
            Charts.learningRateAccuracy(ended, title, subtitle, folder.resolve(LEARNING_RATE_CHART));
            Optional<WorkerCovariance> covariance = WorkerCovariance.read(folder.resolve(name));
            if (covariance.isPresent()) {
                Charts.covariance(covariance.get(), name, "covariance between workers on " + data.name(),
                        folder.resolve(name).resolve(COVARIANCE_CHART));
            }
            Charts.curves(ended, title, subtitle, folder.resolve(CURVES_CHART));
        } catch (RuntimeException | OutOfMemoryError e) {
            canDraw = false;
            String reason = e instanceof ChartException ? e.getMessage() : Failures.sentence(e);
            console.err().println("warning: charts are no longer drawn: " + reason);
            Failures.log("charts", e);
        }
    }

    private void writePage() {
        try {
            HtmlReport.write(ReportedRuns.read(List.of(folder)), title, folder.resolve(HtmlReport.FILE_NAME));
        } catch (RuntimeException | OutOfMemoryError e) {
            console.err().println("warning: " + HtmlReport.FILE_NAME + " is not written: " + Failures.sentence(e));
            Failures.log("report", e);
        }
    }

    private void endProgress() {
        if (progress != null) {
            progress.close();
            progress = null;
        }
    }

    /** Takes the progress from the console and prints the results of the runs that have ended, where there are any. */
    @Override
    public void close() {
        endProgress();
        if (ended.isEmpty()) {
            return;
        }
        console.out().print(Tables.results(ended));
        SeedStatistics.of(ended).ifPresent(statistics -> {
            console.out().print(statistics.table());
            WholeFile.write(folder.resolve(SEEDS), statistics.meansCsv());
            WholeFile.write(folder.resolve(DIFFERENCES), statistics.differencesCsv());
        });
        if (data.synthetic()) {
            console.out().println("These are results on SYNTHETIC data.");
        }
        writePage();
        Stream.of(LearningRateAccuracy.FILE_NAME, SEEDS, DIFFERENCES, LEARNING_RATE_CHART, CURVES_CHART,
                        HtmlReport.FILE_NAME)
                .map(folder::resolve)
                .filter(Files::exists)
                .forEach(console.out()::println);
    }
}
