package dev.gossamer.algorithm;

import dev.gossamer.algorithm.Value.Compressed;
import dev.gossamer.algorithm.Value.Mixed;
import dev.gossamer.algorithm.Value.Scaled;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is done in one go over all columns, in stages between which rows meet: what one column becomes does not depend
 * on the others, but for what earlier passes have measured. Immutable.
 *
 * <p>Within a stage, every row is computed by itself. What a stage computes that a later one needs is saved for it; a
 * kept matrix gets its next value in the first stage that computes it and after which nobody needs the one before.
 */
public final class Pass {

    private final Map<Value, Stored> memory;
    private final List<Kept> written;
    private final List<Compressed> measured;
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
     * @param measured what is to be compressed by the next pass, of which it needs to know all columns
     * @param written matrices that get their next value, at the end
     */
    public record Stage(List<Mixed> mixed, List<Value> saved, List<Compressed> measured, List<Kept> written) {}

    /**
     * @param memory where values lie: matrices that have not changed yet, and what others have become before
     * @param written matrices that get their next value
     * @param measured what is to be compressed by the next pass
     */
    Pass(Map<Value, Stored> memory, List<Kept> written, List<Compressed> measured) {
        this.memory = Map.copyOf(memory);
        this.written = List.copyOf(written);
        this.measured = List.copyOf(measured);
        List<Value> roots = new ArrayList<>(written.stream().map(Kept::next).toList());
        measured.forEach(value -> roots.add(value.value()));
        int last = roots.stream().mapToInt(this::earliest).max().orElse(0);
        mixed.forEach(value -> computed.put(value, earliest(value)));
        for (int s = 0; s < last; s++) {
            int stage = s;
            mixed.stream().filter(value -> earliest(value) == stage + 1)
                    .forEach(value -> demand(value.value(), stage));
        }
        measured.forEach(value -> demand(value.value(), earliest(value.value())));
        written.stream().map(Kept::next).sorted(Comparator.comparing(value -> latest(value, last)))
                .filter(value -> !computed.containsKey(value))
                .forEach(value -> demand(value, latest(value, last)));
        mixed.forEach(value -> saved.add(value.value()));
        written.stream().filter(matrix -> computed(matrix.next(), last) < writing(matrix, last))
                .forEach(matrix -> saved.add(matrix.next()));
        for (int s = 0; s <= last; s++) {
            int stage = s;
            stages.add(new Stage(
                    mixed.stream().filter(value -> earliest(value) == stage).toList(),
                    saved.stream().filter(value -> computed(value, 0) == stage).toList(),
                    measured.stream().filter(value -> earliest(value.value()) == stage).toList(),
                    written.stream().filter(matrix -> writing(matrix, last) == stage).toList()));
        }
    }

    /** The first stage that a value can be computed in: the number of mixings, one of another, on the way to it. */
    private int earliest(Value value) {
        Integer known = earliest.get(value);
        if (known != null) {
            return known;
        }
        int stage = memory.containsKey(value) ? 0
                : value.operands().stream().mapToInt(this::earliest).max().orElse(0);
        if (value instanceof Mixed mix && !memory.containsKey(value)) {
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
        Stored stored = memory.get(value);
        if (stored != null) {
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

    /** What is done, one stage after another. */
    public List<Stage> stages() {
        return Collections.unmodifiableList(stages);
    }

    /** The matrix that a value lies in, if it is in memory when the pass begins. */
    public Optional<Stored> memory(Value value) {
        return Optional.ofNullable(memory.get(value));
    }

    /** Matrices that are read. */
    public Collection<Stored> read() {
        return Collections.unmodifiableSet(lastReads.keySet());
    }

    /** Matrices that get their next value. */
    public List<Kept> written() {
        return written;
    }

    /** What is to be compressed by the next pass. */
    public List<Compressed> measured() {
        return measured;
    }
}
