package dev.gossamer.placement;

import dev.gossamer.catalogue.Key;
import dev.gossamer.catalogue.Values;
import dev.gossamer.catalogue.Written;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Where and with what a run is computed. As long as numbers are finite, results of different engines differ by rounding
 * only.
 *
 * @param engine what computes the gradients: {@code stacked}, {@code dl4j}, {@code reference}, or {@code auto} for the
 *     faster one of the first two that knows all layers of the model, which is recorded
 * @param device where: {@code cpu}, {@code cuda}, or {@code auto} for a GPU where one is usable, which is recorded
 * @param gpu number of the GPU, in [0, 1023]
 * @param precision arithmetic of convolutions: {@code fp32}, {@code tf32}, which is FP32 on a CPU, or {@code bf16},
 *     which a CPU has to know; that of dense layers is {@code bf16} on a GPU with {@code bf16}, else FP32
 * @param threads threads of the engine, in [0, 1024]; 0 for every core, whose number is recorded with the engine
 */
public record Placement(EngineKind engine, String device, int gpu, String precision, int threads) {

    /** What computes the gradients. */
    public static final Key<EngineKind> ENGINE =
            EngineKind.CATALOGUE.key("engine", "auto", EngineKind.CATALOGUE.entries().stream()
                    .filter(kind -> !kind.meaning().isEmpty())
                    .map(kind -> kind.form() + ": " + kind.meaning())
                    .collect(Collectors.joining("; ")));

    /** Where an engine runs; without a hint, as "gpu" is not nearly "cpu". */
    public static final Key<String> DEVICE = Key.word("device", "auto", "auto, cpu or cuda",
            "auto takes an NVIDIA GPU where one is usable, and says why where not").hinting(text -> "").ofAllRuns();

    /** Number of the GPU. */
    public static final Key<Integer> DEVICES = Key.integer("devices", "0", "[0, 1023]",
            "which GPU, as nvidia-smi counts; several have runs side by side")
            .allowing("the number of a GPU in [0, 1023]").ofAllRuns();

    /** Arithmetic of convolutions, and with {@code bf16} on a GPU of dense layers. */
    public static final Key<String> PRECISION = Key.word("precision", "tf32", "fp32, tf32 or bf16",
            "arithmetic of convolutions, and with bf16 on a GPU of dense layers too; all else has fp32. On a CPU, tf32"
                    + " is fp32, and bf16 needs AVX512_BF16 or AMX");

    /** Native threads. */
    public static final Key<Integer> THREADS =
            Key.integer("threads", "0", "[0, 1024]", "threads of the engine; 0 takes every core");

    /** All keys, in order. */
    public static final List<Key<?>> KEYS = List.of(ENGINE, DEVICE, DEVICES, PRECISION, THREADS);

    /** Checks the values. */
    public Placement {
        DEVICE.check(device);
        DEVICES.check(gpu);
        PRECISION.check(precision);
        THREADS.check(threads);
    }

    /** The placement of a configuration. */
    public static Placement of(Values values) {
        return new Placement(values.get(ENGINE), values.get(DEVICE), values.get(DEVICES), values.get(PRECISION),
                values.get(THREADS));
    }

    /** Writes it down. */
    public void write(Written written) {
        written.put(ENGINE, engine);
        written.put(DEVICE, device);
        written.put(DEVICES, gpu);
        written.put(PRECISION, precision);
        written.put(THREADS, threads);
    }

    /** Number of threads of the engine: those given, or one for each core. */
    public int engineThreads() {
        return threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    }

    /** The same with another number of threads. */
    public Placement withThreads(int number) {
        return new Placement(engine, device, gpu, precision, number);
    }

    /** The same on another GPU. */
    public Placement onGpu(int number) {
        return new Placement(engine, device, number, precision, threads);
    }
}
