package dev.gossamer.report.table;

import dev.gossamer.report.analysis.NeighborCount;
import dev.gossamer.report.analysis.QuadraticRate;
import dev.gossamer.report.analysis.TopologyProperties;
import dev.gossamer.text.Bytes;
import dev.gossamer.text.Decimal;
import dev.gossamer.theory.BestRate;
import dev.gossamer.theory.EffectiveNeighbors;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** What is listed of topologies: names of columns, and how their numbers look in tables. */
public final class TheoryListings {

    private static final int MOST_PHASES = 6;

    private TheoryListings() {}

    /**
     * Topologies and their properties.
     *
     * @param parameters number of parameters d of one worker, for the bytes that are sent in a step; empty to leave
     *     them out
     */
    public static Listing<TopologyProperties> topologies(OptionalLong parameters) {
        Listing<TopologyProperties> listing = new Listing<TopologyProperties>()
                .text("topology", "topology", row -> row.scheme().name())
                .number("workers", "workers", row -> row.scheme().workers(), Object::toString)
                .number("period", "period", row -> orNull(row.scheme().period()), Object::toString)
                .number("max_degree", "max degree", row -> row.scheme().maxDegree(), Object::toString)
                .number("messages_per_step", "messages/step", row -> row.scheme().messagesPerStep(),
                        TheoryListings::upToTwoDecimals);
        parameters.ifPresent(d -> listing.number("bytes_per_step", "sent/step",
                row -> row.scheme().bytesPerStep(d), bytes -> Bytes.format((Double) bytes)));
        return listing
                .number("spectral_gap", "spectral gap", row -> orNull(row.spectralGap()), significant(4))
                .number("effective_neighbors_mean", "n_eff mean",
                        row -> neighbors(row.neighbors(), EffectiveNeighbors::mean), significant(4))
                .number("effective_neighbors_worst", "n_eff worst",
                        row -> neighbors(row.neighbors(), EffectiveNeighbors::worst), significant(4))
                .number("best_learning_rate", "best learning rate",
                        row -> row.best().map(BestRate::learningRate).orElse(null), significant(4))
                .number("best_rate", "best rate", row -> row.best().map(BestRate::rate).orElse(null), significant(4));
    }

    /** Effective numbers of neighbours: mean and worst before step 0, and the mean before each step of a period. */
    public static Listing<NeighborCount> neighbors() {
        return meanAndWorst()
                .number("mean_by_phase", "mean by phase", TheoryListings::phases, TheoryListings::firstPhases);
    }

    private static Listing<NeighborCount> meanAndWorst() {
        return new Listing<NeighborCount>()
                .text("topology", "topology", row -> row.scheme().name())
                .number("workers", "workers", row -> row.scheme().workers(), Object::toString)
                .number("gamma", "gamma", NeighborCount::gamma, TheoryListings::exactly)
                .number("mean", "mean", row -> neighbors(row.neighbors(), EffectiveNeighbors::mean), significant(5))
                .number("worst", "worst", row -> neighbors(row.neighbors(), EffectiveNeighbors::worst), significant(5));
    }

    /** Rates of random quadratics. */
    public static Listing<QuadraticRate> quadratics() {
        return new Listing<QuadraticRate>()
                .text("topology", "topology", row -> row.scheme().name())
                .number("workers", "workers", row -> row.scheme().workers(), Object::toString)
                .number("zeta", "zeta", QuadraticRate::zeta, TheoryListings::exactly)
                .number("learning_rate", "learning rate", QuadraticRate::learningRate, TheoryListings::exactly)
                .number("rate", "rate", row -> orNull(row.rate()), significant(5))
                .number("rate_exact", "exact rate", row -> orNull(row.exactRate()), significant(5));
    }

    /**
     * The points of the chart of effective neighbours: like {@link #neighbors}, with the mean over workers and phases
     * in place of the phases.
     */
    public static Listing<NeighborCount> walk() {
        return meanAndWorst()
                .number("period_mean", "mean over the period",
                        row -> neighbors(row.neighbors(), EffectiveNeighbors::periodMean), significant(5));
    }

    private static Object orNull(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : null;
    }

    private static Object orNull(OptionalInt value) {
        return value.isPresent() ? value.getAsInt() : null;
    }

    private static Object neighbors(
            Optional<EffectiveNeighbors> neighbors, ToDoubleFunction<EffectiveNeighbors> number) {
        return neighbors.map(number::applyAsDouble).orElse(null);
    }

    private static Object phases(NeighborCount row) {
        return row.neighbors()
                .map(neighbors -> Arrays.stream(neighbors.meanByPhase()).boxed().toList())
                .orElse(null);
    }

    private static String firstPhases(Object value) {
        List<?> phases = (List<?>) value;
        String first = phases.stream().limit(MOST_PHASES).map(significant(4)).collect(Collectors.joining(" "));
        return phases.size() > MOST_PHASES ? first + " ..." : first;
    }

    private static String exactly(Object number) {
        return Decimal.format((Double) number);
    }

    private static String upToTwoDecimals(Object number) {
        String text = String.format(Locale.ROOT, "%.2f", (Double) number);
        return text.replaceFirst("\\.?0+$", "");
    }

    /** Rounded to a number of digits that count; in plain digits from 0.0001 on. */
    private static Function<Object, String> significant(int digits) {
        return number -> {
            double value = (Double) number;
            return value == 0 ? "0" : String.format(Locale.ROOT, "%." + digits + "g", value);
        };
    }
}
