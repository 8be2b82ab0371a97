package dev.gossamer.engine.stacked.cuda.driver;

import java.util.HashMap;
import java.util.Map;
import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.cudart.CUmod_st;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/** Compiled kernels, loaded into the current GPU. */
final class KernelModule implements AutoCloseable {

    /** Shared memory that a block has without asking, in bytes. */
    private static final int USUAL_SHARED = 48 << 10;

    /** More arguments than any kernel takes. */
    private static final int MOST_ARGUMENTS = 128;

    private final CUmod_st module = new CUmod_st();
    private final Map<String, CUfunc_st> functions = new HashMap<>();
    /** A launch's arguments, 8 bytes for each, and where they are; a launch has read them when it returns. */
    private final BytePointer values = new BytePointer((long) Long.BYTES * MOST_ARGUMENTS);
    private final PointerPointer<Pointer> pointers = new PointerPointer<>(MOST_ARGUMENTS);

    /** @param code machine code, or intermediate code with a zero at its end */
    KernelModule(byte[] code) {
        try (BytePointer image = new BytePointer(code)) {
            Status.driver(cudart.cuModuleLoadData(module, image), "cuModuleLoadData");
        }
        for (int i = 0; i < MOST_ARGUMENTS; i++) {
            pointers.put(i, values.getPointer((long) Long.BYTES * i));
        }
    }

    /** Launches a kernel, see {@link Gpu#launch}. */
    void launch(String kernel, Gpu.Grid grid, CUstream_st stream, Object... arguments) {
        CUfunc_st function = functions.computeIfAbsent(kernel, this::find);
        if (grid.sharedBytes() > USUAL_SHARED) {
            Status.driver(cudart.cuFuncSetAttribute(
                    function, cudart.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, grid.sharedBytes()),
                    "cuFuncSetAttribute(" + kernel + ")");
        }
        for (int i = 0; i < arguments.length; i++) {
            put((long) Long.BYTES * i, arguments[i]);
        }
        int status = cudart.cuLaunchKernel(function, grid.blocks(), 1, 1, grid.columns(), grid.lanes(), 1,
                grid.sharedBytes(), stream, pointers, (PointerPointer<?>) null);
        Status.driver(status, "cuLaunchKernel(" + kernel + ")");
    }

    private void put(long at, Object argument) {
        if (argument instanceof Integer value) {
            values.putInt(at, value);
        } else if (argument instanceof Long value) {
            values.putLong(at, value);
        } else if (argument instanceof Float value) {
            values.putFloat(at, value);
        } else {
            throw new IllegalArgumentException("no kernel takes " + argument);
        }
    }

    private CUfunc_st find(String kernel) {
        CUfunc_st function = new CUfunc_st();
        Status.driver(cudart.cuModuleGetFunction(function, module, kernel), "cuModuleGetFunction(" + kernel + ")");
        return function;
    }

    @Override
    public void close() {
        values.close();
        pointers.close();
        Status.driver(cudart.cuModuleUnload(module), "cuModuleUnload");
    }
}
