package dev.gossamer.cli.command;

import dev.gossamer.cli.console.BarProgress;
import dev.gossamer.cli.console.Console;
import dev.gossamer.cli.console.Failures;
import dev.gossamer.cli.console.LineProgress;
import dev.gossamer.cli.console.Progress;
import dev.gossamer.data.DataSet;
import dev.gossamer.experiment.RunEvent;
import dev.gossamer.record.LearningRateAccuracy;
import dev.gossamer.record.MetricsFile;
import dev.gossamer.record.RecordException;
import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunFolder;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.WholeFile;
import dev.gossamer.record.WorkerCovariance;
import dev.gossamer.report.HtmlReport;
import dev.gossamer.report.analysis.ReportedRuns;
import dev.gossamer.report.chart.ChartException;
import dev.gossamer.report.chart.Charts;
import dev.gossamer.report.table.SeedStatistics;
import dev.gossamer.report.table.Tables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Shows a sweep on the console, draws its charts anew after each run, and prints its results and writes its page at the
 * end, however it ends.
 */
public final class SweepReport implements Consumer<RunEvent>, AutoCloseable {

    private static final String LEARNING_RATE_CHART = "lr-accuracy.svg";
    private static final String SEEDS = "seeds.csv";
    private static final String DIFFERENCES = "paired-differences.csv";
    private static final String CURVES_CHART = "curves.svg";
    private static final String SENT_CHART = "accuracy-sent.svg";

    private final Path folder;
    private final Plan plan;
    private final DataSet data;
    private final Console console;
    private final Map<String, Integer> order = new HashMap<>();
    private final List<RecordedRun> ended = new ArrayList<>();
    private final Set<RecordedRun> withoutCurves = new HashSet<>();
    private final Map<String, Progress> progress = new ConcurrentHashMap<>();
    private int started;
    private String lastEngine = "";
    private boolean canDraw = true;
    private boolean lacksCharts;

    /**
     * @param folder folder of the experiment
     * @param plan what is executed
     * @param finished runs that need nothing more
     * @param data what is trained on
     * @param console where progress and results go
     */
    SweepReport(Path folder, Plan plan, List<RecordedRun> finished, DataSet data, Console console) {
        this.folder = folder;
        this.plan = plan;
        this.data = data;
        this.console = console;
        plan.runs().keySet().forEach(name -> order.put(name, order.size()));
        ended.addAll(finished);
        finished.stream().filter(run -> !isReadable(run)).forEach(withoutCurves::add);
        started = (int) finished.stream().filter(run -> plan.runs().containsKey(run.name())).count();
        if (started > 0) {
            console.err().println(started + " of " + plan.size() + " finished before");
        }
        if (!ended.isEmpty()) {
            draw();
            finished.stream().map(RecordedRun::name).filter(this::lacksCovariance).forEach(this::drawCovariance);
        }
    }

    @Override
    public void accept(RunEvent event) {
        Progress shown = progress.get(event.run());
        if (shown != null) {
            shown.accept(event);
        }
        if (event instanceof RunEvent.Started started) {
            start(started);
        } else if (event instanceof RunEvent.Noted noted) {
            note(noted);
        } else if (event instanceof RunEvent.Failed failed) {
            fail(failed);
        } else if (event instanceof RunEvent.Ended ending) {
            end(ending);
        }
    }

    private synchronized void start(RunEvent.Started run) {
        if (!run.engine().equals(lastEngine)) {
            console.err().println("Engine: " + run.engine());
            lastEngine = run.engine();
        }
        started++;
        String place = started + "/" + plan.runs().size();
        if (run.done() > 0) {
            console.err().println(run.run() + ": goes on after step " + run.done());
        }
        boolean alone = plan.execution().parallel() == 1;
        progress.put(run.run(), console.isTerminal() && alone
                ? new BarProgress(run.run(), place, run.configuration(), run.done(), run.steps(), console)
                : new LineProgress(run.run(), place, run.configuration(), run.done(), run.steps(), console,
                        LineProgress.INTERVAL));
    }

    private synchronized void note(RunEvent.Noted noted) {
        console.err().println("warning: " + noted.sentence());
    }

    private synchronized void fail(RunEvent.Failed run) {
        endProgress(run.run());
        console.err().println("error: " + run.run() + ": " + Failures.sentence(run.failure()));
        Failures.log(run.run(), run.failure());
    }

    private synchronized void end(RunEvent.Ended run) {
        String name = run.run();
        endProgress(name);
        console.err().println(sentence(name, run.result()));
        ended.add(RecordedRun.of(folder.resolve(name), run.result(), plan.runs().get(name).toMap()));
        ended.sort(Comparator.comparingInt(other -> order.getOrDefault(other.name(), order.size())));
        draw();
        drawCovariance(name);
    }

