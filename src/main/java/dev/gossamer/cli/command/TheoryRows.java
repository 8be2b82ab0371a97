package dev.gossamer.cli.command;

import dev.gossamer.cli.console.Console;
import dev.gossamer.report.analysis.NeighborCount;
import dev.gossamer.report.analysis.QuadraticRate;
import dev.gossamer.report.analysis.TopologyProperties;
import dev.gossamer.theory.RandomQuadratic;
import dev.gossamer.theory.RandomWalk;
import dev.gossamer.theory.SpectralGap;
import dev.gossamer.topology.Scheme;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** Computes what is listed of topologies. What does not converge stays empty, and the user is told why. */
public final class TheoryRows {

    private static final int PROGRESS_WIDTH = 70;

    private final Console console;
    private final Set<String> warnings = new HashSet<>();

    TheoryRows(Console console) {
        this.console = console;
    }

    /** The rows of one topology after another. A terminal shows which one; hundreds of workers take minutes. */
    <R> List<R> ofEach(List<Scheme> schemes, Function<Scheme, List<R>> rowsOf) {
        List<R> rows = new ArrayList<>();
        for (int k = 0; k < schemes.size(); k++) {
            progress("computing " + schemes.get(k).name() + " (" + (k + 1) + "/" + schemes.size() + ")");
            rows.addAll(rowsOf.apply(schemes.get(k)));
        }
        progress("");
        return rows;
    }

    /** Replaces the last line of a terminal. */
    private void progress(String line) {
        if (console.isTerminal()) {
            console.err().printf("\r%-" + PROGRESS_WIDTH + "s\r%s", "", line);
            console.err().flush();
        }
    }

    /**
     * What a topology costs and allows; the latter only where it repeats, and of it only the spectral gap where rows
     * of the mixing matrices do not sum to 1.
     *
     * @param gamma decay of the random walk
     * @param zeta noise of the gradients of the random quadratic
     */
    TopologyProperties properties(Scheme scheme, double gamma, double zeta) {
        if (scheme.period().isEmpty()) {
            return new TopologyProperties(scheme, OptionalDouble.empty(), Optional.empty(), Optional.empty());
        }
        Optional<RandomWalk> walk = scheme.isRowStochastic() ? walk(scheme) : Optional.empty();
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

    /** The rates of random quadratics on a topology for several noises and learning rates. */
    List<QuadraticRate> quadratics(Scheme scheme, List<Double> zetas, List<Double> learningRates) {
        Optional<RandomWalk> walk = walk(scheme);
        List<QuadraticRate> rows = new ArrayList<>();
        for (double zeta : zetas) {
            Optional<RandomQuadratic> quadratic = walk.map(found -> new RandomQuadratic(found, zeta));
            for (double rate : learningRates) {
                rows.add(new QuadraticRate(scheme, zeta, rate,
                        rate(scheme, quadratic, found -> found.rate(rate)),
                        rate(scheme, quadratic, found -> found.exactRate(rate))));
            }
        }
        return rows;
    }

    private OptionalDouble rate(
            Scheme scheme, Optional<RandomQuadratic> quadratic, Function<RandomQuadratic, OptionalDouble> rate) {
        return quadratic.flatMap(found -> attempt(scheme, () -> rate.apply(found))).orElse(OptionalDouble.empty());
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
            String warning = "warning: " + scheme.name() + ": " + e.getMessage();
            if (warnings.add(warning)) {
                progress("");
                console.err().println(warning);
            }
            return Optional.empty();
        }
    }
}
