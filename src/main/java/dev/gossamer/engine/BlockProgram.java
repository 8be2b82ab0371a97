package dev.gossamer.engine;

import dev.gossamer.algorithm.Coefficient;
import dev.gossamer.algorithm.Exchange;
import dev.gossamer.algorithm.Pass;
import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Value;
import dev.gossamer.engine.Instruction.Chain;
import dev.gossamer.engine.Instruction.Combine;
import dev.gossamer.engine.Instruction.Compress;
import dev.gossamer.engine.Instruction.Elementwise;
import dev.gossamer.engine.Instruction.Load;
import dev.gossamer.engine.Instruction.Measure;
import dev.gossamer.engine.Instruction.Mix;
import dev.gossamer.engine.Instruction.Place;
import dev.gossamer.engine.Instruction.Shift;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A pass of an update as instructions on a block of columns of one row after another. Their places are registers, of
 * one row, and slots, which hold what is saved of all rows for later stages.
 */
final class BlockProgram {

    /**
     * Writes a matrix.
     *
     * @param matrix its number among {@link dev.gossamer.algorithm.Update#stored}
     */
    record Store(Place from, int matrix) {}

    /**
     * What is done to each row, in this order.
     *
     * @param parts what is computed, in groups: of what can be done to some columns and then to others, or of one
     * @param stores next values
     */
    record Stage(List<List<Instruction>> parts, List<Store> stores) {

        /** Numbers of the exchanges by which it mixes what earlier stages saved. */
        List<Integer> exchanges() {
            return parts.stream().flatMap(List::stream).filter(Mix.class::isInstance)
                    .map(mix -> ((Mix) mix).exchange()).distinct().toList();
        }
    }

    private record Term(Place value, Coefficient factor) {}

    private static final Coefficient ONE = Coefficient.of(1);

    private final Set<Value> computedOnce = new HashSet<>();
    private final Map<Value, Place> slots = new HashMap<>();
    private final List<Stage> stages = new ArrayList<>();
    private final List<Coefficient> factors = new ArrayList<>();
    private final List<Exchange> exchanges = new ArrayList<>();
    private final List<Value.Compressed> compressions = new ArrayList<>();
    private final List<Stored> stored;
    private final Pass pass;
    private int registers;
    private Map<Value, Place> places;
    private Set<Value> saved;
    private int named;
    private List<Instruction> instructions;

    /** @param stored all matrices, see {@link dev.gossamer.algorithm.Update#stored} */
    BlockProgram(List<Stored> stored, Pass pass) {
        this.stored = stored;
        this.pass = pass;
        Set<Value> seen = new HashSet<>();
        pass.written().forEach(matrix -> countUses(matrix.next(), seen));
        pass.measured().forEach(value -> countUses(value.value(), seen));
        for (Pass.Stage stage : pass.stages()) {
            computedOnce.addAll(stage.saved());
            stage.written().forEach(matrix -> computedOnce.add(matrix.next()));
        }
        pass.stages().forEach(stage -> stages.add(compile(stage)));
    }

    private void countUses(Value value, Set<Value> seen) {
        if (!seen.add(value)) {
            computedOnce.add(value);
        } else if (pass.memory(value).isEmpty()) {
            value.operands().forEach(operand -> countUses(operand, seen));
        }
    }

    private Stage compile(Pass.Stage stage) {
        places = new HashMap<>(slots);
        saved = new HashSet<>(stage.saved());
        instructions = new ArrayList<>();
        for (Value.Mixed mixed : stage.mixed()) {
            Place to = register();
            instructions.add(new Mix(number(mixed.exchange(), exchanges), slots.get(mixed.value()), to));
            places.put(mixed, to);
        }
        stage.saved().forEach(this::save);
        stage.measured().stream().filter(value -> value.compression().isOfValues()).forEach(value ->
                instructions.add(new Measure(number(value, compressions), place(value.value()))));
        List<Store> stores = new ArrayList<>();
        stage.written().forEach(matrix -> stores.add(new Store(place(matrix.next()), stored.indexOf(matrix))));
        RegisterAllocation allocation =
                new RegisterAllocation(loadedFirst(instructions), stores.stream().map(Store::from).toList());
        registers = Math.max(registers, allocation.registers());
        return new Stage(grouped(chained(allocation.instructions())), stores.stream()
                .map(store -> new Store(allocation.place(store.from()), store.matrix())).toList());
    }

