package dev.gossamer.model;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Access to float arrays in host memory, and working memory that one thread reuses from call to call. Compiled Java
 * loops are vectorised over {@code float[]} only, so that values are copied to the heap, block by block, and back.
 * What is outside the heap lives as long as its thread.
 */
final class HostMemory {

    private static final ThreadLocal<HostMemory> OF_THREAD = ThreadLocal.withInitial(HostMemory::new);
    private static final int SLOTS = 4;

    private final float[][] heap = new float[SLOTS][0];
    private final float[][][] rows = new float[SLOTS][0][0];
    private final FloatPointer[] outside = new FloatPointer[SLOTS];

    private HostMemory() {}

    /** The working memory of the calling thread. */
    static HostMemory ofThread() {
        return OF_THREAD.get();
    }

    /** At least {@code size} values on the heap, of any content; valid until the slot is asked for again. */
    float[] heap(int slot, int size) {
        if (heap[slot].length < size) {
            heap[slot] = new float[size];
        }
        return heap[slot];
    }

    /** At least {@code count} arrays of at least {@code length} values, as {@link #heap}. */
    float[][] rows(int slot, int count, int length) {
        if (rows[slot].length < count || rows[slot][0].length < length) {
            rows[slot] = new float[count][length];
        }
        return rows[slot];
    }

    /** At least {@code size} values outside the heap, of any content; valid until the slot is asked for again. */
    FloatPointer outside(int slot, long size) {
        if (outside[slot] == null || outside[slot].capacity() < size) {
            if (outside[slot] != null) {
                outside[slot].close();
            }
            outside[slot] = new FloatPointer(size);
        }
        return outside[slot];
    }

    /** Address of the first value of a packed C-order array. */
    static FloatPointer pointer(INDArray array) {
        if (array.ordering() != 'c' || array.elementWiseStride() != 1) {
            throw new IllegalArgumentException("needs a packed C-order array, got " + array.shapeInfoToString());
        }
        FloatPointer pointer = new FloatPointer(array.data().addressPointer());
        return pointer.position(0).limit(array.length()).capacity(array.length());
    }

    /** All values of a packed C-order array. */
    static FloatBuffer buffer(INDArray array) {
        return pointer(array).asBuffer();
    }
}
