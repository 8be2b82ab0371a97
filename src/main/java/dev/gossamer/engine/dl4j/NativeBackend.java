package dev.gossamer.engine.dl4j;

import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.Nd4jBlas;
import org.nd4j.nativeblas.NativeOpsHolder;
import org.nd4j.versioncheck.VersionCheck;

/** The ND4J backend, and how many threads its native operations use. */
final class NativeBackend {

    private NativeBackend() {}

    /** Backend and version, for example {@code ND4J CpuBackend 1.0.0-M2.1}. */
    static String description() {
        String version = VersionCheck.getVersionInfos().stream()
                .filter(info -> info.getArtifactId().equals("nd4j-api"))
                .map(info -> " " + info.getBuildVersion())
                .findFirst()
                .orElse("");
        return "ND4J " + Nd4j.getBackend().getClass().getSimpleName() + version;
    }

    /**
     * Limits operations called from the current thread to a number of threads, at least 1. For matrix products, which
     * OpenBLAS runs, the limit is that of the whole process.
     */
    static void limitThreads(int threads) {
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
        Nd4jBlas blas = (Nd4jBlas) Nd4j.factory().blas();
        blas.setMaxThreads(threads);
    }
}
