package dev.gossamer.report;

import dev.gossamer.record.ConfusionMatrix;
import dev.gossamer.record.EnvironmentFile;
import dev.gossamer.record.MetricsRow;
import dev.gossamer.record.RecordException;
import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunResults;
import dev.gossamer.record.RunStatus;
import dev.gossamer.report.analysis.MeanInterval;
import dev.gossamer.report.analysis.Metric;
import dev.gossamer.report.analysis.ReportedRuns;
import dev.gossamer.report.analysis.SeedDifference;
import dev.gossamer.report.analysis.SeedGroup;
import dev.gossamer.report.analysis.TopologyFit;
import dev.gossamer.report.analysis.TopologySchemes;
import dev.gossamer.report.analysis.VariedKeys;
import dev.gossamer.report.chart.PageCharts;
import dev.gossamer.report.chart.PageDrawings;
import dev.gossamer.text.Shown;
import dev.gossamer.theory.GammaFit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;

/** Everything that a report shows, as maps, lists, strings and numbers, for the script of the page. */
final class ReportData {

    /** Rows of the table of classes; of more, those of lowest recall. */
    private static final int MOST_CLASSES = 100;

    private final Map<RecordedRun, List<MetricsRow>> metrics;
    private final List<RecordedRun> runs;
    private final VariedKeys varied;
    private final List<SeedGroup> groups;
    private final TopologySchemes schemes;
    private final List<String> leftOut;
    private final Set<RecordedRun> best;
    private final PageCharts charts = new PageCharts();
    private final Map<String, Set<String>> environment = new LinkedHashMap<>();

    ReportData(ReportedRuns reported) {
        metrics = reported.metrics();
        runs = reported.runs();
        varied = new VariedKeys(runs);
        groups = SeedGroup.of(runs);
        best = varied.best(runs);
        schemes = new TopologySchemes(runs);
        leftOut = new ArrayList<>(reported.leftOut());
        leftOut.addAll(schemes.leftOut());
        runs.forEach(this::readEnvironment);
    }

    private void readEnvironment(RecordedRun run) {
        try {
            EnvironmentFile.read(run.folder()).forEach(
                    (key, value) -> environment.computeIfAbsent(key, name -> new LinkedHashSet<>()).add(value));
        } catch (RecordException e) {
            leftOut.add(run.name() + ": " + e.getMessage());
        }
    }

