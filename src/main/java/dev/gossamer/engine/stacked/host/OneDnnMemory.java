package dev.gossamer.engine.stacked.host;

import dev.gossamer.engine.stacked.BufferPlan;
import dev.gossamer.engine.stacked.Tensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc_base;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * The memory objects of one program, created before their places are known: tensors, which the plan places; what a
 * forward pass keeps for its backward pass; and working memory that one operation after another uses. Owns everything
 * native that was made for the program.
 */
final class OneDnnMemory implements AutoCloseable {

    /** Floats. */
    static final memory.data_type F32 = memory.data_type.f32;

    /** The upper halves of floats. */
    static final memory.data_type BF16 = memory.data_type.bf16;

    private static final engine CPU = new engine(engine.kind.cpu, 0);

    private record TensorPlace(memory memory, Tensor tensor, long bytes) {}

    private record Place(memory memory, long offset) {}

    private record Seen(memory memory, memory as) {}

    private final stream stream = new stream(CPU);
    private final List<TensorPlace> tensors = new ArrayList<>();
    private final List<Place> kept = new ArrayList<>();
    private final List<Place> working = new ArrayList<>();
    private final List<Seen> seen = new ArrayList<>();
    private final List<Pointer> owned = new ArrayList<>(List.of(stream));
    private final List<String> implementations = new ArrayList<>();
    private long keptBytes;
    private long workingBytes;

    engine engine() {
        return CPU;
    }

    stream stream() {
        return stream;
    }

    /** Description of a packed float array in C order. */
    static memory.desc packed(long... shape) {
        return packed(F32, shape);
    }

    /** Description of a packed array in C order. */
    static memory.desc packed(memory.data_type type, long... shape) {
        memory.format_tag order = switch (shape.length) {
            case 1 -> memory.format_tag.a;
            case 2 -> memory.format_tag.ab;
            case 4 -> memory.format_tag.abcd;
            default -> throw new IllegalArgumentException("arrays have 1, 2 or 4 dimensions, got " + shape.length);
        };
        return new memory.desc(shape, type, order);
    }

    /** Description of a float array whose neighbours along each axis are that many values apart. */
    static memory.desc strided(long[] strides, long... shape) {
        return new memory.desc(shape, F32, strides);
    }

    /** Description of an array whose order an operation may choose. */
    static memory.desc free(memory.data_type type, long... shape) {
        return new memory.desc(shape, type, memory.format_tag.any);
    }

    /** Description of an array [b, c, h, w] with 8 or 16 channels side by side: [b, c / block, h, w, block]. */
    static memory.desc blocked(memory.data_type type, int block, long... shape) {
        return new memory.desc(shape, type,
                block == 8 ? memory.format_tag.nChw8c : memory.format_tag.nChw16c);
    }

    /** Attributes of an operation that is given its working memory. */
    static primitive_attr attributes() {
        primitive_attr attributes = new primitive_attr();
        attributes.set_scratchpad_mode(dnnl.scratchpad_mode.user);
        return attributes;
    }

    /** Has something native live as long as this object. */
    <P extends Pointer> P own(P pointer) {
        owned.add(pointer);
        return pointer;
    }

    /** Whether oneDNN has no fast code for an operation, only plain loops, a hundred times slower. */
    static boolean isPlain(primitive_desc_base description) {
        return description.impl_info_str().getString().startsWith("ref");
    }

    /** An operation of that description. */
    primitive operation(primitive_desc_base description) {
        implementations.add(description.impl_info_str().getString());
        return own(new primitive(description.get()));
    }

    List<String> implementations() {
        return implementations;
    }

    /** A memory object without a place. */
    memory unplaced(memory.desc layout) {
        return own(new memory(layout, CPU, (Pointer) null));
    }

    /** A tensor, seen in an order. */
    memory of(Tensor tensor, memory.desc layout) {
        return of(tensor, layout, 0);
    }

    /** A part of a tensor, that many values after its start. */
    memory of(Tensor tensor, memory.desc layout, long values) {
        memory memory = unplaced(layout);
        tensors.add(new TensorPlace(memory, tensor, values * Float.BYTES));
        return memory;
    }

    /** What is in another memory object, which has or will have a place, as an array of another shape. */
    memory seen(memory other, memory.desc layout) {
        memory memory = unplaced(layout);
        seen.add(new Seen(other, memory));
        return memory;
    }

    /** A matrix all of whose values are the same, and which nothing is written to. */
    memory filled(float value, int rows, int columns) {
        float[] values = new float[rows * columns];
        Arrays.fill(values, value);
        return own(new memory(packed(rows, columns), CPU, own(new FloatPointer(values))));
    }

    /** Memory that keeps its values from one operation to a later one. */
    memory kept(memory.desc layout) {
        memory memory = unplaced(layout);
        kept.add(new Place(memory, keptBytes));
        keptBytes += BufferPlan.aligned(layout.get_size());
        return memory;
    }

    /**
     * Working memory of one operation.
     *
     * @param offset bytes of working memory that the operation already has
     */
    memory working(memory.desc layout, long offset) {
        memory memory = unplaced(layout);
        working.add(new Place(memory, offset));
        workingBytes = Math.max(workingBytes, offset + BufferPlan.aligned(layout.get_size()));
        return memory;
    }

    /**
     * The values of a float array in the order in which they lie, with padding; looked at after it has its place.
     *
     * @throws IllegalArgumentException if it takes 2^31 bytes or more
     */
    static Supplier<FloatBuffer> values(memory memory) {
        long count = HostKernels.checked(memory.get_desc().get_size()) / Float.BYTES;
        return once(() -> new FloatPointer(memory.get_data_handle()).capacity(count).asBuffer());
    }

    /** Where an array lies; looked at after it has its place. */
    static Supplier<Pointer> address(memory memory) {
        return once(memory::get_data_handle);
    }

    private static <T> Supplier<T> once(Supplier<T> value) {
        return new Supplier<>() {
            private T known;

            @Override
            public T get() {
                if (known == null) {
                    known = value.get();
                }
                return known;
            }
        };
    }

    /** Bytes needed besides the tensors. */
    long bytes() {
        return keptBytes + workingBytes;
    }

    /** Gives everything its place: tensors, then what is kept, then working memory. */
    void place(BufferPlan plan, BytePointer base) {
        for (TensorPlace place : tensors) {
            place.memory.set_data_handle(base.getPointer(plan.offset(place.tensor) + place.bytes));
        }
        for (Place place : kept) {
            place.memory.set_data_handle(base.getPointer(plan.bytes() + place.offset));
        }
        for (Place place : working) {
            place.memory.set_data_handle(base.getPointer(plan.bytes() + keptBytes + place.offset));
        }
        for (Seen memories : seen) {
            memories.as.set_data_handle(memories.memory.get_data_handle());
        }
    }

    @Override
    public void close() {
        for (int i = owned.size() - 1; i >= 0; i--) {
            owned.get(i).close();
        }
        owned.clear();
    }
}
