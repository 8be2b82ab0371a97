package dev.gossamer.cli.command;

import dev.gossamer.bench.GoldenSteps;
import dev.gossamer.experiment.Engines;
import dev.gossamer.experiment.RunEnvironment;
import dev.gossamer.placement.Placement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * What {@code run.sh package --slim} has Java do: jars without what the CUDA route never uses, and not compressed,
 * since the whole package is; and golden files.
 */
public final class SlimPackage {

    private static final String CUDA_LIBRARIES = "org/bytedeco/cuda/linux-x86_64/";
    /** The Java binding's own libraries for what the stacked engine calls; the jar has those of 23 more. */
    private static final String USED_LIBRARIES = "libjni(cudart|cublas|cudnn|nvrtc)\\.so";
    /** Of TensorFlow the event files' protocol; configurations of a compiler that is not used. */
    private static final List<String> UNUSED = List.of(
            "META-INF/native-image/", "org/tensorflow/internal/", "org/tensorflow/exceptions/");

    private SlimPackage() {}

    /**
     * Makes them.
     *
     * @param arguments the folder that golden files are written into, and those of jars, which are replaced
     */
    public static void main(String[] arguments) throws IOException {
        for (int i = 1; i < arguments.length; i++) {
            for (Path jar : jars(Path.of(arguments[i]))) {
                store(jar, SlimPackage::isUsed);
            }
        }
        golden(Path.of(arguments[0]), GoldenSteps.MODELS, GoldenSteps.WORKERS);
        System.exit(0);
    }

    private static List<Path> jars(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        }
    }

    private static boolean isUsed(String entry) {
        return entry.startsWith(CUDA_LIBRARIES)
                ? entry.substring(CUDA_LIBRARIES.length()).matches(USED_LIBRARIES)
                : UNUSED.stream().noneMatch(entry::startsWith);
    }

    /** Replaces a jar by one whose entries are not compressed. */
    static void store(Path jar, Predicate<String> isUsed) throws IOException {
        Path stored = jar.resolveSibling(jar.getFileName() + ".stored");
        try (ZipFile from = new ZipFile(jar.toFile());
                ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(stored))) {
            to.setMethod(ZipOutputStream.STORED);
            for (ZipEntry entry : from.stream().toList()) { // folders too: JUnit finds the classes of a package by them
                if (isUsed.test(entry.getName())) {
                    store(entry.getName(), from.getInputStream(entry).readAllBytes(), to);
                }
            }
        }
        Files.delete(jar);
        Files.move(stored, jar);
    }

    private static void store(String name, byte[] content, ZipOutputStream to) throws IOException {
        CRC32 checksum = new CRC32();
        checksum.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setSize(content.length);
        entry.setCrc(checksum.getValue());
        entry.setLastModifiedTime(FileTime.fromMillis(0)); // the same jar at each call
        to.putNextEntry(entry);
        to.write(content);
        to.closeEntry();
    }

    /** Trains every model with every number of workers on this machine's CPU. */
    static void golden(Path folder, List<String> models, List<Integer> workers) throws IOException {
        Files.createDirectories(folder);
        Engines engines = new Engines(System.err::println);
        for (String model : models) {
            for (int n : workers) {
                GoldenSteps.make(engines, GoldenSteps.run(model, n, Map.of(Placement.DEVICE, "cpu")), program())
                        .write(folder);
            }
        }
    }

    /** Program and machine, as golden files name them. */
    public static Map<String, String> program() {
        Map<String, String> program = new LinkedHashMap<>();
        RunEnvironment.of("package --slim").forEach((key, value) -> program.put(key, value.toString()));
        return program;
    }
}
