package dev.gossamer.cli;

import dev.gossamer.experiment.RunConfiguration;
import dev.gossamer.experiment.RunObserver;
import dev.gossamer.experiment.SweepObserver;
import dev.gossamer.record.LearningRateAccuracy;
import dev.gossamer.record.RecordException;
import dev.gossamer.record.RunFolder;
import dev.gossamer.record.RunResult;
import dev.gossamer.report.ChartException;
import dev.gossamer.report.Charts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Shows a sweep on the console, and draws its charts anew after each run. */
final class SweepReport implements SweepObserver, AutoCloseable {

    private static final String LEARNING_RATE_CHART = "lr-accuracy.svg";
    private static final String CURVES_CHART = "curves.svg";

    private final Path folder;
    private final int runs;
    private final String chartTitle;
    private final String subtitle;
    private final Console console;
    private final List<RunResult> results = new ArrayList<>();
    private final Map<String, Path> curves = new LinkedHashMap<>();
    private Progress progress;
    private int started;
    private boolean canDraw = true;

    /**
     * @param folder folder of the experiment
     * @param runs number of runs
     * @param chartTitle title of the charts
     * @param subtitle what the charts say under their titles
     * @param console where progress goes
     */
    SweepReport(Path folder, int runs, String chartTitle, String subtitle, Console console) {
        this.folder = folder;
        this.runs = runs;
        this.chartTitle = chartTitle;
        this.subtitle = subtitle;
        this.console = console;
    }

    /** The files that describe the whole experiment. */
    List<Path> files() {
        return Stream.of(LearningRateAccuracy.FILE_NAME, LEARNING_RATE_CHART, CURVES_CHART)
                .map(folder::resolve)
                .filter(Files::exists)
                .toList();
    }

    @Override
    public RunObserver started(String name, RunConfiguration configuration, long steps, String engine) {
        if (started == 0) {
            console.err().println("Engine: " + engine);
        }
        started++;
        String title = name + " (" + started + "/" + runs + ")";
        progress = console.isTerminal()
                ? new BarProgress(title, configuration, steps, console)
                : new LineProgress(title, configuration, steps, console);
        return progress;
    }

    @Override
    public void failed(String name, Throwable failure) {
        close();
        console.err().println("error: " + name + ": " + Failures.sentence(failure));
        Failures.log(name, failure);
    }

    @Override
    public void finished(String name, RunResult result) {
        close();
        console.err().println(sentence(name, result));
        results.add(result);
        Path metrics = folder.resolve(name).resolve(RunFolder.METRICS);
        if (Files.exists(metrics)) {
            curves.put(name, metrics);
        }
        if (canDraw) {
            draw();
        }
    }

    private static String sentence(String name, RunResult result) {
        StringBuilder line = new StringBuilder(name).append(": ").append(result.status()).append(" after ")
                .append(result.steps()).append(" steps");
        result.testAccuracy().ifPresent(accuracy ->
                line.append(String.format(Locale.ROOT, ", test accuracy %.1f %%", 100 * accuracy)));
        result.imagesPerSecond().ifPresent(rate -> line.append(String.format(Locale.ROOT, ", %.0f images/s", rate)));
        return line.toString();
    }

    private void draw() {
        try {
            Charts.learningRateAccuracy(results, chartTitle, subtitle, folder.resolve(LEARNING_RATE_CHART));
            Charts.curves(curves, chartTitle, subtitle, folder.resolve(CURVES_CHART));
        } catch (ChartException | RecordException e) {
            canDraw = false;
            console.err().println("warning: " + e.getMessage());
            Failures.log("charts", e);
        }
    }

    /** Takes the progress of the current run from the console. */
    @Override
    public void close() {
        if (progress != null) {
            progress.close();
            progress = null;
        }
    }
}
