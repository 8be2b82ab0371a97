package dev.gossamer.algorithm;

import dev.gossamer.algorithm.Value.Compressed;
import dev.gossamer.algorithm.Value.Mixed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the steps of one kind do, in passes over all columns: a compression needs to have seen all of them before there
 * is anything left of the first. Immutable.
 *
 * <p>A value that a pass has computed and a later one needs is computed again, or read again where it is what a matrix
 * has become; no matrix gets its next value before what is computed again has read it.
 */
public final class Trace {

    private final Step step;
    private final List<Kept> changed;
    private final Set<Compressed> compressed = new LinkedHashSet<>();
    private final Set<Mixed> mixed = new LinkedHashSet<>();
    private final Map<Value, Integer> passes = new HashMap<>();
    private final Map<Kept, Integer> writes = new LinkedHashMap<>();
    private final List<Pass> all = new ArrayList<>();

    Trace(Algorithm algorithm, int kind) {
        step = new Step(kind);
        algorithm.step(step);
        step.end();
        changed = step.kept().stream().filter(Kept::isChanged).toList();
        changed.forEach(matrix -> writes.put(matrix, pass(matrix.next())));
        int last = passes.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        while (delaysWrites(last)) {
            continue;
        }
        for (int p = 0; p <= last; p++) {
            all.add(new Pass(memory(p), written(p), measured(p)));
        }
    }

    /** The first pass that a value is known in: the number of compressions, one of another, on the way to it. */
    private int pass(Value value) {
        Integer known = passes.get(value);
        if (known != null) {
            return known;
        }
        int pass = value.operands().stream().mapToInt(this::pass).max().orElse(0);
        if (value instanceof Compressed compress) {
            compressed.add(compress);
            pass++;
        }
        if (value instanceof Mixed mix) {
            mixed.add(mix);
        }
        passes.put(value, pass);
        return pass;
    }

    /** Delays what is written before it has been read for the last time; true if that changes something. */
    private boolean delaysWrites(int last) {
        boolean isChanged = false;
        for (int p = 0; p <= last; p++) {
            for (Stored matrix : read(p)) {
                if (matrix instanceof Kept kept && writes.getOrDefault(kept, p) < p) {
                    writes.put(kept, p);
                    isChanged = true;
                }
            }
        }
        return isChanged;
    }

    /** Matrices that a pass reads as they were before the step. */
    private Set<Stored> read(int pass) {
        Map<Value, Kept> became = became(pass);
        Set<Stored> read = new HashSet<>();
        Set<Value> seen = new HashSet<>();
        written(pass).forEach(matrix -> read(matrix.next(), became, seen, read));
        measured(pass).forEach(value -> read(value.value(), became, seen, read));
        return read;
    }

    private static void read(Value value, Map<Value, Kept> became, Set<Value> seen, Set<Stored> read) {
        if (!seen.add(value) || became.containsKey(value)) {
            return;
        }
        if (value instanceof Stored matrix) {
            read.add(matrix);
        }
        value.operands().forEach(operand -> read(operand, became, seen, read));
    }

    /** Values that matrices have become before a pass. */
    private Map<Value, Kept> became(int pass) {
        Map<Value, Kept> became = new HashMap<>();
        writes.forEach((matrix, written) -> {
            if (written < pass) {
                became.put(matrix.next(), matrix);
            }
        });
        return became;
    }

    /** Where values lie before a pass. */
    private Map<Value, Stored> memory(int pass) {
        Map<Value, Stored> memory = new HashMap<>(became(pass));
        List<Stored> stored = new ArrayList<>(step.kept());
        stored.add(step.stored());
        stored.stream().filter(matrix -> writes.getOrDefault(matrix, pass) >= pass)
                .forEach(matrix -> memory.put(matrix, matrix));
        return memory;
    }

    private List<Kept> written(int pass) {
        return changed.stream().filter(matrix -> writes.get(matrix) == pass).toList();
    }

    private List<Compressed> measured(int pass) {
        return compressed.stream().filter(value -> passes.get(value) == pass + 1).toList();
    }

    /**
     * What a pass has measured, computed once more from what is in memory after it: for measurements in several
     * rounds.
     *
     * @param pass its number
     * @param values some of those that it measures
     */
    public Pass again(int pass, List<Compressed> values) {
        return new Pass(memory(pass + 1), List.of(), values);
    }

    /** Whether one pass alone reads a matrix, and that once: not again for measurements in several rounds. */
    public boolean isReadOnce(Stored matrix) {
        int reads = 0;
        for (int p = 0; p < all.size(); p++) {
            reads += all.get(p).read().contains(matrix) ? 1 : 0;
            reads += again(p, all.get(p).measured()).read().contains(matrix) ? 1 : 0;
        }
        return reads <= 1;
    }

    Step step() {
        return step;
    }

    /** All matrices, with what they become. */
    public List<Kept> kept() {
        return step.kept();
    }

    /** What is done, one pass after another. */
    public List<Pass> passes() {
        return List.copyOf(all);
    }

    /** What is mixed, in order. */
    public List<Mixed> mixed() {
        return List.copyOf(mixed);
    }

    /** What is compressed, in order. */
    public List<Compressed> compressed() {
        return List.copyOf(compressed);
    }

    /** Whether it sends something compressed, which it then does in place of what it mixes by W_t. */
    boolean isCompressing() {
        return compressed.stream().anyMatch(value -> value.compression().isSent());
    }

    /** Matrices [n, d] that have to be read or written once, in each pass: the floor of what a step moves. */
    public int traffic() {
        return all.stream().mapToInt(pass -> pass.read().size() + pass.written().size()).sum();
    }
}
