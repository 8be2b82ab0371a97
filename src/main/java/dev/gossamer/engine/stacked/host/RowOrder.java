package dev.gossamer.engine.stacked.host;

import dev.gossamer.engine.stacked.Slice;
import java.util.Map;
import org.bytedeco.dnnl.memory;

/**
 * In which order the values of each parameter tensor lie in its columns of a row.
 *
 * @param layouts the orders of tensors that are not in C order; with no more values than C order has
 */
record RowOrder(Map<Slice, memory.desc> layouts) {

    /** C order throughout. */
    static final RowOrder PACKED = new RowOrder(Map.of());

    /** The order of a tensor. */
    memory.desc of(Slice slice) {
        memory.desc layout = layouts.get(slice);
        return layout == null ? OneDnnTensors.packed(slice) : layout;
    }
}