    private static List<Instruction> loadedFirst(List<Instruction> instructions) {
        List<Instruction> ordered = new ArrayList<>(instructions);
        ordered.sort(Comparator.comparing(instruction -> !(instruction instanceof Load)));
        return ordered;
    }

    private static List<List<Instruction>> grouped(List<Instruction> instructions) {
        List<List<Instruction>> groups = new ArrayList<>();
        boolean isOpen = false;
        for (Instruction instruction : instructions) {
            if (!isOpen || !instruction.isByColumn()) {
                groups.add(new ArrayList<>());
            }
            groups.get(groups.size() - 1).add(instruction);
            isOpen = instruction.isByColumn();
        }
        return groups;
    }

    /** What one instruction leaves for the next need not go through memory. */
    private static List<Instruction> chained(List<Instruction> instructions) {
        List<Instruction> chained = new ArrayList<>();
        for (Instruction instruction : instructions) {
            int last = chained.size() - 1;
            if (last >= 0 && chained.get(last) instanceof Combine first && first.values().size() == 3
                    && instruction instanceof Combine second && second.values().size() == 2
                    && second.values().get(1).equals(first.to())) {
                chained.set(last, new Chain(first, second));
            } else {
                chained.add(instruction);
            }
        }
        return chained;
    }

    private Place register() {
        return new Place(false, named++);
    }

    private Place slot(Value value) {
        return slots.computeIfAbsent(value, key -> new Place(true, slots.size()));
    }

    /** Sees to it that a value is in a slot. */
    private void save(Value value) {
        Place known = place(value);
        if (!known.isSlot()) {
            add(slot(value), List.of(new Term(known, ONE)));
        }
    }

    private Place place(Value value) {
        Place known = places.get(value);
        if (known != null) {
            return known;
        }
        return compute(value, saved.contains(value) ? slot(value) : register());
    }

    private Place compute(Value value, Place to) {
        Optional<Stored> memory = pass.memory(value);
        if (memory.isPresent()) {
            instructions.add(new Load(stored.indexOf(memory.get()), to));
        } else if (value instanceof Value.Shifted shifted) {
            instructions.add(new Shift(to, place(shifted.value()), number(shifted.amount(), factors)));
        } else if (value instanceof Value.Elementwise elementwise) {
            instructions.add(new Elementwise(
                    elementwise.operator(), to, place(elementwise.first()), place(elementwise.second())));
        } else if (value instanceof Value.Compressed compressed) {
            instructions.add(new Compress(number(compressed, compressions), to, place(compressed.value())));
        } else {
            add(to, terms(value, true));
        }
        places.put(value, to);
        return to;
    }

    private void add(Place to, List<Term> terms) {
        instructions.add(new Combine(to, terms.stream().map(Term::value).toList(),
                terms.stream().map(term -> number(term.factor(), factors)).toList()));
    }

    private static <T> int number(T one, List<T> all) {
        if (!all.contains(one)) {
            all.add(one);
        }
        return all.indexOf(one);
    }

    /** A sum of terms, from the left to the right, which rounds as the value reads: a + (b + c) is (b + c) + a. */
    private List<Term> terms(Value value, boolean isRoot) {
        if (!isRoot && (computedOnce.contains(value) || places.containsKey(value))) {
            return List.of(new Term(place(value), ONE));
        }
        if (value instanceof Value.Sum sum && pass.memory(value).isEmpty()) {
            List<Term> first = terms(sum.first(), false);
            List<Term> second = terms(sum.second(), false);
            if (first.size() > 1 && second.size() > 1) {
                second = List.of(new Term(place(sum.second()), ONE));
            }
            List<Term> all = new ArrayList<>(second.size() == 1 ? first : second);
            all.addAll(second.size() == 1 ? second : first);
            return all;
        }
        return value instanceof Value.Scaled scaled && pass.memory(value).isEmpty()
                ? List.of(new Term(place(scaled.value()), scaled.factor()))
                : List.of(new Term(place(value), ONE));
    }

    /** One after another. */
    List<Stage> stages() {
        return stages;
    }

    /** Who receives whose rows. */
    List<Exchange> exchanges() {
        return exchanges;
    }

    /** What is measured, or compressed. */
    List<Value.Compressed> compressions() {
        return compressions;
    }

    /** What values are multiplied by, and numbers that are added to them. */
    List<Coefficient> factors() {
        return factors;
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
