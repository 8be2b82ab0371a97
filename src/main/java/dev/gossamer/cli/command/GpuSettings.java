package dev.gossamer.cli.command;

import dev.gossamer.bench.gpu.GpuPart;
import dev.gossamer.bench.gpu.GpuReport;
import dev.gossamer.bench.gpu.GpuReport.LeftOut;
import dev.gossamer.bench.gpu.GpuVariants;
import dev.gossamer.bench.gpu.PartProcess;
import dev.gossamer.configuration.Gossip;
import dev.gossamer.configuration.Optimization;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.Task;
import dev.gossamer.engine.stacked.cuda.Switches;
import dev.gossamer.model.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What the options of {@code gpu} say.
 *
 * @param home holds {@code datasets}, {@code experiments} and {@code runs}
 * @param index number of the GPU
 * @param precision of what is timed
 * @param output folder of the report
 * @param data where CIFAR-10 is
 * @param python a Python that may have PyTorch
 * @param models whose variants are timed
 * @param workers number of workers of the variants
 * @param steps number of steps of the variants in a round
 * @param switches the baseline of the variants
 * @param words of the parts that are wanted; none where all are
 * @param seconds how long all may take
 * @param arguments what the user typed
 */
public record GpuSettings(Path home, int index, String precision, Path output, Path data, String python,
        List<String> models,
        String workers, String steps, Switches switches, List<String> words, double seconds, List<String> arguments) {

    /** Times each variant in a process of its own, whose environment has the switches. */
    GpuVariants variants(String file, Consumer<String> progress, BooleanSupplier stop) throws IOException {
        Path folder = Files.createDirectories(parts());
        return new GpuVariants(switches, (model, values, seconds) -> {
            String part = GpuPart.id(GpuParts.TIMING + model);
            Path result = folder.resolve(part + ".json").toAbsolutePath();
            Path log = folder.resolve(GpuPart.id(part + " " + values) + ".log").toAbsolutePath();
            Map<String, String> environment = new HashMap<>();
            values.values().forEach((key, value) -> environment.put(key.variable(), value));
            return timed(PartProcess.run(GpuChild.command(part, result, seconds, arguments), environment, result, log,
                    seconds, stop));
        }, output.resolve(file), progress, stop);
    }

    private static GpuVariants.Timed timed(PartProcess.Result result) throws LeftOut, GpuReport.TooLate {
        if (result.state() == GpuReport.State.TOO_LATE) {
            throw new GpuReport.TooLate(result.text());
        }
        if (result.state() != GpuReport.State.DONE) {
            throw new LeftOut(result.text());
        }
        List<Double> step = new ArrayList<>();
        List<Double> gradients = new ArrayList<>();
        List<Double> update = new ArrayList<>();
        for (Object round : (List<?>) result.values()) {
            Map<?, ?> durations = (Map<?, ?>) round;
            step.add((Double) durations.get("step"));
            gradients.add((Double) durations.get("gradients"));
            update.add((Double) durations.get("update"));
        }
        return new GpuVariants.Timed(step, gradients, update);
    }

    /** What processes print, and their results until they are in the report. */
    Path parts() {
        return output.resolve("gpu-parts");
    }

    /** The run whose variants are timed. */
    RunConfiguration run(String model) {
        return RunConfiguration.of(Map.of(Network.MODEL, model, Gossip.WORKERS, workers, Optimization.STEPS, steps,
                Optimization.EMA, "0",
                Gossip.TOPOLOGY, workers.equals("1") ? "solo" : "ring",
                Task.KEY, model.equals("mlp") ? "fashion-mnist" : "cifar-10"));
    }
}
