package dev.gossamer.engine.stacked.host;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Update;
import dev.gossamer.engine.ReplicaMatrices;
import dev.gossamer.engine.stacked.BufferPlan;
import dev.gossamer.engine.stacked.Slice;
import dev.gossamer.topology.MixingMatrix;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.BytePointer;

/** Matrices whose rows lie in an order of their own, and are read and written in C order. */
final class OrderedMatrices implements ReplicaMatrices, AutoCloseable {

    private final ReplicaMatrices matrices;
    private final HostRows rows;
    private final Map<Slice, Tensor> ordered;
    private final OneDnnMemory memory = new OneDnnMemory();
    private final BytePointer place;
    private final Replica replica = new Replica();

    /**
     * A parameter tensor that is not in C order.
     *
     * @param values one tensor in C order, which is working memory
     * @param read from the row to there
     * @param written from there to the row
     */
    private record Tensor(Supplier<FloatBuffer> values, Kernel read, Kernel written) {}

    /**
     * @param matrices a step on the rows, in whatever order they are
     * @param slices the parameter tensors of a row
     */
    OrderedMatrices(ReplicaMatrices matrices, HostRows rows, List<Slice> slices, RowOrder order) {
        this.matrices = matrices;
        this.rows = rows;
        ordered = slices.stream().filter(order.layouts()::containsKey)
                .collect(Collectors.toMap(slice -> slice, slice -> tensor(slice, order.of(slice))));
        place = new BytePointer(memory.bytes() + BufferPlan.ALIGNMENT);
        memory.place(new BufferPlan(List.of(), List.of(), tensor -> 0),
                place.getPointer(BufferPlan.aligned(place.address()) - place.address()));
    }

    private Tensor tensor(Slice slice, memory.desc layout) {
        memory.desc packed = OneDnnTensors.packed(slice);
        OneDnnKernel read = new OneDnnKernel(memory);
        memory values = read.parameter(slice, layout, packed);
        OneDnnKernel written = new OneDnnKernel(memory);
        written.reorder(memory.working(packed, 0), written.gradient(slice, layout));
        return new Tensor(OneDnnMemory.values(values), read, written);
    }

    @Override
    public void read(Stored matrix, int worker, FloatBuffer destination) {
        int start = destination.position();
        matrices.read(matrix, worker, destination);
        replica.readFrom(rows.pointer(matrix), rows.start(worker));
        ordered.forEach((slice, tensor) -> {
            tensor.read.run(replica);
            FloatBuffer values = tensor.values.get();
            destination.put(start + Math.toIntExact(slice.offset()), values, 0, values.capacity());
        });
    }

    @Override
    public void write(Stored matrix, int worker, FloatBuffer source) {
        int start = source.position();
        matrices.write(matrix, worker, source);
        replica.writeTo(rows.pointer(matrix), rows.start(worker));
        ordered.forEach((slice, tensor) -> {
            FloatBuffer values = tensor.values.get();
            values.put(0, source, start + Math.toIntExact(slice.offset()), values.capacity());
            tensor.written.run(replica);
        });
    }

    @Override
    public Update rule() {
        return matrices.rule();
    }

    @Override
    public int workers() {
        return matrices.workers();
    }

    @Override
    public long parameters() {
        return matrices.parameters();
    }

    @Override
    public void step(Clock clock, MixingMatrix mixing) {
        matrices.step(clock, mixing);
    }

    @Override
    public double consensusDistance(Kept matrix) {
        return matrices.consensusDistance(matrix);
    }

    @Override
    public void close() {
        memory.close();
        place.close();
    }
}
