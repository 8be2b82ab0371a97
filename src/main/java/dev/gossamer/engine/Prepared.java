package dev.gossamer.engine;

import dev.gossamer.topology.MixingMatrix;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What is made of mixing matrices, kept for those that were used last. One that is asked for for the first time is kept
 * until the next one is made: a scheme may draw another one at every step, and asks for none of them again. They are
 * told apart as objects.
 *
 * @param <T> what is made of each
 */
public final class Prepared<T> {

    /** Matrices that are kept at most. */
    static final int MOST = 1024;

    /** Bytes of them and of what is made of them, if they are more than two. */
    private static final long MOST_BYTES = 256L << 20;

    private final Map<MixingMatrix, T> recent = new LinkedHashMap<>(16, 0.75f, true);
    private final Set<MixingMatrix> seen = Collections.newSetFromMap(new WeakHashMap<>());
    private final Function<MixingMatrix, T> prepare;
    private final Consumer<T> forget;
    private MixingMatrix newcomer;
    private long bytes;

    /**
     * @param prepare makes one
     * @param forget is told of those that are no longer kept, before another one is made
     */
    public Prepared(Function<MixingMatrix, T> prepare, Consumer<T> forget) {
        this.prepare = prepare;
        this.forget = forget;
    }

    /** What is made of a mixing matrix. */
    public T of(MixingMatrix mixing) {
        T known = recent.get(mixing);
        if (known != null) {
            newcomer = newcomer == mixing ? null : newcomer;
            return known;
        }
        makeRoom(bytes(mixing));
        T made = prepare.apply(mixing);
        recent.put(mixing, made);
        bytes += bytes(mixing);
        newcomer = seen.add(mixing) ? mixing : null;
        return made;
    }

    /** A matrix is in memory as long as it is a key. */
    private static long bytes(MixingMatrix mixing) {
        return mixing.bytes() + Weights.bytes(mixing);
    }

    private void makeRoom(long needed) {
        if (newcomer != null) {
            forget(newcomer);
            newcomer = null;
        }
        while (recent.size() == MOST || bytes + needed > MOST_BYTES && recent.size() > 1) {
            forget(recent.keySet().iterator().next());
        }
    }

    private void forget(MixingMatrix mixing) {
        bytes -= bytes(mixing);
        forget.accept(recent.remove(mixing));
    }
}
