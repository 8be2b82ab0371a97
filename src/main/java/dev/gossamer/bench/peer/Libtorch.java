package dev.gossamer.bench.peer;

import dev.gossamer.catalogue.ConfigurationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * PyTorch's C++ library from the Central Repository: Maven downloads it where it is missing, unpacks it and compiles
 * the program on it, which is in {@code src/libtorch}. Its libraries stay in {@code target/libtorch}, as a process of
 * its own alone loads them.
 */
public enum Libtorch {

    /** JavaCPP's build: OpenBLAS, oneDNN. */
    NEWEST("libtorch-2.10.0", "2.10.0", 110, 440),
    /** The official build for CPUs: MKL, oneDNN. */
    MKL("libtorch-2.7.1-mkl", "2.7.1", 220, 540);

    /** Stands for all builds. */
    public static final String ALL = "libtorch";

    private static final String ERROR = "[ERROR] ";
    private static final Duration LIMIT = Duration.ofMinutes(60);
    private static final String OPENBLAS = "libopenblas.so.0";
    private static final String OPENBLAS_WITHOUT_LAPACK = "libopenblas_nolapack.so.0";

    private final String form;
    private final String version;
    private final int downloaded;
    private final int unpacked;

    Libtorch(String form, String version, int downloaded, int unpacked) {
        this.form = form;
        this.version = version;
        this.downloaded = downloaded;
        this.unpacked = unpacked;
    }

    /** Its name as a peer. */
    public String form() {
        return form;
    }

    /**
     * The peer, downloaded and compiled where that has not been done.
     *
     * @param home Gossamer's sources
     * @param progress is told of a download
     * @throws ConfigurationException if that is not possible, or not on this machine
     */
    public TorchPeer peer(Path home, Consumer<String> progress) {
        if (!isSupported()) {
            throw new ConfigurationException("peer " + form + " is for Linux on x86-64, this is "
                    + System.getProperty("os.name") + " on " + System.getProperty("os.arch"));
        }
        Path sources = home.resolve("src/libtorch");
        if (!Files.exists(sources.resolve("pom.xml"))) {
            throw new ConfigurationException(
                    "peer " + form + " is made from Gossamer's sources, which are not in " + home.toAbsolutePath());
        }
        Path folder = home.resolve("target/libtorch").resolve(form).toAbsolutePath();
        try {
            if (!isMade(sources, folder)) {
                make(sources, folder, progress);
            }
        } catch (IOException e) {
            throw new ConfigurationException("peer " + form + " cannot be made in " + folder + ": " + e.getMessage());
        }
        return TorchPeer.libtorch(form, version, command(folder));
    }

    private static boolean isSupported() {
        return System.getProperty("os.name").equals("Linux") && System.getProperty("os.arch").equals("amd64");
    }

    private static boolean isMade(Path sources, Path folder) throws IOException {
        Path made = folder.resolve("made");
        if (!Files.exists(made)) {
            return false;
        }
        FileTime time = Files.getLastModifiedTime(made);
        try (Stream<Path> files = Files.walk(sources)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (Files.getLastModifiedTime(file).compareTo(time) > 0) {
                    return false;
                }
            }
        }
        return true;
    }

    private void make(Path sources, Path folder, Consumer<String> progress) throws IOException {
        Files.createDirectories(folder);
        progress.accept(String.format(Locale.ROOT, "Making peer %s: Maven downloads up to %d MB to its repository, where"
                + " they are missing, and unpacks %d MB to %s ...", form, downloaded, unpacked, folder));
        Path log = folder.resolve("build.log");
        List<String> maven = List.of("mvn", "--batch-mode", "--no-transfer-progress", "-f",
                sources.resolve("pom.xml").toString(), "-P" + form, "process-classes");
        Process process;
        try {
            process = new ProcessBuilder(maven).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        } catch (IOException e) {
            throw new ConfigurationException("peer " + form + " needs Maven, and mvn cannot be started");
        }
        await(process, log);
        Path link = folder.resolve("natives").resolve(OPENBLAS_WITHOUT_LAPACK);
        if (!Files.exists(link)) {
            Files.createSymbolicLink(link, Path.of(OPENBLAS));
        }
        Files.writeString(folder.resolve("made"), "");
    }

    private void await(Process process, Path log) throws IOException {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new ConfigurationException("peer " + form + ": Maven had not made it after " + LIMIT.toMinutes()
                        + " minutes");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConfigurationException("peer " + form + ": interrupted while Maven made it");
        } finally {
            process.destroy();
        }
        if (process.exitValue() != 0) {
            throw new ConfigurationException("peer " + form + ": Maven could not make it: " + reason(log)
                    + "; all of its output is in " + log);
        }
    }

    /** The first error, or the first line, of what Maven printed, which may be coloured. */
    private static String reason(Path log) throws IOException {
        List<String> lines = Files.readString(log, StandardCharsets.UTF_8).replaceAll("\u001b\\[[0-9;]*m", "").lines()
                .map(line -> line.replaceAll("[. ]+$", "")).filter(line -> !line.isBlank()).toList();
        return lines.stream().filter(line -> line.startsWith(ERROR) && line.length() > ERROR.length())
                .map(line -> line.substring(ERROR.length())).findFirst()
                .orElse(lines.isEmpty() ? "it does not say why" : lines.get(0));
    }

    /** JavaCPP's own limits of memory and its collector of pointers are off. */
    private static List<String> command(Path folder) {
        String natives = folder.resolve("natives").toString();
        return List.of("env", "LD_LIBRARY_PATH=" + natives,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx1g",
                "-Djava.library.path=" + natives, "-Dorg.bytedeco.javacpp.pathsFirst=true",
                "-Dorg.bytedeco.javacpp.cachedir=" + folder.resolve("cache"), "-Dorg.bytedeco.javacpp.maxbytes=0",
                "-Dorg.bytedeco.javacpp.maxphysicalbytes=0", "-Dorg.bytedeco.javacpp.nopointergc=true",
                "-cp", folder.resolve("classes") + ":" + folder.resolve("jars") + "/*",
                "dev.gossamer.bench.libtorch.LibtorchPeer");
    }
}