    Map<String, Object> of(String title) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("title", title);
        data.put("subtitle", subtitle());
        data.put("synthetic", environment.getOrDefault("synthetic", Set.of()).contains("true"));
        data.put("looks", PageCharts.looks());
        data.put("keys", shownKeys());
        data.put("common", common());
        data.put("runs", runs.stream().map(this::run).toList());
        data.put("means", SeedGroup.haveSeeds(groups) ? groups.stream().map(ReportData::means).toList() : List.of());
        putPairs(data);
        data.put("learningRates", charts.learningRates(runs));
        data.put("curves", Arrays.stream(Metric.values())
                .filter(metric -> metric != Metric.CONSENSUS_DISTANCE)
                .map(metric -> charts.curves(metrics, metric))
                .toList());
        data.put("sent", charts.accuracyOverBytes(metrics));
        data.put("consensus", charts.curves(metrics, Metric.CONSENSUS_DISTANCE));
        data.put("fits", TopologyFit.of(runs, schemes).stream().map(this::fit).toList());
        PageDrawings drawings = new PageDrawings(leftOut);
        data.put("topologies", drawings.topologies(schemes.all()));
        data.put("covariances", drawings.covariances(runs));
        data.put("confusions", confusions(drawings));
        data.put("environment", environment);
        data.put("leftOut", leftOut);
        data.put("xs", charts.xs());
        return data;
    }

    private String subtitle() {
        Map<String, Integer> statuses = new TreeMap<>();
        runs.forEach(run -> statuses.merge(run.result().status().toString(), 1, Integer::sum));
        List<String> parts = new ArrayList<>();
        parts.add(runs.size() + (runs.size() == 1 ? " run" : " runs"));
        statuses.forEach((status, count) -> parts.add(count + " " + status));
        parts.addAll(environment.getOrDefault("data_set", Set.of()));
        return String.join(", ", parts);
    }

    /** The topology in any case, and every other key that differs between the runs. */
    private List<String> shownKeys() {
        Set<String> keys = new LinkedHashSet<>(varied.ofSeries());
        keys.add(VariedKeys.LEARNING_RATE);
        keys.addAll(varied.all());
        return List.copyOf(keys);
    }

    /** The values that all runs have in common, but for those that the table shows. */
    private Map<String, String> common() {
        Map<String, String> common = new LinkedHashMap<>();
        runs.stream().limit(1).forEach(run -> common.putAll(run.configuration()));
        shownKeys().forEach(common::remove);
        return common;
    }

    private Map<String, Object> run(RecordedRun run) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", run.name());
        json.put("folder", run.folder().toString());
        Map<String, String> configuration = new LinkedHashMap<>(run.configuration());
        configuration.keySet().retainAll(shownKeys());
        json.put("configuration", configuration);
        json.putAll(RunResults.fields(run.result()));
        OptionalDouble perStep = run.result().bytesPerStep();
        json.put("bytes_per_step", perStep.isPresent() ? perStep.getAsDouble() : null);
        json.put("best", best.contains(run));
        return json;
    }

    private static Map<String, Object> means(SeedGroup group) {
        Map<String, Object> json = named(group);
        json.put("finished", group.ended(RunStatus.FINISHED).size());
        json.put("diverged", group.ended(RunStatus.DIVERGED).size());
        for (Metric metric : Metric.values()) {
            json.put(metric.field(),
                    group.mean(metric::outcome).map(ReportData::mean).orElse(null));
        }
        return json;
    }

    private static Map<String, Object> named(SeedGroup group) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("series", group.series());
        json.put("learning_rate", group.learningRateText());
        return json;
    }

    /** The test accuracy of the most accurate series minus that of each other, at the best learning rate of each. */
    private void putPairs(Map<String, Object> data) {
        List<SeedDifference> toBest = SeedDifference.toBest(SeedDifference.of(groups));
        data.put("pairs", toBest.stream().map(ReportData::pair).toList());
        toBest.stream().map(SeedDifference::first).findFirst().ifPresent(best ->
                data.put("reference", best.series() + " (learning rate " + best.learningRateText() + ")"));
    }

    private static Map<String, Object> pair(SeedDifference difference) {
        Map<String, Object> json = named(difference.second());
        json.put("pairs", difference.accuracy().count());
        json.put("difference", mean(difference.accuracy()));
        json.put("significant", difference.accuracy().excludesZero());
        return json;
    }

    private Map<String, Object> fit(TopologyFit fit) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", fit.name());
        json.put("gamma", fit.gamma().map(GammaFit::gamma).orElse(null));
        json.put("at_bound", fit.gamma().map(GammaFit::atBound).orElse(false));
        json.put("rank_neighbors", fit.rankCorrelationOfNeighbors());
        json.put("rank_gap", fit.rankCorrelationOfGap());
        json.put("charts", charts.fits(fit));
        return json;
    }

    /** The confusion matrices of the most accurate runs, as pictures and by class. */
    private List<Map<String, Object>> confusions(PageDrawings drawings) {
        List<Map<String, Object>> confusions = new ArrayList<>();
        for (RecordedRun run : runs.stream().filter(best::contains).toList()) {
            try {
                ConfusionMatrix.read(run.folder())
                        .ifPresent(matrix -> confusions.add(confusion(run, matrix, drawings.confusion(run, matrix))));
            } catch (RecordException e) {
                leftOut.add(ReportedRuns.name(run) + ": no confusion matrix, " + e.getMessage());
            }
        }
        return confusions;
    }

    private static Map<String, Object> confusion(
            RecordedRun run, ConfusionMatrix matrix, List<Map<String, Object>> pictures) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", ReportedRuns.name(run));
        json.put("pictures", pictures);
        json.put("count", matrix.classNames().size());
        json.put("classes", matrix.byRecall().stream().limit(MOST_CLASSES)
                .map(truth -> ofClass(matrix, truth)).toList());
        return json;
    }

    private static Map<String, Object> ofClass(ConfusionMatrix matrix, int truth) {
        double precision = matrix.precision(truth);
        Optional<ConfusionMatrix.Mistake> worst = matrix.worstMistake(truth);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", Shown.label(matrix.classNames().get(truth)));
        json.put("images", matrix.images(truth));
        json.put("recall", matrix.recall(truth));
        json.put("precision", Double.isNaN(precision) ? null : precision);
        json.put("taken_for", worst.map(mistake -> Shown.label(matrix.classNames().get(mistake.predicted())))
                .orElse(null));
        json.put("taken", worst.map(ConfusionMatrix.Mistake::images).orElse(null));
        return json;
    }

    /** A mean with its interval; null where there is none. */
    private static Map<String, Object> mean(MeanInterval mean) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("count", mean.count());
        json.put("mean", mean.mean());
        json.put("half", mean.halfWidth().isPresent() ? mean.halfWidth().getAsDouble() : null);
        return json;
    }
}
