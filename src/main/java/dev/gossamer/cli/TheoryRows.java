package dev.gossamer.cli;

import dev.gossamer.report.NeighborCount;
import dev.gossamer.report.QuadraticRate;
import dev.gossamer.report.TopologyProperties;
import dev.gossamer.theory.RandomQuadratic;
import dev.gossamer.theory.RandomWalk;
import dev.gossamer.theory.SpectralGap;
import dev.gossamer.topology.Scheme;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/** Computes what is listed of topologies. What does not converge stays empty, and the user is told why. */
final class TheoryRows {

    private final Console console;

    TheoryRows(Console console) {
        this.console = console;
    }

    /**
     * What a topology costs and allows.
     *
     * @param gamma decay of the random walk
     * @param zeta noise of the gradients of the random quadratic
     */
    TopologyProperties properties(Scheme scheme, double gamma, double zeta) {
        Optional<RandomWalk> walk = walk(scheme);
        return new TopologyProperties(
                scheme,
                number(attempt(scheme, () -> SpectralGap.of(scheme))),
                walk.flatMap(found -> attempt(scheme, () -> found.effectiveNeighbors(gamma))),
                walk.flatMap(found -> attempt(scheme, () -> new RandomQuadratic(found, zeta).exactBest())));
    }

    /** The effective numbers of neighbours of a topology for several decays. */
    List<NeighborCount> neighbors(Scheme scheme, List<Double> gammas) {
        Optional<RandomWalk> walk = walk(scheme);
        List<NeighborCount> rows = new ArrayList<>();
        for (double gamma : gammas) {
            rows.add(new NeighborCount(scheme, gamma,
                    walk.flatMap(found -> attempt(scheme, () -> found.effectiveNeighbors(gamma)))));
        }
        return rows;
    }

    /** The rates of random quadratics on a topology for several learning rates. */
    List<QuadraticRate> quadratics(Scheme scheme, double zeta, List<Double> learningRates) {
        Optional<RandomQuadratic> quadratic = walk(scheme).map(found -> new RandomQuadratic(found, zeta));
        List<QuadraticRate> rows = new ArrayList<>();
        for (double rate : learningRates) {
            rows.add(new QuadraticRate(scheme, zeta, rate,
                    quadratic.flatMap(found -> attempt(scheme, () -> found.rate(rate))).orElse(OptionalDouble.empty()),
                    quadratic.flatMap(found -> attempt(scheme, () -> found.exactRate(rate)))
                            .orElse(OptionalDouble.empty())));
        }
        return rows;
    }

    private Optional<RandomWalk> walk(Scheme scheme) {
        return attempt(scheme, () -> RandomWalk.of(scheme));
    }

    private static OptionalDouble number(Optional<Double> value) {
        return value.map(OptionalDouble::of).orElse(OptionalDouble.empty());
    }

    private <T> Optional<T> attempt(Scheme scheme, Supplier<T> computation) {
        try {
            return Optional.of(computation.get());
        } catch (ArithmeticException e) {
            console.err().println("warning: " + scheme.name() + ": " + e.getMessage());
            return Optional.empty();
        }
    }
}
