package dev.gossamer.report.analysis;

import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunStatus;
import dev.gossamer.theory.GammaFit;
import dev.gossamer.theory.RandomWalk;
import dev.gossamer.theory.SpectralGap;
import dev.gossamer.topology.Scheme;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;

/**
 * How well two numbers of a topology explain what training with it ends with: the effective number of neighbours, for
 * the decay gamma under which it explains most, and the spectral gap, which leaves nothing to choose. That choice is an
 * advantage of the former, and the smaller, the more topologies there are.
 *
 * @param name what the runs have in common besides topology and number of workers; may be empty
 * @param loss the loss that is explained
 * @param points a point for each topology
 * @param gamma the fit, of topologies with a period whose rows sum to 1; empty where there are fewer than 3 of them, or
 *     nothing to explain
 */
public record TopologyFit(String name, Metric loss, List<Point> points, Optional<GammaFit> gamma) {

    private static final int FEWEST = 3;

    /**
     * A topology at its best learning rate.
     *
     * @param name its name, with its number of workers where they differ
     * @param style its place among the lines of a chart
     * @param learningRate the one of the lowest mean loss, among those at which no run diverged
     * @param loss mean over the seeds
     * @param spectralGap see {@link SpectralGap}; not a number without a period
     * @param neighbors n_eff of the fitted gamma; not a number without a fit or a period, or where rows do not sum to 1
     */
    public record Point(
            String name, int style, double learningRate, MeanInterval loss, double spectralGap, double neighbors) {}

    /** Runs that are compared, and the schemes of their topologies. */
    private record Best(SeedGroup group, int style, Scheme scheme) {}

    /**
     * A fit for each combination of the keys that vary, other than topology, workers, learning rate and seed.
     *
     * @param schemes the topologies that are known
     */
    public static List<TopologyFit> of(List<RecordedRun> runs, TopologySchemes schemes) {
        List<SeedGroup> groups = SeedGroup.of(runs);
        List<String> series = groups.stream().map(SeedGroup::series).distinct().toList();
        Metric loss = groups.stream().anyMatch(group -> loss(group, Metric.TRAIN_LOSS).isPresent())
                ? Metric.TRAIN_LOSS
                : Metric.TEST_LOSS;
        List<SeedGroup> measured = groups.stream()
                .filter(group -> loss(group, loss).filter(mean -> mean.mean() > 0).isPresent())
                .toList();
        Comparator<SeedGroup> lowest = Comparator.comparingDouble(group -> -loss(group, loss).orElseThrow().mean());
        VariedKeys varied = new VariedKeys(runs);
        Map<String, List<Best>> comparable = new LinkedHashMap<>();
        for (SeedGroup group : SeedGroup.best(measured, lowest).values()) {
            RecordedRun run = group.runs().get(0);
            schemes.ofTheory(run).ifPresent(scheme -> comparable
                    .computeIfAbsent(varied.besidesTopology(run), key -> new ArrayList<>())
                    .add(new Best(group, series.indexOf(group.series()), scheme)));
        }
        List<TopologyFit> fits = new ArrayList<>();
        comparable.forEach((name, best) -> fits.add(of(name, loss, best)));
        return fits;
    }

    /** The mean over the seeds, where none diverged. */
    private static Optional<MeanInterval> loss(SeedGroup group, Metric loss) {
        return group.ended(RunStatus.DIVERGED).isEmpty() ? group.mean(loss::outcome) : Optional.empty();
    }

    private static TopologyFit of(String name, Metric loss, List<Best> best) {
        Optional<GammaFit> fit = fit(best, loss);
        long sizes = best.stream().map(b -> b.scheme.workers()).distinct().count();
        List<Point> points = best.stream()
                .map(b -> new Point(
                        sizes > 1 ? b.scheme.name() + ", " + b.scheme.workers() + " workers" : b.scheme.name(),
                        b.style,
                        b.group.learningRate(),
                        loss(b.group, loss).orElseThrow(),
                        number(b.scheme, SpectralGap::of),
                        fit.map(f -> number(b.scheme, s -> neighbors(s, f.gamma()))).orElse(Double.NaN)))
                .toList();
        return new TopologyFit(name, loss, points, fit);
    }

    private static double neighbors(Scheme scheme, double gamma) {
        return RandomWalk.of(scheme).effectiveNeighbors(gamma).periodMean();
    }

    /** A small loss goes with a large number of neighbours, so that 1 / loss is what is fitted. */
    private static Optional<GammaFit> fit(List<Best> best, Metric loss) {
        List<Best> periodic = best.stream()
                .filter(b -> b.scheme.period().isPresent() && b.scheme.isRowStochastic()).toList();
        if (periodic.size() < FEWEST) {
            return Optional.empty();
        }
        try {
            return Optional.of(GammaFit.ofMeasurements(periodic.stream()
                    .map(b -> new GammaFit.Measurement(b.scheme, 1 / loss(b.group, loss).orElseThrow().mean()))
                    .toList()));
        } catch (IllegalArgumentException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static double number(Scheme scheme, ToDoubleFunction<Scheme> number) {
        try {
            return number.applyAsDouble(scheme);
        } catch (ArithmeticException e) {
            return Double.NaN;
        }
    }

    /** Spearman's rank correlation of the loss with the effective number of neighbours; -1 is a perfect explanation. */
    public double rankCorrelationOfNeighbors() {
        return rankCorrelation(Point::neighbors);
    }

    /** Spearman's rank correlation of the loss with the spectral gap. */
    public double rankCorrelationOfGap() {
        return rankCorrelation(Point::spectralGap);
    }

    private double rankCorrelation(ToDoubleFunction<Point> number) {
        List<Point> known = points.stream().filter(point -> Double.isFinite(number.applyAsDouble(point))).toList();
        if (known.size() < FEWEST) {
            return Double.NaN;
        }
        return new SpearmansCorrelation().correlation(
                known.stream().mapToDouble(number).toArray(),
                known.stream().mapToDouble(point -> point.loss.mean()).toArray());
    }
}
