package dev.gossamer.engine;

import dev.gossamer.engine.Instruction.Place;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Registers of a stage, given anew where what they hold is read for the last time. */
final class RegisterAllocation {

    private final Map<Place, Integer> lastReads = new HashMap<>();
    private final Map<Place, Place> places = new HashMap<>();
    private final Deque<Place> free = new ArrayDeque<>();
    private final List<Instruction> instructions = new ArrayList<>();
    private int registers;

    /**
     * @param given instructions, each with a register of its own for its result
     * @param kept registers that are needed after the last one
     */
    RegisterAllocation(List<Instruction> given, List<Place> kept) {
        for (int k = 0; k < given.size(); k++) {
            int now = k;
            given.get(k).reads().forEach(place -> lastReads.put(place, now));
        }
        kept.forEach(place -> lastReads.put(place, Integer.MAX_VALUE));
        given.stream().filter(Instruction.Mix.class::isInstance).forEach(mix -> {
            lastReads.put(mix.to(), Integer.MAX_VALUE);
            places.put(mix.to(), register());
        });
        for (int k = 0; k < given.size(); k++) {
            place(given.get(k), k);
        }
    }

    private void place(Instruction instruction, int now) {
        List<Place> last = instruction.reads().stream().distinct()
                .filter(place -> !place.isSlot() && lastReads.get(place) == now).toList();
        Map<Place, Place> before = Map.copyOf(places);
        if (instruction.isInPlace()) {
            last.forEach(place -> free.push(places.get(place)));
        }
        Place to = instruction.to();
        if (to != null && !to.isSlot() && !places.containsKey(to)) {
            places.put(to, free.isEmpty() ? register() : free.pop());
        }
        if (!instruction.isInPlace()) {
            last.forEach(place -> free.push(places.get(place)));
        }
        instructions.add(instruction.with(place(to), place -> before.getOrDefault(place, place)));
    }

    private Place register() {
        return new Place(false, registers++);
    }

    /** Where a value is that had a register of its own. */
    Place place(Place own) {
        return places.getOrDefault(own, own);
    }

    List<Instruction> instructions() {
        return instructions;
    }

    /** Number of registers. */
    int registers() {
        return registers;
    }
}
