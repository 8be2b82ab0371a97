package dev.gossamer.bench.gpu;

import dev.gossamer.bench.gpu.GpuReport.LeftOut;
import dev.gossamer.bench.gpu.GpuReport.Part;
import dev.gossamer.data.Inventory;
import dev.gossamer.data.PublishedTask;
import java.io.IOException;
import java.io.UncheckedIOException;
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

/** A sweep that is killed and resumed, beside one that was not: the same rows but for durations. */
public final class GpuSweep {

    private static final Map<String, String> EXPERIMENTS =
            Map.of("vgg-11", "cifar-ring-32", "resnet-20", "cifar-resnet-ring-32");

    private static final int DONE = 0;

    private final Class<?> program;
    private final Path folder;
    private final String experiment;
    private final List<String> options;

    /**
     * @param program the command line
     * @param folder where the results are made
     * @param experiment what is trained: its name, or its file
     * @param options how
     */
    public GpuSweep(Class<?> program, Path folder, String experiment, List<String> options) {
        this.program = program;
        this.folder = folder.toAbsolutePath();
        this.experiment = experiment;
        this.options = options;
    }

    /**
     * Two learning rates, 400 steps of 32 workers each, on the GPU.
     *
     * @param program the command line
     * @param data where CIFAR-10 is
     * @param output where a folder for the results is made
     * @param index number of the GPU
     * @throws LeftOut if CIFAR-10 is not there
     */
    public static GpuSweep onCifar(Class<?> program, Path data, Path output, int index, String precision, String model)
            throws LeftOut {
        if (!Inventory.of(PublishedTask.of("cifar-10"), data).isComplete()) {
            throw new LeftOut("CIFAR-10 is not in " + data + "; ./run.sh data fetch cifar-10 downloads it");
        }
        return new GpuSweep(program, output.resolve("gpu-sweep"), EXPERIMENTS.get(model), List.of(
                "--learning-rate", "0.05,0.2", "--steps", "400", "--evaluations", "5",
                "--evaluate-train-images", "1000", "--checkpoint-every", "1s", "--data", data.toString(),
                "--device", "cuda", "--devices", Integer.toString(index),
                "--precision", precision));
    }

    /**
     * Trains twice.
     *
     * @param seconds how long all may take
     * @throws IOException if files cannot be read or written
     */
    public Part run(double seconds) throws IOException {
        Path results = fresh();
        Path unstopped = Files.createDirectory(results.resolve("unstopped"));
        Path killed = Files.createDirectory(results.resolve("killed"));
        String name = Path.of(experiment).getFileName().toString().replaceFirst("\\.ya?ml$", "");
        long begin = System.nanoTime();
        end(train(unstopped, seconds / 2, () -> false));
        double took = (System.nanoTime() - begin) * 1e-9;
        long start = System.nanoTime();
        ChildProcess.Ended first = train(killed, seconds / 2,
                () -> hasCheckpoint(killed.resolve(name)) && System.nanoTime() - start > took / 2 * 1e9);
        if (first.end() != ChildProcess.End.STOPPED) {
            throw new IllegalArgumentException(
                    "the second sweep was to be killed, but it ended before; what it printed is in " + first.log());
        }
        end(train(killed, seconds / 2, () -> false, "--resume"));
        return compared(unstopped.resolve(name), killed.resolve(name), took);
    }

    /** A folder that was not there before. */
    private Path fresh() throws IOException {
        Files.createDirectories(folder);
        for (int i = 1; ; i++) {
            try {
                return Files.createDirectory(folder.resolve(Integer.toString(i)));
            } catch (FileAlreadyExistsException e) {
                // Of an earlier measurement.
            }
        }
    }

    private ChildProcess.Ended train(Path output, double seconds, BooleanSupplier kill, String... more)
            throws IOException {
        List<String> arguments = new ArrayList<>(List.of(experiment));
        arguments.addAll(options);
        arguments.addAll(List.of("--output", output.toString()));
        arguments.addAll(List.of(more));
        Path log = output.resolve(more.length == 0 ? "printed.txt" : "printed-resumed.txt");
        return ChildProcess.run(ChildProcess.java(program, arguments), Map.of(), log, seconds, kill);
    }

    private static void end(ChildProcess.Ended ended) throws IOException {
        String printed = ", \"" + ended.lastLine() + "\"; what it printed is in " + ended.log();
        if (ended.end() == ChildProcess.End.TOO_LATE) {
            throw new GpuReport.TooLate("a sweep took too long" + printed);
        }
        if (ended.code() != DONE) {
            throw new IllegalArgumentException("a sweep ended with exit code " + ended.code() + printed);
        }
    }

    private static boolean hasCheckpoint(Path results) {
        try (Stream<Path> files = Files.walk(results, 3)) {
            return files.anyMatch(file -> file.getParent().endsWith("checkpoints"));
        } catch (IOException | UncheckedIOException e) {
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
        boolean same = different.isEmpty()
                && table.equals(without(killed.resolve("lr-accuracy.csv"), "images_per_second"));
        return new Part((same
                ? "Killed by SIGKILL and resumed: the same metrics.csv and lr-accuracy.csv but for durations."
                : "WRONG: killed and resumed, it has other rows in " + killed + " than in " + unstopped + ".")
                + "\n\n```\n" + Files.readString(unstopped.resolve("lr-accuracy.csv")) + "```",
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
