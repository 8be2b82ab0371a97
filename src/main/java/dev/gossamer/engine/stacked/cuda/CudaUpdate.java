package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Exchange;
import dev.gossamer.algorithm.Pass;
import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Trace;
import dev.gossamer.algorithm.Update;
import dev.gossamer.algorithm.Value.Compressed;
import dev.gossamer.engine.stacked.cuda.driver.Gpu;
import dev.gossamer.topology.MixingMatrix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Carries out the steps of an update: a kernel for each pass of a step, and what has to be measured after it. */
final class CudaUpdate {

    private final Gpu gpu;
    private final Update rule;
    private final Pieces pieces;
    private final Map<Trace, Kind> kinds = new HashMap<>();
    private final Map<Exchange, DeviceWeights> weights = new HashMap<>();
    private final Measurements measurements;
    private List<Object> matrices;

    /** What steps of a kind launch. */
    private record Kind(List<Launch> launches, KernelCoefficients coefficients) {}

    /** A pass, and its kernel. */
    private record Launch(Pass pass, UpdateKernel kernel) {

        /** Whether there is nothing to do: a compression at random that does not depend on the values. */
        boolean isEmpty() {
            return pass.written().isEmpty() && kernel.measured().isEmpty();
        }
    }

    /**
     * Begins to compile the kernels, and reserves what they need beside the matrices.
     *
     * @throws dev.gossamer.engine.stacked.cuda.driver.CudaException if there is no room for so many rows, or for what
     *     an update mixes, in shared memory
     */
    CudaUpdate(Gpu gpu, ParameterLayout layout, Update rule) {
        this.gpu = gpu;
        this.rule = rule;
        List<UpdateKernel> all = new ArrayList<>();
        for (Trace trace : rule.traces()) {
            List<Launch> launches = trace.passes().stream()
                    .map(pass -> new Launch(pass, UpdateKernel.of(rule, pass))).toList();
            List<UpdateKernel> kernels = launches.stream().map(Launch::kernel).toList();
            launches.stream().filter(launch -> !launch.isEmpty()).forEach(launch -> gpu.compile(launch.kernel));
            all.addAll(kernels);
            kinds.put(trace, new Kind(launches, new KernelCoefficients(gpu, trace, kernels, layout.rows())));
        }
        pieces = new Pieces(gpu, layout, all);
        measurements = new Measurements(gpu, layout, pieces, rule);
        all.forEach(kernel -> kernel.exchanges().forEach(exchange ->
                weights.computeIfAbsent(exchange, key -> new DeviceWeights(gpu, key))));
    }

    /** How blocks share the columns. */
    Pieces pieces() {
        return pieces;
    }

    /**
     * Says where the matrices are.
     *
     * @param parameters X, with its copy in BF16
     * @param addresses of all of them
     */
    void bind(ParameterMatrix parameters, Map<Stored, Long> addresses) {
        matrices = new ArrayList<>();
        rule.stored().forEach(matrix -> matrices.add(addresses.get(matrix)));
        matrices.addAll(List.of(parameters.rounded(), pieces.address(), parameters.layout().rows()));
    }

    /** A step. */
    void step(Clock clock, MixingMatrix mixing) {
        Trace trace = rule.at(clock.step());
        Kind kind = kinds.get(trace);
        kind.coefficients.compute(clock);
        for (Launch launch : kind.launches) {
            if (!launch.isEmpty()) {
                gpu.launch(launch.kernel, pieces.grid(launch.kernel),
                        arguments(launch.kernel, kind.coefficients, mixing));
            }
            launch.pass.measured().forEach(value ->
                    measurements.of(value).launch(kind.coefficients.keys(value.compression().bits())));
        }
    }

    private Object[] arguments(UpdateKernel kernel, KernelCoefficients coefficients, MixingMatrix mixing) {
        List<Object> arguments = new ArrayList<>(matrices);
        kernel.exchanges().forEach(exchange -> arguments.addAll(weights.get(exchange).arguments(mixing)));
        kernel.measured().forEach(value -> arguments.add(measurements.of(value).target()));
        for (Compressed value : kernel.compressed()) {
            arguments.add(measurements.of(value).known());
            if (Measurement.isRandom(value)) {
                arguments.add(coefficients.keys(value.compression().bits()));
            }
        }
        kernel.coefficients().forEach(coefficient -> arguments.add(coefficients.argument(coefficient)));
        return arguments.toArray();
    }
}
