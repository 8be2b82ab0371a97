package dev.gossamer.cli;

import dev.gossamer.experiment.RunConfiguration;
import dev.gossamer.experiment.RunObserver;
import dev.gossamer.experiment.SweepObserver;
import dev.gossamer.record.RunFolder;
import dev.gossamer.record.RunResult;
import dev.gossamer.report.Charts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Shows a sweep on the console, and draws its charts anew after each run. */
final class SweepReport implements SweepObserver, AutoCloseable {

    private final Path folder;
    private final int runs;
    private final String chartTitle;
    private final String subtitle;
    private final Console console;
    private final List<RunResult> results = new ArrayList<>();
    private final Map<String, Path> curves = new LinkedHashMap<>();
    private Progress progress;
    private int started;

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

    /** The chart of accuracy over learning rate. */
    Path learningRateChart() {
        return folder.resolve("lr-accuracy.svg");
    }

    /** The chart of accuracy over epochs. */
    Path curvesChart() {
        return folder.resolve("curves.svg");
    }

    @Override
    public RunObserver started(String name, RunConfiguration configuration, long steps, String engine) {
        if (started == 0) {
            console.err().println("Engine: " + engine);
        }
        started++;
        String title = name + " (" + started + "/" + runs + ")";
        progress = console.terminal()
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
        StringBuilder line = new StringBuilder(name).append(": ").append(result.status()).append(" after ")
                .append(result.steps()).append(" steps");
        result.testAccuracy().ifPresent(accuracy ->
                line.append(String.format(Locale.ROOT, ", test accuracy %.1f %%", 100 * accuracy)));
        console.err().println(line);
        results.add(result);
        Path metrics = folder.resolve(name).resolve(RunFolder.METRICS);
        if (Files.exists(metrics)) {
            curves.put(name, metrics);
        }
        Charts.learningRateAccuracy(results, chartTitle, subtitle, learningRateChart());
        Charts.curves(curves, chartTitle, subtitle, curvesChart());
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
