package dev.gossamer.engine.host;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.presets.openblas_nolapack;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/** OpenMP, with which oneDNN and ND4J share the work of an operation among threads. */
final class OpenMp {

    /** The function of that name in the library that oneDNN was loaded with; null where it has another. */
    private static final openblas_nolapack.SetNumThreads FUNCTION = find("omp_set_num_threads");

    private OpenMp() {}

    /** Limits operations called from the current thread to a number of OpenMP threads, at least 1. */
    static void limit(int threads) {
        if (FUNCTION != null) {
            FUNCTION.call(threads);
        } else {
            Nd4j.getExecutioner(); // the holder needs what ND4J's own start has set
            NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
        }
    }

    /** ND4J has a binding to it too, but takes seconds to load; JavaCPP calls any function of that form. */
    private static openblas_nolapack.SetNumThreads find(String name) {
        openblas_nolapack.SetNumThreads function = new openblas_nolapack.SetNumThreads() { };
        Pointer address = Loader.addressof(name);
        return address == null || address.isNull() ? null : function.put(address);
    }
}
