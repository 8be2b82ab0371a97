package dev.gossamer.cli;

import dev.gossamer.cli.GpuReport.LeftOut;
import dev.gossamer.cli.GpuReport.Part;
import dev.gossamer.data.Inventory;
import dev.gossamer.data.Task;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A sweep on CIFAR-10 on the GPU, killed and resumed, beside one that was not: the same rows but for durations. */
final class GpuSweep {

    private static final Map<String, String> EXPERIMENTS =
            Map.of("vgg-11", "cifar-ring-32", "resnet-20", "cifar-resnet-ring-32");
    private static final int STEPS = 400;
    private static final String RATES = "0.05,0.2";

    private final GpuSettings settings;
    private final Path folder;

    /** @param settings GPU, data and where the results are made */
    GpuSweep(GpuSettings settings) {
        this.settings = settings;
        folder = settings.output().resolve("gpu-sweep").toAbsolutePath();
    }

    /**
     * Trains twice.
     *
     * @param seconds how long all may take
     * @throws LeftOut if CIFAR-10 is not there
     * @throws IOException if files cannot be read or written
     */
    Part run(String model, double seconds) throws LeftOut, IOException {
        if (!Inventory.of(Task.parse("cifar-10"), settings.data()).isComplete()) {
            throw new LeftOut("CIFAR-10 is not in " + settings.data() + "; ./run.sh data fetch cifar-10 downloads it");
        }
        long begin = System.nanoTime();
        String name = EXPERIMENTS.get(model);
        Path results = fresh(model);
        Path unstopped = Files.createDirectory(results.resolve("unstopped"));
        Path killed = Files.createDirectory(results.resolve("killed"));
        end(train(name, unstopped, seconds / 2, () -> false));
        double took = (System.nanoTime() - begin) * 1e-9;
        long start = System.nanoTime();
        ChildProcess.Ended first = train(name, killed, seconds / 2,
                () -> hasCheckpoint(killed.resolve(name)) && System.nanoTime() - start > took / 2 * 1e9);
        if (first.end() != ChildProcess.End.STOPPED) {
            throw new IllegalStateException("the second sweep was to be killed, but it ended before; see " + first.log());
        }
        end(train(name, killed, seconds / 2, () -> false, "--resume"));
        return compared(unstopped.resolve(name), killed.resolve(name), took);
    }

    /** A folder that was not there before. */
    private Path fresh(String model) throws IOException {
        Files.createDirectories(folder);
        for (int i = 1; ; i++) {
            try {
                return Files.createDirectory(folder.resolve(model + "-" + i));
            } catch (FileAlreadyExistsException e) {
                // Of an earlier measurement.
            }
        }
    }

    private ChildProcess.Ended train(
            String experiment, Path output, double seconds, BooleanSupplier kill, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(experiment, "--learning-rate", RATES,
                "--steps", Integer.toString(STEPS), "--evaluations", "5", "--evaluate-train-images", "1000",
                "--checkpoint-every", "1s", "--data", settings.data().toString(), "--device", "cuda",
                "--devices", Integer.toString(settings.index()), "--precision", settings.precision(),
                "--output", output.toString()));
        arguments.addAll(List.of(more));
        Path log = output.resolve(more.length == 0 ? "printed.txt" : "printed-resumed.txt");
        return ChildProcess.run(ChildProcess.java(Main.class, arguments), Map.of(), log, seconds, kill);
    }

    private static void end(ChildProcess.Ended ended) throws IOException {
        if (ended.end() != ChildProcess.End.BY_ITSELF || ended.code() != ExitCode.DONE) {
            throw new IllegalStateException("a sweep "
                    + (ended.end() == ChildProcess.End.BY_ITSELF ? "ended with exit code " + ended.code() : "took too long")
                    + ", \"" + ended.lastLine() + "\"; see " + ended.log());
        }
    }

    private static boolean hasCheckpoint(Path results) {
        try (Stream<Path> files = Files.walk(results, 3)) {
            return files.anyMatch(file -> file.getParent().endsWith("checkpoints"));
        } catch (IOException e) {
            return false; // not made yet, or changing just now
        }
    }

    private static Part compared(Path unstopped, Path killed, double seconds) throws IOException {
        Map<String, Object> values = new LinkedHashMap<>();
        List<String> different = new ArrayList<>();
        try (Stream<Path> runs = Files.list(unstopped)) {
            for (Path run : runs.filter(path -> Files.exists(path.resolve("metrics.csv"))).sorted().toList()) {
                String name = run.getFileName().toString();
                if (!without(run.resolve("metrics.csv"), "elapsed_seconds")
                        .equals(without(killed.resolve(name).resolve("metrics.csv"), "elapsed_seconds"))) {
                    different.add(name);
                }
            }
        }
        List<String> table = without(unstopped.resolve("lr-accuracy.csv"), "images_per_second");
        values.put("seconds", seconds);
        values.put("different", different);
        values.put("results", Files.readAllLines(unstopped.resolve("lr-accuracy.csv")));
        boolean same = different.isEmpty() && table.equals(without(killed.resolve("lr-accuracy.csv"), "images_per_second"));
        return new Part((same ? "Killed by SIGKILL and resumed: the same metrics.csv and lr-accuracy.csv but for durations."
                : "WRONG: killed and resumed, it has other rows in " + killed + " than in " + unstopped + ".")
                + " " + STEPS + " steps.\n\n```\n" + Files.readString(unstopped.resolve("lr-accuracy.csv")) + "```",
                values, !same);
    }

    /** The lines of a CSV file without a column. */
    private static List<String> without(Path csv, String column) throws IOException {
        List<String> lines = Files.readAllLines(csv);
        int index = Arrays.asList(lines.get(0).split(",", -1)).indexOf(column);
        return lines.stream().map(line -> {
            List<String> values = new ArrayList<>(Arrays.asList(line.split(",", -1)));
            values.remove(index);
            return String.join(",", values);
        }).toList();
    }
}
