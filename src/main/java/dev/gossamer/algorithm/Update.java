package dev.gossamer.algorithm;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** What an algorithm does, as executors need it: the matrices, and what steps of each kind make of them. Immutable. */
public final class Update {

    private final Algorithm algorithm;
    private final List<Trace> traces;

    private Update(Algorithm algorithm) {
        this.algorithm = algorithm;
        traces = IntStream.range(0, algorithm.kinds()).mapToObj(kind -> new Trace(algorithm, kind)).toList();
        traces.forEach(this::checkMatrices);
        if (traces.stream().noneMatch(trace -> trace.step().parameters().isChanged())) {
            throw new IllegalStateException("it is not known what " + parameters() + " become");
        }
    }

    private void checkMatrices(Trace trace) {
        if (!new HashSet<>(trace.kept()).equals(new HashSet<>(kept()))) {
            throw new IllegalStateException(
                    "steps of one kind keep " + kept() + ", those of another one " + trace.kept());
        }
    }

    /** What an algorithm does. */
    public static Update of(Algorithm algorithm) {
        return new Update(algorithm);
    }

    /** The algorithm that was traced. */
    public Algorithm algorithm() {
        return algorithm;
    }

    /** What is done in a step, counted from 0. */
    public Trace at(long step) {
        return traces.get(algorithm.kind(step));
    }

    /** What is done in steps of each kind. */
    public List<Trace> traces() {
        return traces;
    }

    /** Whether what is sent is compressed. */
    public boolean isCompressing() {
        return traces.stream().anyMatch(Trace::isCompressing);
    }

    /**
     * Whether results depend on the order of the columns within a tensor, beyond the rounding of sums: where a
     * compression is {@linkplain Compression#isOfPlaces of places}.
     */
    public boolean isOfPlaces() {
        return traces.stream().flatMap(trace -> trace.compressed().stream())
                .anyMatch(value -> value.compression().isOfPlaces());
    }

    /** The step of a scheme whose matrix values are mixed by, see {@link Algorithm#exchange}. */
    public long exchange(long step) {
        return algorithm.exchange(step);
    }

    /** Matrices [n, d] that a step has to read or write, see {@link Trace#traffic}: the mean of the first thousand. */
    public double traffic() {
        return LongStream.range(0, 1000).mapToInt(step -> at(step).traffic()).average().orElseThrow();
    }

    private Step first() {
        return traces.get(0).step();
    }

    /** The matrices that, with the number of the next step, decide how training goes on; parameters first. */
    public List<Kept> kept() {
        return first().kept();
    }

    /**
     * The kept matrix of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Kept kept(String name) {
        return kept().stream().filter(matrix -> matrix.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no matrix of " + name + ", only " + kept()));
    }

    /** X, where gradients are taken. */
    public Kept parameters() {
        return first().parameters();
    }

    /** G at X. */
    public Gradients gradients() {
        return first().stored();
    }

    /**
     * The models that workers end a step with, which differ from X where X is mixed already for the step to come: what
     * is evaluated unless there is an average, and whose consensus distance is measured.
     */
    public Kept models() {
        return first().models();
    }

    /** The average of the models over time, if one is kept. */
    public Optional<Kept> average() {
        return first().average();
    }

    /** What is evaluated: the average, or the models where there is none. */
    public Kept evaluated() {
        return average().orElse(models());
    }

    /** The matrices in memory: kept ones, then the gradients. */
    public List<Stored> stored() {
        List<Stored> all = new ArrayList<>(kept());
        all.add(gradients());
        return all;
    }
}
