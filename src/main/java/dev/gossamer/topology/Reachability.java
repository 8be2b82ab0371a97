package dev.gossamer.topology;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Whether information spreads from every worker to every other: the union of the communication graphs of one period, or
 * of the first steps where there is none, is strongly connected. Held as bits, since these graphs may be complete ones
 * of thousands of workers.
 */
final class Reachability {

    /**
     * Two workers.
     *
     * @param to who never hears from the other
     * @param from who is never heard
     */
    record Gap(int to, int from) {}

    private Reachability() {}

    static boolean isStronglyConnected(Scheme scheme) {
        return gap(scheme).isEmpty();
    }

    /** A pair of workers of which one never hears from the other; empty if there is none. */
    static Optional<Gap> gap(Scheme scheme) {
        int n = scheme.workers();
        BitSet[] senders = emptySets(n);
        BitSet[] receivers = emptySets(n);
        for (int step = 0; step < scheme.period().orElse(Scheme.WINDOW); step++) {
            MixingMatrix w = scheme.at(step);
            for (int i = 0; i < n; i++) {
                for (int k = w.rowStart(i); k < w.rowStart(i + 1); k++) {
                    senders[i].set(w.column(k));
                    receivers[w.column(k)].set(i);
                }
            }
        }
        OptionalInt unheard = missed(senders);
        OptionalInt deaf = missed(receivers);
        if (unheard.isPresent()) {
            return Optional.of(new Gap(0, unheard.getAsInt()));
        }
        return deaf.isPresent() ? Optional.of(new Gap(deaf.getAsInt(), 0)) : Optional.empty();
    }

    private static BitSet[] emptySets(int n) {
        BitSet[] sets = new BitSet[n];
        for (int i = 0; i < n; i++) {
            sets[i] = new BitSet(n);
        }
        return sets;
    }

    /** The first worker that no walk along these arcs gets to from worker 0. */
    private static OptionalInt missed(BitSet[] arcs) {
        BitSet reached = new BitSet(arcs.length);
        Deque<Integer> open = new ArrayDeque<>();
        reached.set(0);
        open.add(0);
        while (!open.isEmpty()) {
            BitSet next = (BitSet) arcs[open.remove()].clone();
            next.andNot(reached);
            reached.or(next);
            next.stream().forEach(open::add);
        }
        int missed = reached.nextClearBit(0);
        return missed < arcs.length ? OptionalInt.of(missed) : OptionalInt.empty();
    }
}
