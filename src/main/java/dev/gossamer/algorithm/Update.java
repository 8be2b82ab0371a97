package dev.gossamer.algorithm;

import dev.gossamer.algorithm.Value.Mixed;
import dev.gossamer.algorithm.Value.Scaled;
import dev.gossamer.algorithm.Value.Sum;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a step of an algorithm does, as executors need it: matrices, and stages between which rows meet. Immutable.
 *
 * <p>Within a stage, every row is computed by itself. What a stage computes that a later one needs is saved for it; a kept
 * matrix gets its next value in the first stage after which nobody needs the one before.
 */
public final class Update {

    private final Algorithm algorithm;
    private final Step step = new Step();
    private final Map<Value, Integer> numbers = new HashMap<>();
    private final Map<Stored, Integer> lastReads = new HashMap<>();
    private final Set<Mixed> mixed = new LinkedHashSet<>();
    private final Set<Value> saved = new LinkedHashSet<>();
    private final List<Stage> stages = new ArrayList<>();

    /**
     * What is done between two barriers.
     *
     * @param mixed what is mixed first, from what earlier stages saved
     * @param saved what is computed for later stages
     * @param written matrices that get their next value, at the end
     */
    public record Stage(List<Mixed> mixed, List<Value> saved, List<Kept> written) {}

    private Update(Algorithm algorithm) {
        this.algorithm = algorithm;
        algorithm.step(step);
        kept().forEach(matrix -> use(matrix.next(), visit(matrix.next())));
        mixed.forEach(value -> saved.add(value.value()));
        kept().stream().filter(matrix -> number(matrix.next()) < writing(matrix))
                .forEach(matrix -> saved.add(matrix.next()));
        int count = 1 + kept().stream().mapToInt(this::writing).max().orElseThrow();
        for (int s = 0; s < count; s++) {
            int stage = s;
            stages.add(new Stage(
                    mixed.stream().filter(value -> number(value) == stage).toList(),
                    saved.stream().filter(value -> number(value) == stage).toList(),
                    kept().stream().filter(matrix -> writing(matrix) == stage).toList()));
        }
    }

    /** What a step of an algorithm does. */
    public static Update of(Algorithm algorithm) {
        return new Update(algorithm);
    }

    /** Finds the stage that a value is computed in, and what it asks of the stages before. */
    private int visit(Value value) {
        Integer known = numbers.get(value);
        if (known != null) {
            return known;
        }
        int number = 0;
        if (value instanceof Sum sum) {
            number = Math.max(visit(sum.first()), visit(sum.second()));
            use(sum.first(), number);
            use(sum.second(), number);
        } else if (value instanceof Scaled scaled) {
            number = visit(scaled.value());
            use(scaled.value(), number);
        } else if (value instanceof Mixed mix) {
            number = visit(mix.value()) + 1;
            use(mix.value(), number - 1);
            mixed.add(mix);
        }
        numbers.put(value, number);
        return number;
    }

    /** A multiple is made where it is used. */
    private void use(Value value, int number) {
        if (value instanceof Stored stored) {
            lastReads.merge(stored, number, Math::max);
        } else if (value instanceof Scaled scaled) {
            use(scaled.value(), number);
        } else if (number(value) < number) {
            saved.add(value);
        }
    }

    private int number(Value value) {
        return numbers.getOrDefault(value, 0);
    }

    /** The stage in which a matrix gets its next value. */
    private int writing(Kept matrix) {
        return Math.max(number(matrix.next()), lastReads.getOrDefault(matrix, 0));
    }

    /** The algorithm that was traced. */
    public Algorithm algorithm() {
        return algorithm;
    }

    /** The matrices that, with the number of the next step, decide how training goes on; parameters first. */
    public List<Kept> kept() {
        return step.kept();
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
        return step.parameters();
    }

    /** G at X. */
    public Gradients gradients() {
        return step.gradients();
    }

    /** What is evaluated. */
    public Kept evaluated() {
        return step.evaluated();
    }

    /** The matrices in memory: kept ones, then the gradients. */
    public List<Stored> stored() {
        List<Stored> all = new ArrayList<>(kept());
        all.add(gradients());
        return all;
    }

    /** What is done, one stage after another. */
    public List<Stage> stages() {
        return Collections.unmodifiableList(stages);
    }

    /** Vectors of d values that a worker sends to each neighbour in a step. */
    public int messages() {
        return mixed.size();
    }

    /** Matrices [n, d] that have to be read or written once in a step: the floor of what it moves. */
    public int traffic() {
        return lastReads.size() + kept().size();
    }
}