    private static String sentence(String name, RunResult result) {
        StringBuilder line = new StringBuilder(name).append(": ").append(result.status()).append(" after ")
                .append(result.steps()).append(result.steps() == 1 ? " step" : " steps");
        result.testAccuracy().ifPresent(accuracy ->
                line.append(String.format(Locale.ROOT, ", test accuracy %.1f %%", 100 * accuracy)));
        result.imagesPerSecond().ifPresent(rate -> line.append(String.format(Locale.ROOT, ", %.0f images/s", rate)));
        return line.toString();
    }

    /** Whether a run of an earlier process has its curves; one that has not is left out of their chart. */
    private boolean isReadable(RecordedRun run) {
        try {
            MetricsFile.read(run.folder().resolve(RunFolder.METRICS));
            return true;
        } catch (RecordException e) {
            console.err().println("warning: " + run.name() + " has no curves: " + e.getMessage());
            return false;
        }
    }

    private void draw() {
        List<RecordedRun> drawn = ended.stream().filter(run -> !withoutCurves.contains(run)).toList();
        String subtitle = "test accuracy on " + data.name() + (data.synthetic() ? " (synthetic data)" : "");
        attempt(() -> {
            Charts.learningRateAccuracy(ended, plan.label(), subtitle, folder.resolve(LEARNING_RATE_CHART));
            if (!drawn.isEmpty()) {
                Charts.curves(drawn, plan.label(), subtitle, folder.resolve(CURVES_CHART));
                Charts.accuracyOverBytes(drawn, plan.label(), subtitle, folder.resolve(SENT_CHART));
            }
        });
    }

    /** As where a process was killed before it had drawn the covariance of a run that had ended. */
    private boolean lacksCovariance(String name) {
        return Files.exists(folder.resolve(name).resolve(WorkerCovariance.JSON))
                && !Files.exists(folder.resolve(name).resolve(WorkerCovariance.PICTURE));
    }

    private void drawCovariance(String name) {
        Optional<WorkerCovariance> measured;
        try {
            measured = WorkerCovariance.read(folder.resolve(name));
        } catch (RecordException e) {
            console.err().println("warning: " + name + " has no picture of its covariance: " + e.getMessage());
            return;
        }
        attempt(() -> measured.ifPresent(covariance ->
                Charts.covariance(covariance, name, "covariance between workers on " + data.name(),
                        folder.resolve(name).resolve(WorkerCovariance.PICTURE))));
    }

    /** A chart that cannot be drawn is no reason to end a sweep. */
    private void attempt(Runnable drawing) {
        if (!canDraw) {
            return;
        }
        try {
            drawing.run();
        } catch (RuntimeException | OutOfMemoryError e) {
            canDraw = false;
            lacksCharts = !(e instanceof ChartException);
            String reason = e instanceof ChartException ? e.getMessage() : Failures.sentence(e);
            console.err().println("warning: charts are no longer drawn: " + reason);
            Failures.log("charts", e);
        }
    }

    private void writePage() {
        try {
            HtmlReport.write(ReportedRuns.read(List.of(folder)), plan.label(), folder.resolve(HtmlReport.FILE_NAME));
        } catch (RuntimeException | OutOfMemoryError e) {
            lacksCharts = true;
            console.err().println("warning: " + HtmlReport.FILE_NAME + " is not written: " + Failures.sentence(e));
            Failures.log("report", e);
        }
    }

    /** Whether charts are missing for another reason than that this Java cannot draw: a full disk, for example. */
    boolean lacksCharts() {
        return lacksCharts;
    }

    private void endProgress(String name) {
        Progress shown = progress.remove(name);
        if (shown != null) {
            shown.close();
        }
    }

    /** Takes the progress from the console and prints the results of the runs that have ended, where there are any. */
    @Override
    public void close() {
        progress.values().forEach(Progress::close);
        if (ended.isEmpty()) {
            return;
        }
        console.out().print(Tables.results(ended));
        SeedStatistics.of(ended).ifPresent(statistics -> {
            console.out().print(statistics.table());
            WholeFile.replace(folder.resolve(SEEDS), statistics.meansCsv());
            WholeFile.replace(folder.resolve(DIFFERENCES), statistics.differencesCsv());
        });
        if (data.synthetic()) {
            console.out().println("These are results on SYNTHETIC data.");
        }
        writePage();
        Stream.of(LearningRateAccuracy.FILE_NAME, SEEDS, DIFFERENCES, LEARNING_RATE_CHART, CURVES_CHART,
                        SENT_CHART, HtmlReport.FILE_NAME)
                .map(folder::resolve)
                .filter(Files::exists)
                .forEach(console.out()::println);
    }
}
