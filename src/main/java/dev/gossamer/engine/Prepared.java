package dev.gossamer.engine;

import dev.gossamer.topology.MixingMatrix;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What is made of mixing matrices, kept for those that were used last: a scheme may have another one at every step.
 * They are told apart as objects.
 *
 * @param <T> what is made of each
 */
public final class Prepared<T> {

    /** Matrices that are kept at most. */
    static final int MOST = 1024;

    /** Bytes of them, see {@link Weights#bytes}, if they are more than two. */
    private static final long MOST_BYTES = 256L << 20;

    private final Map<MixingMatrix, T> recent = new LinkedHashMap<>(16, 0.75f, true);
    private final Function<MixingMatrix, T> prepare;
    private final Consumer<T> forget;
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
            return known;
        }
        makeRoom(Weights.bytes(mixing));
        T made = prepare.apply(mixing);
        recent.put(mixing, made);
        bytes += Weights.bytes(mixing);
        return made;
    }

    private void makeRoom(long needed) {
        Iterator<Map.Entry<MixingMatrix, T>> eldest = recent.entrySet().iterator();
        while (recent.size() == MOST || bytes + needed > MOST_BYTES && recent.size() > 1) {
            Map.Entry<MixingMatrix, T> forgotten = eldest.next();
            eldest.remove();
            bytes -= Weights.bytes(forgotten.getKey());
            forget.accept(forgotten.getValue());
        }
    }
}
