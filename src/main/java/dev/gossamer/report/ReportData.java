package dev.gossamer.report;

import dev.gossamer.record.EnvironmentFile;
import dev.gossamer.record.MetricsRow;
import dev.gossamer.record.RecordException;
import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunResults;
import dev.gossamer.record.RunStatus;
import dev.gossamer.text.Decimal;
import dev.gossamer.theory.GammaFit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Everything that a report shows, as maps, lists, strings and numbers, for the script of the page. */
final class ReportData {

    private final Map<RecordedRun, List<MetricsRow>> metrics;
    private final List<RecordedRun> runs;
    private final VariedKeys varied;
    private final List<SeedGroup> groups;
    private final TopologySchemes schemes;
    private final List<String> leftOut;
    private final Set<RecordedRun> best;
    private final PlotJson plots = new PlotJson();
    private final Map<String, Set<String>> environment = new LinkedHashMap<>();

    ReportData(ReportedRuns reported) {
        metrics = reported.metrics();
        runs = reported.runs();
        varied = new VariedKeys(runs);
        groups = SeedGroup.of(runs);
        best = Tables.best(runs, varied);
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
        data.put("palette", palette());
        data.put("keys", shownKeys());
        data.put("common", common());
        data.put("runs", runs.stream().map(this::run).toList());
        data.put("means", SeedGroup.haveSeeds(groups) ? groups.stream().map(ReportData::means).toList() : List.of());
        putPairs(data);
        data.put("learningRates", plots.of(LearningRatePlot.of(runs)));
        data.put("curves", Arrays.stream(Metric.values())
                .filter(metric -> metric != Metric.CONSENSUS_DISTANCE)
                .map(metric -> plots.of(CurvePlot.of(metrics, metric)))
                .toList());
        data.put("consensus", plots.of(CurvePlot.of(metrics, Metric.CONSENSUS_DISTANCE)));
        data.put("fits", TopologyFit.of(runs, schemes).stream().map(ReportData::fit).toList());
        ReportDrawings drawings = new ReportDrawings(leftOut);
        data.put("topologies", drawings.topologies(schemes.all()));
        data.put("covariances", drawings.covariances(runs));
        data.put("environment", environment);
        data.put("leftOut", leftOut);
        data.put("xs", plots.xs());
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

    private static Map<String, Object> palette() {
        return Map.of("colors", Palette.hexColors(), "dashes", Palette.dashes());
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
        json.put("best", best.contains(run));
        return json;
    }

    private static Map<String, Object> means(SeedGroup group) {
        Map<String, Object> json = named(group);
        json.put("finished", group.ended(RunStatus.FINISHED).size());
        json.put("diverged", group.ended(RunStatus.DIVERGED).size());
        for (Metric metric : Metric.values()) {
            json.put(metric.field(),
                    group.mean(metric::outcome).map(PlotJson::mean).orElse(null));
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
        json.put("difference", PlotJson.mean(difference.accuracy()));
        json.put("significant", difference.accuracy().excludesZero());
        return json;
    }

    private static Map<String, Object> fit(TopologyFit fit) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", fit.name());
        json.put("loss", fit.loss().title());
        json.put("gamma", fit.gamma().map(GammaFit::gamma).orElse(null));
        json.put("at_bound", fit.gamma().map(GammaFit::atBound).orElse(false));
        json.put("rank_neighbors", fit.rankCorrelationOfNeighbors());
        json.put("rank_gap", fit.rankCorrelationOfGap());
        List<Map<String, Object>> points = new ArrayList<>();
        for (TopologyFit.Point point : fit.points()) {
            Map<String, Object> values = new LinkedHashMap<>();
            values.put("name", Figure.label(point.name()));
            values.put("style", point.style());
            values.put("learning_rate", Decimal.format(point.learningRate()));
            values.put("loss", PlotJson.mean(point.loss()));
            values.put("neighbors", point.neighbors());
            values.put("spectral_gap", point.spectralGap());
            points.add(values);
        }
        json.put("points", points);
        return json;
    }
}
