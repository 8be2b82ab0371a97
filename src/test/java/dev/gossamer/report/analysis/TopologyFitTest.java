package dev.gossamer.report.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.RunStatus;
import dev.gossamer.report.Runs;
import dev.gossamer.theory.SpectralGap;
import dev.gossamer.topology.Scheme;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class TopologyFitTest {

    private final List<RunResult> results = new ArrayList<>();

    private void add(String topology, double rate, long seed, RunStatus status, double loss) {
        results.add(new RunResult("e", topology, 8, "mlp", rate, seed, status, 10, OptionalDouble.of(0.5),
                OptionalDouble.of(1), OptionalDouble.empty(), OptionalDouble.of(loss), OptionalDouble.of(1),
                OptionalDouble.of(1), Optional.empty()));
    }

    private TopologyFit fit() {
        List<RecordedRun> runs = Runs.of(results);
        List<TopologyFit> fits = TopologyFit.of(runs, new TopologySchemes(runs));
        assertEquals(1, fits.size());
        return fits.get(0);
    }

    /**
     * Spectral gaps: solo 0, ring 0.195, adversarial 0.3, fully connected 1. All eigenvalues of the adversarial one but
     * the first are 0.7, most of the ring's are smaller, so that a ring has more effective neighbours at every gamma.
     * Rank differences of loss and gap: 3, 0, 0, 3, and 1 - 6 x 18 / 60 = -0.8.
     */
    @Test
    void eachNumberHasItsOwnRankCorrelation() {
        add("solo", 0.1, 1, RunStatus.FINISHED, 0.9);
        add("artificial-adversarial-0.3", 0.1, 1, RunStatus.FINISHED, 0.7);
        add("ring", 0.1, 1, RunStatus.FINISHED, 0.6);
        add("fully-connected", 0.1, 1, RunStatus.FINISHED, 0.3);
        TopologyFit fit = fit();
        assertEquals(Metric.TRAIN_LOSS, fit.loss());
        assertEquals(-1, fit.rankCorrelationOfNeighbors(), 1e-12);
        assertEquals(-0.8, fit.rankCorrelationOfGap(), 1e-12);
        assertEquals(0.3, fit.points().get(1).spectralGap(), 1e-9);
        assertEquals(8, fit.points().get(3).neighbors(), 1e-6);
        assertTrue(fit.gamma().orElseThrow().correlation() > 0.9);
    }

    /** Theory is of what workers mix by, not of the topology alone. */
    @Test
    void roundsCountInThePrediction() {
        add("ring", 0.1, 1, RunStatus.FINISHED, 0.6);
        List<RecordedRun> runs = List.of(
                Runs.of(results.get(0), Map.of("mixing-rounds", 1)),
                Runs.of(results.get(0), Map.of("mixing-rounds", 3)),
                Runs.of(results.get(0), Map.of("mixing-rounds", 3, "acceleration", "chebyshev")));
        TopologySchemes schemes = new TopologySchemes(runs);
        assertEquals(List.of("ring", "ring, 3 rounds", "ring, 3 rounds of Chebyshev"),
                schemes.all().stream().map(Scheme::name).toList());
        List<Double> gaps = runs.stream().map(run -> SpectralGap.of(schemes.of(run).orElseThrow())).toList();
        assertEquals(1 - 0.805, gaps.get(0), 0.0005);
        assertEquals(1 - 0.521, gaps.get(1), 0.0005);
        assertEquals(1 - 0.253, gaps.get(2), 0.0005);
    }

    /** Theory says nothing of a topology without a period; it says as much of the others as without it. */
    @Test
    void aTopologyWithoutAPeriodIsLeftOutOfTheFit() {
        add("solo", 0.1, 1, RunStatus.FINISHED, 0.9);
        add("ring", 0.1, 1, RunStatus.FINISHED, 0.6);
        add("fully-connected", 0.1, 1, RunStatus.FINISHED, 0.3);
        TopologyFit without = fit();
        add("redrawn-random-matching", 0.1, 1, RunStatus.FINISHED, 0.5);
        TopologyFit with = fit();
        assertEquals(without.gamma().orElseThrow(), with.gamma().orElseThrow());
        assertEquals(without.rankCorrelationOfNeighbors(), with.rankCorrelationOfNeighbors());
        assertEquals(without.points(), with.points().subList(0, 3));
        TopologyFit.Point redrawn = with.points().get(3);
        assertEquals("redrawn-random-matching", redrawn.name());
        assertEquals(0.5, redrawn.loss().mean());
        assertTrue(Double.isNaN(redrawn.neighbors()) && Double.isNaN(redrawn.spectralGap()));
    }

    /** The random walk is of averages: with columns that sum to 1 alone, only the gap is known. */
    @Test
    void aTopologyOfSharesIsLeftOutOfTheFit() {
        add("solo", 0.1, 1, RunStatus.FINISHED, 0.9);
        add("ring", 0.1, 1, RunStatus.FINISHED, 0.6);
        add("fully-connected", 0.1, 1, RunStatus.FINISHED, 0.3);
        TopologyFit without = fit();
        add("random-digraph-2", 0.1, 1, RunStatus.FINISHED, 0.5);
        TopologyFit with = fit();
        assertEquals(without.gamma().orElseThrow(), with.gamma().orElseThrow());
        assertEquals(without.points(), with.points().subList(0, 3));
        TopologyFit.Point shares = with.points().get(3);
        assertTrue(Double.isNaN(shares.neighbors()) && shares.spectralGap() > 0 && shares.spectralGap() < 1);
    }

    /** Theory is of decentralized SGD: with local steps or exact averages, it is that of another scheme. */
    @Test
    void runsOfAlgorithmsThatTheoryIsNotOfAreLeftOut() {
        add("ring", 0.1, 1, RunStatus.FINISHED, 0.6);
        List<RecordedRun> runs = List.of(
                Runs.of(results.get(0), Map.of("algorithm", "d-sgd", "slowmo-period", "5")),
                Runs.of(results.get(0), Map.of("algorithm", "d-sgd")),
                Runs.of(results.get(0), Map.of("algorithm", "gossip-pga", "averaging-period", "4")),
                Runs.of(results.get(0), Map.of("algorithm", "local-sgd", "averaging-period", "3000")),
                Runs.of(results.get(0), Map.of("algorithm", "d2")),
                Runs.of(results.get(0), Map.of("algorithm", "of-another-library")));
        TopologySchemes schemes = new TopologySchemes(runs);
        assertEquals(List.of("ring"), schemes.all().stream().map(Scheme::name).toList());
        assertEquals(List.of("", "ring", "ring, exact average every 4 steps", "", "", ""), runs.stream()
                .map(run -> schemes.ofTheory(run).map(Scheme::name).orElse("")).toList());
        assertEquals(List.of("what topologies predict: theory is of decentralized SGD, so runs with SlowMo around"
                + " d-sgd, local-sgd every 3000 steps, d2, of-another-library are left out"), schemes.leftOut());
        assertEquals(List.of("ring", "ring, exact average every 4 steps"), TopologyFit.of(runs, schemes).stream()
                .flatMap(fit -> fit.points().stream()).map(TopologyFit.Point::name).toList());
    }

    @Test
    void aLearningRateAtWhichASeedDivergedIsNotTheBest() {
        add("ring", 0.1, 1, RunStatus.FINISHED, 0.6);
        add("ring", 0.1, 2, RunStatus.FINISHED, 0.5);
        add("ring", 0.2, 1, RunStatus.FINISHED, 0.1);
        add("ring", 0.2, 2, RunStatus.DIVERGED, 0.1);
        add("ring", 0.05, 1, RunStatus.FINISHED, 0.7);
        TopologyFit fit = fit();
        assertEquals(0.1, fit.points().get(0).learningRate());
        assertEquals(0.55, fit.points().get(0).loss().mean(), 1e-12);
        assertTrue(fit.gamma().isEmpty());
        assertTrue(Double.isNaN(fit.rankCorrelationOfGap()));
    }
}
