package dev.gossamer.engine.dl4j;

import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.Nd4jBlas;
import org.nd4j.nativeblas.NativeOpsHolder;

/** How many threads ND4J's native operations use. */
final class NativeThreads {

    private NativeThreads() {}

    /** Limits operations called from the current thread to a number of OpenMP threads, at least 1. */
    static void limit(int threads) {
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
        Nd4jBlas blas = (Nd4jBlas) Nd4j.factory().blas();
        blas.setMaxThreads(threads);
    }
}
