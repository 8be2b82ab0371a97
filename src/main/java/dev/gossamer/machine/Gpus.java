package dev.gossamer.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * The NVIDIA GPUs of a machine, as its driver lists them.
 *
 * @param list the GPUs in the order of their numbers
 * @param whyNone one sentence without a full stop; empty where there are some
 */
public record Gpus(List<Gpu> list, String whyNone) {

    /** Why there is none on a machine that is not meant to have one. */
    public static final String NO_DRIVER =
            "there is no NVIDIA driver here (no nvidia-smi and no /proc/driver/nvidia/version)";
    private static final String FIELDS = "index,name,compute_cap,driver_version,memory.total,uuid";
    private static final String[] FOLDERS = {"usr/bin", "usr/local/nvidia/bin", "usr/lib/wsl/lib"};
    /** Warnings, as of a corrupted infoROM, are no rows. */
    private static final Pattern ROW = Pattern.compile("^\\d+,");
    private static final Pattern DRIVER = Pattern.compile("\\b(\\d{1,6}\\.\\d+(\\.\\d+)?)\\b");
    private static final Pattern CAPABILITY = Pattern.compile("(\\d{1,2})\\.(\\d)");
    private static final Pattern MEBIBYTES = Pattern.compile("(\\d{1,9}) MiB");

    /** A GPU and its name that is unique in the world. */
    private record Listed(Gpu gpu, String uuid) {}

    /** Copies the list. */
    public Gpus {
        list = List.copyOf(list);
    }

    /** Looks for GPUs on this machine, with {@code nvidia-smi}; nothing of CUDA is loaded. */
    public static Gpus find() {
        return find(Machine.here());
    }

    static Gpus find(Machine machine) {
        Optional<Path> program = machine.program("nvidia-smi", FOLDERS);
        if (program.isEmpty()) {
            return none(driver(machine)
                    .map(version -> "the NVIDIA driver " + version
                            + " is loaded, but its program nvidia-smi is neither in PATH nor in /"
                            + String.join(", /", FOLDERS))
                    .orElse(NO_DRIVER));
        }
        String name = program.get().toString();
        try {
            return machine.run(program.get(), "--query-gpu=" + FIELDS, "--format=csv,noheader")
                    .map(ended -> of(machine, name, ended))
                    .orElseGet(() -> none(name + " did not answer within " + machine.limit().toSeconds() + " s"));
        } catch (IOException e) {
            return none(name + " cannot be started");
        }
    }

    /** Version of the loaded kernel module, where there is one. */
    private static Optional<String> driver(Machine machine) {
        try {
            Matcher version = DRIVER.matcher(Files.readString(machine.path("proc/driver/nvidia/version")));
            return version.find() ? Optional.of(version.group(1)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Gpus of(Machine machine, String program, Machine.Ended ended) {
        String first = ended.output().isEmpty() ? "" : ended.output().get(0);
        if (first.startsWith("No devices")) {
            return none("the NVIDIA driver finds no GPU");
        }
        if (ended.code() != 0) {
            String version = driver(machine).map(number -> " (driver " + number + ")").orElse("");
            return none(program + " failed" + version + ": "
                    + (first.isEmpty() ? "exit code " + ended.code() : first));
        }
        List<Listed> listed = new ArrayList<>();
        List<String> rowsOnly = ended.output().stream().filter(line -> ROW.matcher(line).find()).toList();
        try (CSVParser rows = CSVParser.parse(String.join("\n", rowsOnly.isEmpty() ? ended.output() : rowsOnly),
                CSVFormat.DEFAULT.builder().setIgnoreSurroundingSpaces(true).setQuote(null).get())) {
            for (CSVRecord row : rows) {
                listed.add(gpu(row));
            }
        } catch (IOException | IllegalArgumentException e) {
            return none(program + " printed something else than a list of GPUs: \"" + first + "\"");
        }
        return listed.isEmpty() ? none(program + " printed nothing") : visible(machine, listed);
    }

    private static Listed gpu(CSVRecord row) {
        if (row.size() != 6) {
            throw new IllegalArgumentException("a GPU has 6 values");
        }
        Matcher capability = CAPABILITY.matcher(row.get(2));
        if (!capability.matches() || !DRIVER.matcher(row.get(3)).matches()) {
            throw new IllegalArgumentException("a GPU has a compute capability and a driver");
        }
        Matcher memory = MEBIBYTES.matcher(row.get(4));
        Gpu gpu = new Gpu(Integer.parseInt(row.get(0)), row.get(1),
                10 * Integer.parseInt(capability.group(1)) + Integer.parseInt(capability.group(2)), row.get(3),
                memory.matches() ? Long.parseLong(memory.group(1)) << 20 : 0);
        return new Listed(gpu, row.get(5));
    }

    /** Those that CUDA will show this process, with the numbers that they have there. */
    private static Gpus visible(Machine machine, List<Listed> listed) {
        String wanted = machine.environment().get("CUDA_VISIBLE_DEVICES");
        if (wanted == null) {
            return new Gpus(listed.stream().map(Listed::gpu).toList(), "");
        }
        List<Gpu> visible = new ArrayList<>();
        for (String word : wanted.split(",")) {
            Optional<Gpu> match = listed.stream()
                    .filter(one -> !word.isBlank() && (one.uuid.startsWith(word.strip())
                            || word.strip().equals(Integer.toString(one.gpu.index()))))
                    .map(Listed::gpu)
                    .findFirst();
            if (match.isEmpty()) {
                break; // as CUDA does: what follows an unknown one is not visible
            }
            Gpu gpu = match.get();
            visible.add(new Gpu(visible.size(), gpu.name(), gpu.capability(), gpu.driver(), gpu.memory()));
        }
        return visible.isEmpty()
                ? none("CUDA_VISIBLE_DEVICES=" + wanted + " hides every GPU")
                : new Gpus(visible, "");
    }

    private static Gpus none(String why) {
        return new Gpus(List.of(), why);
    }
}
