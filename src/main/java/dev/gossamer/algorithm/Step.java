package dev.gossamer.algorithm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A step, as an algorithm sees it. */
public final class Step {

    private final Kept parameters = new Kept("parameters", Kept.Initial.PARAMETERS);
    private final Gradients stored = new Gradients();
    private final List<Kept> kept = new ArrayList<>(List.of(parameters));
    private Kept models = parameters;
    private Value gradients = stored;
    private int kind;
    private Optional<Kept> average = Optional.empty();
    private int numbers;

    Step(int kind) {
        this.kind = kind;
    }

    /** Which of the algorithm's {@link Algorithm#kinds kinds} of steps it is. */
    public int kind() {
        return kind;
    }

    /** Says which of its own kinds it is for an algorithm inside of another one. */
    public void enter(int kindInside) {
        kind = kindInside;
    }

    /** X [n, d], where gradients are taken. */
    public Kept parameters() {
        return parameters;
    }

    /** G [n, d] at X, each row of its worker's mini-batch, clipped where {@link #clip} says so. */
    public Value gradients() {
        return gradients;
    }

    /**
     * Says that the algorithm inside of another one gets gradients of a limited length.
     *
     * @param limit largest Euclidean norm of a worker's gradient, above 0
     */
    public void clip(double limit) {
        gradients = compressed(stored, new Compression.Clipping(limit));
    }

    /** G as it lies in memory. */
    Gradients stored() {
        return stored;
    }

    /**
     * A matrix that is kept from step to step.
     *
     * @param name that of checkpoints: a word in lower case
     * @throws IllegalArgumentException if there is one of this name
     */
    public Kept keep(String name, Kept.Initial initial) {
        if (kept.stream().anyMatch(matrix -> matrix.name().equals(name))) {
            throw new IllegalArgumentException("two matrices cannot both be " + name);
        }
        Kept matrix = new Kept(name, initial);
        kept.add(matrix);
        return matrix;
    }

    /** W_t value: every worker's weighted mean of what it and its neighbours have. */
    public Value mixed(Value value) {
        return mixed(value, Exchange.GOSSIP);
    }

    /** Every worker's weighted sum of the rows that it receives in another exchange. */
    public Value mixed(Value value, Exchange exchange) {
        return new Value.Mixed(value, exchange);
    }

    /** What is left of each worker's row after a compression. */
    public Value compressed(Value value, Compression compression) {
        return compression.isWhole() ? value : new Value.Compressed(value, compression);
    }

    /** Says how many single numbers are sent with each message besides. */
    public void sendsAlso(int count) {
        numbers = count;
    }

    /** Says which matrix has the models that workers end a step with; X where nothing is said. */
    public void models(Kept matrix) {
        models = matrix;
    }

    /** Says which matrix is an average of the models over time, which is evaluated in their place. */
    public void average(Kept matrix) {
        average = Optional.of(matrix);
    }

    /** The matrices that are kept so far, X first. */
    public List<Kept> kept() {
        return List.copyOf(kept);
    }

    int numbers() {
        return numbers;
    }

    /** Matrices of which nothing is said stay as they are. */
    void end() {
        kept.stream().filter(matrix -> !matrix.isDecided()).forEach(matrix -> matrix.becomes(matrix));
    }

    /** The models that workers end the step with. */
    public Kept models() {
        return models;
    }

    Optional<Kept> average() {
        return average;
    }
}
