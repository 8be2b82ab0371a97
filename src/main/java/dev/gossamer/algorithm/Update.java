package dev.gossamer.algorithm;

import dev.gossamer.algorithm.Value.Mixed;
import dev.gossamer.algorithm.Value.Scaled;
import dev.gossamer.topology.Scheme;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What a step of an algorithm does, as executors need it: matrices, and stages between which rows meet. Immutable.
 *
 * <p>Within a stage, every row is computed by itself. What a stage computes that a later one needs is saved for it; a
 * kept matrix gets its next value in the first stage that computes it and after which nobody needs the one before.
 */
public final class Update {

    private final Algorithm algorithm;
    private final Step step = new Step();
    private final Set<Mixed> mixed = new LinkedHashSet<>();
    private final Map<Value, Integer> earliest = new HashMap<>();
    private final Map<Value, Integer> computed = new HashMap<>();
    private final Map<Stored, Integer> lastReads = new HashMap<>();
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
        int last = kept().stream().mapToInt(matrix -> earliest(matrix.next())).max().orElseThrow();
        mixed.forEach(value -> computed.put(value, earliest(value)));
        for (int s = 0; s < last; s++) {
            int stage = s;
            mixed.stream().filter(value -> earliest(value) == stage + 1)
                    .forEach(value -> demand(value.value(), stage));
        }
        kept().stream().map(Kept::next).sorted(Comparator.comparing(value -> latest(value, last)))
                .filter(value -> !computed.containsKey(value))
                .forEach(value -> demand(value, latest(value, last)));
        mixed.forEach(value -> saved.add(value.value()));
        kept().stream().filter(matrix -> computed(matrix.next(), last) < writing(matrix, last))
                .forEach(matrix -> saved.add(matrix.next()));
        for (int s = 0; s <= last; s++) {
            int stage = s;
            stages.add(new Stage(
                    mixed.stream().filter(value -> earliest(value) == stage).toList(),
                    saved.stream().filter(value -> computed(value, 0) == stage).toList(),
                    kept().stream().filter(matrix -> writing(matrix, last) == stage).toList()));
        }
    }

    /** What a step of an algorithm does. */
    public static Update of(Algorithm algorithm) {
        return new Update(algorithm);
    }

    /** The first stage that a value can be computed in: the number of mixings, one of another, on the way to it. */
    private int earliest(Value value) {
        Integer known = earliest.get(value);
        if (known != null) {
            return known;
        }
        int stage = value.operands().stream().mapToInt(this::earliest).max().orElse(0);
        if (value instanceof Mixed mix) {
            mixed.add(mix);
            stage++;
        }
        earliest.put(value, stage);
        return stage;
    }

    /** The stage that what a matrix becomes is computed in, where nobody needs it before. */
    private int latest(Value next, int last) {
        return earliest(next) == 0 ? last : earliest(next);
    }

    /**
     * Sees to it that a value is there in a stage; the first one that needs it computes it, and then not again, but for
     * multiples.
     */
    private void demand(Value value, int stage) {
        if (value instanceof Stored stored) {
            lastReads.merge(stored, stage, Math::max);
        } else if (computed.putIfAbsent(value, stage) == null || value instanceof Scaled) {
            value.operands().forEach(operand -> demand(operand, stage));
        } else if (computed.get(value) < stage) {
            saved.add(value);
        }
    }

    private int computed(Value value, int ofStored) {
        return computed.getOrDefault(value, ofStored);
    }

    /** The stage in which a matrix gets its next value. */
    private int writing(Kept matrix, int last) {
        return Math.max(computed(matrix.next(), last), lastReads.getOrDefault(matrix, 0));
    }

    /** The algorithm that was traced. */
    public Algorithm algorithm() {
        return algorithm;
    }

    /** The step of a scheme whose matrix values are mixed by, see {@link Algorithm#exchange}. */
    public long exchange(long step) {
        return algorithm.exchange(step);
    }

    /** Checks what the algorithm needs of a scheme, see {@link Algorithm#check}. */
    public void check(Supplier<Scheme> scheme) {
        algorithm.check(scheme);
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
