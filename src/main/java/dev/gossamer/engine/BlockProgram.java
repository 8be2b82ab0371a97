package dev.gossamer.engine;

import dev.gossamer.algorithm.Coefficient;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Update;
import dev.gossamer.algorithm.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An update as instructions on a block of columns of one row after another. Their places are registers, of one row, and
 * slots, which hold what is saved of all rows for later stages.
 */
final class BlockProgram {

    /**
     * A place for a block of columns.
     *
     * @param isSlot whether there is one for each row
     * @param index its number among those of its kind
     */
    record Place(boolean isSlot, int index) {}

    /** Computes a value of one row. */
    sealed interface Instruction permits Load, Combine {}

    /** Reads a matrix. */
    record Load(Stored matrix, Place to) implements Instruction {}

    /** The sum of factors times values, from the left to the right. */
    record Combine(Place to, List<Place> values, List<Coefficient> factors) implements Instruction {}

    /** Mixes a slot into a register. */
    record Mix(Place from, Place to) {}

    /** Writes a matrix. */
    record Store(Place from, Kept matrix) {}

    /**
     * What is done to each row, in this order.
     *
     * @param mixes of slots that are complete
     * @param instructions loads and combinations
     * @param stores next values
     */
    record Stage(List<Mix> mixes, List<Instruction> instructions, List<Store> stores) {}

    private record Term(Place value, Coefficient factor) {}

    private static final Coefficient ONE = Coefficient.of(1);

    private final Set<Value> computedOnce = new HashSet<>();
    private final Map<Value, Place> slots = new HashMap<>();
    private final List<Stage> stages = new ArrayList<>();
    private int registers;
    private Map<Value, Place> places;
    private List<Instruction> instructions;

    BlockProgram(Update update) {
        Set<Value> seen = new HashSet<>();
        update.kept().forEach(matrix -> countUses(matrix.next(), seen));
        for (Update.Stage stage : update.stages()) {
            computedOnce.addAll(stage.saved());
            stage.written().forEach(matrix -> computedOnce.add(matrix.next()));
        }
        update.stages().forEach(stage -> stages.add(compile(stage)));
    }

    private void countUses(Value value, Set<Value> seen) {
        if (!seen.add(value)) {
            computedOnce.add(value);
        } else if (value instanceof Value.Sum sum) {
            countUses(sum.first(), seen);
            countUses(sum.second(), seen);
        } else if (value instanceof Value.Scaled scaled) {
            countUses(scaled.value(), seen);
        } else if (value instanceof Value.Mixed mixed) {
            countUses(mixed.value(), seen);
        }
    }

    private Stage compile(Update.Stage stage) {
        places = new HashMap<>(slots);
        instructions = new ArrayList<>();
        List<Mix> mixes = new ArrayList<>();
        for (Value.Mixed mixed : stage.mixed()) {
            Place to = register();
            mixes.add(new Mix(slots.get(mixed.value()), to));
            places.put(mixed, to);
        }
        stage.saved().forEach(this::save);
        List<Store> stores = new ArrayList<>();
        stage.written().forEach(matrix -> stores.add(new Store(place(matrix.next()), matrix)));
        return new Stage(mixes, instructions, stores);
    }

    private Place register() {
        return new Place(false, registers++);
    }

    /** Sees to it that a value is in a slot. */
    private void save(Value value) {
        Place slot = new Place(true, slots.size());
        slots.put(value, slot);
        Place known = places.get(value);
        if (known != null) {
            instructions.add(new Combine(slot, List.of(known), List.of(ONE)));
        } else {
            compute(value, slot);
        }
    }

    private Place place(Value value) {
        Place known = places.get(value);
        if (known != null) {
            return known;
        }
        return compute(value, register());
    }

    private Place compute(Value value, Place to) {
        if (value instanceof Stored matrix) {
            instructions.add(new Load(matrix, to));
        } else {
            List<Term> terms = terms(value, true);
            instructions.add(new Combine(to, terms.stream().map(Term::value).toList(),
                    terms.stream().map(Term::factor).toList()));
        }
        places.put(value, to);
        return to;
    }

    /** A sum of terms, from the left to the right, which rounds as the value reads: a + (b + c) is (b + c) + a. */
    private List<Term> terms(Value value, boolean isRoot) {
        if (!isRoot && (computedOnce.contains(value) || places.containsKey(value))) {
            return List.of(new Term(place(value), ONE));
        }
        if (value instanceof Value.Sum sum) {
            List<Term> first = terms(sum.first(), false);
            List<Term> second = terms(sum.second(), false);
            if (first.size() > 1 && second.size() > 1) {
                second = List.of(new Term(place(sum.second()), ONE));
            }
            List<Term> all = new ArrayList<>(second.size() == 1 ? first : second);
            all.addAll(second.size() == 1 ? second : first);
            return all;
        }
        return value instanceof Value.Scaled scaled
                ? List.of(new Term(place(scaled.value()), scaled.factor()))
                : List.of(new Term(place(value), ONE));
    }

    /** One after another. */
    List<Stage> stages() {
        return stages;
    }

    /** Number of registers. */
    int registers() {
        return registers;
    }

    /** Number of slots. */
    int slots() {
        return slots.size();
    }
}
