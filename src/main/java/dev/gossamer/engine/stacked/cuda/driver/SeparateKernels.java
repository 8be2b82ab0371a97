package dev.gossamer.engine.stacked.cuda.driver;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/** Machine code of kernels that are compiled by themselves, by all cores, beside whatever else is done. */
public final class SeparateKernels {

    private final Map<SeparateKernel, CompletableFuture<byte[]>> code = new ConcurrentHashMap<>();
    private final Compiler compiler;

    /** Compiles a source; called by several threads. */
    @FunctionalInterface
    public interface Compiler {

        /** Machine code. */
        byte[] compile(String source);
    }

    public SeparateKernels(Compiler compiler) {
        this.compiler = compiler;
    }

    /** Begins to compile a kernel, if nobody has. */
    CompletableFuture<byte[]> begin(SeparateKernel kernel) {
        return code.computeIfAbsent(kernel, separate -> CompletableFuture.supplyAsync(
                () -> compiler.compile(separate.source())));
    }

    /**
     * A kernel's code; waits for it.
     *
     * @throws CudaException if it cannot be compiled
     */
    byte[] code(SeparateKernel kernel) {
        CompletableFuture<byte[]> begun = begin(kernel);
        try {
            return begun.join();
        } catch (CompletionException e) {
            code.remove(kernel, begun); // what failed once may not fail again
            throw e.getCause() instanceof CudaException failure ? failure : e;
        }
    }
}
