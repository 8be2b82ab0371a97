package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Coefficient;
import dev.gossamer.algorithm.RandomBits;
import dev.gossamer.algorithm.Trace;
import dev.gossamer.engine.stacked.cuda.driver.CudaException;
import dev.gossamer.engine.stacked.cuda.driver.Gpu;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;

/**
 * The numbers of steps of a kind, as arguments of kernels: coefficients, and keys of random bits. Those that each
 * worker has its own of lie on the GPU: first the keys, then the coefficients.
 */
final class KernelCoefficients {

    private final Gpu gpu;
    private final List<RandomBits.Counted> random;
    private final List<Coefficient> coefficients;
    private final int rows;
    private final long bytes;
    private final long memory;
    private final BytePointer staging;
    private final ByteBuffer host;
    private final Map<Object, Object> arguments = new HashMap<>();

    KernelCoefficients(Gpu gpu, Trace trace, List<UpdateKernel> kernels, int rows) {
        this.gpu = gpu;
        random = trace.compressed().stream().filter(Measurement::isRandom)
                .map(value -> counted(value.compression().bits())).distinct().toList();
        coefficients = kernels.stream().flatMap(kernel -> kernel.coefficients().stream()).distinct().toList();
        this.rows = rows;
        long tables = coefficients.stream().filter(Coefficient::isForEachWorker).count();
        bytes = rows * (Long.BYTES * (long) random.size() + Float.BYTES * tables);
        memory = bytes == 0 ? 0 : gpu.allocate(bytes, "coefficients");
        staging = bytes == 0 ? null : new BytePointer(gpu.staging(bytes)).capacity(bytes);
        host = bytes == 0 ? null : staging.asByteBuffer().order(ByteOrder.nativeOrder());
    }

    private static RandomBits.Counted counted(RandomBits bits) {
        if (bits instanceof RandomBits.Counted counted) {
            return counted;
        }
        throw new CudaException("a GPU compresses with random bits of RandomBits.counted only, got " + bits);
    }

    /** Computes those of a step. */
    void compute(Clock clock) {
        if (bytes > 0) {
            gpu.await(); // what was copied from the host has arrived
            host.clear();
        }
        for (RandomBits.Counted bits : random) {
            arguments.put(bits, memory + host.position());
            for (int row = 0; row < rows; row++) {
                host.putLong(bits.key(clock, row));
            }
        }
        for (Coefficient coefficient : coefficients) {
            float[] values = coefficient.rounded(clock);
            if (coefficient.isForEachWorker()) {
                arguments.put(coefficient, memory + host.position());
                host.asFloatBuffer().put(values, 0, rows);
                host.position(host.position() + Float.BYTES * rows);
            } else {
                arguments.put(coefficient, values[0]);
            }
        }
        if (bytes > 0) {
            gpu.upload(memory, staging, bytes);
        }
    }

    /** What one is in the step: a number, or the address of one for each worker. */
    Object argument(Coefficient coefficient) {
        return arguments.get(coefficient);
    }

    /** Address of the workers' keys, or 0 for what is not random. */
    long keys(RandomBits bits) {
        return (Long) arguments.getOrDefault(bits, 0L);
    }
}
