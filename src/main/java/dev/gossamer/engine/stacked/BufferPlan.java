package dev.gossamer.engine.stacked;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Where the tensors of a list of operations lie in one piece of memory, so that tensors share a place where they are
 * never needed at the same time: largest first, each at the lowest free place (Pisarchyk and Lee, "Efficient memory
 * management for deep neural net inference", 2020, greedy by size).
 */
public final class BufferPlan {

    /** Offsets are multiples of this, in bytes: a cache line. */
    public static final int ALIGNMENT = 64;

    private record Lifetime(Tensor tensor, long bytes, int first, int last) {

        boolean meets(Lifetime other) {
            return first <= other.last && other.first <= last;
        }
    }

    private final Map<Tensor, Long> offsets = new HashMap<>();
    private final List<Lifetime> placed = new ArrayList<>();
    private long bytes;

    /**
     * Plans the memory of a list of operations.
     *
     * @param operations what is executed, in order
     * @param outside tensors that are written before the first operation or read after the last one
     * @param size bytes of a tensor
     */
    public BufferPlan(List<Operation> operations, List<Tensor> outside, ToLongFunction<Tensor> size) {
        List<Lifetime> lifetimes = new ArrayList<>();
        lifetimes(operations, outside).forEach((tensor, span) ->
                lifetimes.add(new Lifetime(tensor, aligned(size.applyAsLong(tensor)), span[0], span[1])));
        lifetimes.sort(Comparator.comparingLong(Lifetime::bytes).reversed()
                .thenComparing(lifetime -> lifetime.tensor.id()));
        lifetimes.forEach(this::place);
    }

    private static Map<Tensor, int[]> lifetimes(List<Operation> operations, List<Tensor> outside) {
        Map<Tensor, int[]> spans = new HashMap<>();
        for (int i = 0; i < operations.size(); i++) {
            for (Tensor tensor : operations.get(i).writes()) {
                extend(spans, tensor, i);
            }
            for (Tensor tensor : operations.get(i).reads()) {
                extend(spans, tensor, i);
            }
        }
        for (Tensor tensor : outside) {
            extend(spans, tensor, -1);
            extend(spans, tensor, operations.size());
        }
        return spans;
    }

    private static void extend(Map<Tensor, int[]> spans, Tensor tensor, int time) {
        int[] span = spans.computeIfAbsent(tensor, t -> new int[] {time, time});
        span[0] = Math.min(span[0], time);
        span[1] = Math.max(span[1], time);
    }

    /** The next multiple of {@link #ALIGNMENT}. */
    public static long aligned(long bytes) {
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private void place(Lifetime lifetime) {
        List<Lifetime> neighbours = placed.stream()
                .filter(lifetime::meets)
                .sorted(Comparator.comparingLong(other -> offsets.get(other.tensor)))
                .toList();
        long offset = 0;
        for (Lifetime other : neighbours) {
            long start = offsets.get(other.tensor);
            if (start - offset >= lifetime.bytes) {
                break;
            }
            offset = Math.max(offset, start + other.bytes);
        }
        offsets.put(lifetime.tensor, offset);
        placed.add(lifetime);
        bytes = Math.max(bytes, offset + lifetime.bytes);
    }

    /** Size of the whole memory in bytes. */
    public long bytes() {
        return bytes;
    }

    /** Offset of a tensor in bytes, a multiple of {@link #ALIGNMENT}. */
    public long offset(Tensor tensor) {
        return offsets.get(tensor);
    }
}
