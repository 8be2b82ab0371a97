package dev.gossamer.engine.stacked.cuda;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/** Machine code of kernels for their sizes, compiled by all cores, beside whatever else is done. */
final class SizedKernels {

    private final Map<SizedKernel, CompletableFuture<byte[]>> code = new ConcurrentHashMap<>();
    private final Compiler compiler;

    /** Compiles a source; called by several threads. */
    @FunctionalInterface
    interface Compiler {

        /** Machine code. */
        byte[] compile(String source);
    }

    SizedKernels(Compiler compiler) {
        this.compiler = compiler;
    }

    /** Begins to compile a kernel, if nobody has. */
    CompletableFuture<byte[]> begin(SizedKernel kernel) {
        return code.computeIfAbsent(kernel, sized -> CompletableFuture.supplyAsync(
                () -> compiler.compile(KernelSource.sized(sized))));
    }

    /**
     * A kernel's code; waits for it.
     *
     * @throws CudaException if it cannot be compiled
     */
    byte[] code(SizedKernel kernel) {
        CompletableFuture<byte[]> begun = begin(kernel);
        try {
            return begun.join();
        } catch (CompletionException e) {
            code.remove(kernel, begun); // what failed once may not fail again
            throw e.getCause() instanceof CudaException failure ? failure : e;
        }
    }
}
