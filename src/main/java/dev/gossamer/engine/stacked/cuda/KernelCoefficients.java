package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Coefficient;
import dev.gossamer.engine.stacked.cuda.driver.Gpu;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;

/** The coefficients of an update, as arguments of its kernel; those that each worker has its own of lie on the GPU. */
final class KernelCoefficients {

    private final Gpu gpu;
    private final List<Coefficient> coefficients;
    private final int rows;
    private final int tables;
    private final long memory;
    private final FloatPointer staging;

    KernelCoefficients(Gpu gpu, List<Coefficient> coefficients, int rows) {
        this.gpu = gpu;
        this.coefficients = coefficients;
        this.rows = rows;
        tables = (int) coefficients.stream().filter(Coefficient::isForEachWorker).count();
        memory = tables == 0 ? 0 : gpu.allocate(bytes(), "coefficients");
        staging = tables == 0 ? null : new FloatPointer(gpu.staging(bytes())).capacity((long) rows * tables);
    }

    private long bytes() {
        return (long) Float.BYTES * rows * tables;
    }

    /** What they are in a step: numbers, or addresses of one for each worker. */
    List<Object> arguments(Clock clock) {
        if (tables > 0) {
            gpu.await(); // what was copied from the host has arrived
        }
        List<Object> arguments = new ArrayList<>();
        long table = 0;
        for (Coefficient coefficient : coefficients) {
            float[] values = coefficient.rounded(clock);
            if (coefficient.isForEachWorker()) {
                staging.position(table * rows).put(values, 0, rows);
                arguments.add(memory + Float.BYTES * rows * table);
                table++;
            } else {
                arguments.add(values[0]);
            }
        }
        if (tables > 0) {
            gpu.upload(memory, staging.position(0), bytes());
        }
        return arguments;
    }
}
