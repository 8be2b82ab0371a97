package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.Pass;
import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Value;
import dev.gossamer.algorithm.Value.Compressed;
import dev.gossamer.algorithm.Value.Mixed;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where a kernel has the values of a pass. What is mixed is kept in shared memory, a slot for each; other values that a
 * later stage needs are computed again, or read again where they are what a matrix has become. So matrices may get
 * their next values later than {@link Pass} says, which saves what is needed again.
 */
final class UpdatePlan {

    private final Pass pass;
    private final Map<Value, Integer> slots = new LinkedHashMap<>();
    private final Map<Value, Integer> slotStages = new HashMap<>();
    private final Map<Kept, Integer> writes = new LinkedHashMap<>();
    private final Map<Stored, Integer> lastReads = new HashMap<>();
    private final Map<Kept, Integer> lastReadsOfNext = new HashMap<>();
    private final Map<Value, Integer> uses = new HashMap<>();

    UpdatePlan(Pass pass) {
        this.pass = pass;
        for (int s = 0; s < stages(); s++) {
            int stage = s;
            pass.stages().get(s).written().forEach(matrix -> writes.put(matrix, stage));
            for (Mixed mixed : pass.stages().get(s).mixed()) {
                slots.putIfAbsent(mixed.value(), slots.size());
                slotStages.putIfAbsent(mixed.value(), s - 1);
            }
        }
        boolean isComplete = false;
        while (!isComplete) {
            followReads();
            isComplete = !delayWrites();
        }
    }

    private void followReads() {
        lastReads.clear();
        lastReadsOfNext.clear();
        uses.clear();
        for (int s = 0; s < stages(); s++) {
            int stage = s;
            Set<Value> seen = new HashSet<>();
            written(s).forEach(matrix -> read(matrix.next(), stage, seen));
            shared(s).forEach(value -> read(value, stage, seen));
            measured(s).forEach(value -> read(value.value(), stage, seen));
        }
    }

    private void read(Value value, int stage, Set<Value> seen) {
        uses.merge(value, 1, Integer::sum);
        if (!seen.add(value) || isShared(value, stage)) {
            return;
        }
        Optional<Kept> became = became(value, stage);
        Optional<Stored> memory = memory(value);
        if (became.isPresent()) {
            lastReadsOfNext.merge(became.get(), stage, Math::max);
        } else if (memory.isPresent()) {
            lastReads.merge(memory.get(), stage, Math::max);
        } else if (!(value instanceof Mixed)) {
            value.operands().forEach(operand -> read(operand, stage, seen));
        }
    }

    /** No matrix is written before what is computed again has read it; true if that changes something. */
    private boolean delayWrites() {
        boolean isChanged = false;
        for (Map.Entry<Kept, Integer> write : writes.entrySet()) {
            int last = lastRead(write.getKey());
            isChanged |= last > write.getValue();
            write.setValue(Math.max(last, write.getValue()));
        }
        return isChanged;
    }

    /** Number of stages. */
    int stages() {
        return pass.stages().size();
    }

    /** The number of its slot for each value that is mixed. */
    Map<Value, Integer> slots() {
        return slots;
    }

    /** Matrices that get their next value in a stage. */
    List<Kept> written(int stage) {
        return writes.keySet().stream().filter(matrix -> writes.get(matrix) == stage).toList();
    }

    /** Values that get into shared memory in a stage. */
    List<Value> shared(int stage) {
        return slots.keySet().stream().filter(value -> slotStages.get(value) == stage).toList();
    }

    /** What is compressed by the next pass, and has to be measured of values that a stage computes. */
    List<Compressed> measured(int stage) {
        return pass.stages().get(stage).measured().stream().filter(Measurement::isOfValues).toList();
    }

    /** Whether an earlier stage has left a value in shared memory. */
    boolean isShared(Value value, int stage) {
        return slots.containsKey(value) && slotStages.get(value) < stage;
    }

    /** The matrix that in an earlier stage became a value. */
    Optional<Kept> became(Value value, int stage) {
        return writes.keySet().stream().filter(matrix -> matrix.next() == value && writes.get(matrix) < stage)
                .findFirst();
    }

    /** The matrix that a value lies in when the pass begins. */
    Optional<Stored> memory(Value value) {
        return pass.memory(value);
    }

    /** The last stage that reads a matrix as it was before the pass. */
    int lastRead(Stored matrix) {
        return lastReads.getOrDefault(matrix, 0);
    }

    /** Whether a stage after another one reads what a matrix has become. */
    boolean isReadAfter(Kept matrix, int stage) {
        return lastReadsOfNext.getOrDefault(matrix, 0) > stage;
    }

    /** How often a value is used. */
    int uses(Value value) {
        return uses.getOrDefault(value, 0);
    }
}
