package dev.gossamer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The real {@code run.sh}, beside stand-ins for Java and Maven. */
@DisabledOnOs(OS.WINDOWS)
class RunScriptTest {

    @TempDir
    Path folder;

    private Path jdk;

    @BeforeEach
    void makeProject() throws IOException {
        Files.copy(Path.of("run.sh"), folder.resolve("run.sh"));
        Files.writeString(folder.resolve("pom.xml"), "<project/>");
        Files.createDirectories(folder.resolve("src/main"));
        jdk = folder.resolve("jdk");
        Files.createDirectories(jdk.resolve("bin"));
        script("java", "echo 'openjdk version \"17.0.1\"' >&2");
        script("javac", "echo 'javac 17.0.1'");
        script("mvn", "echo 'Apache Maven 3.8.7'");
    }

    private void script(String name, String line) throws IOException {
        Path file = Files.writeString(jdk.resolve("bin").resolve(name), "#!/bin/sh\n" + line + "\n");
        assertTrue(file.toFile().setExecutable(true));
    }

    /** The lines that the script writes to standard error before it fails. */
    private List<String> failure(Map<String, String> variables) throws IOException, InterruptedException {
        return errors(1, variables, "list");
    }

    private List<String> errors(int code, Map<String, String> variables, String... arguments)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("bash", folder.resolve("run.sh").toString());
        builder.command().addAll(List.of(arguments));
        builder.environment().remove("GOSSAMER_PROFILES");
        builder.environment().put("JAVA_HOME", jdk.toString());
        builder.environment().compute("PATH", (name, path) -> jdk.resolve("bin") + ":" + path);
        builder.environment().putAll(variables);
        Path err = folder.resolve("err");
        Process process = builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(err.toFile()).start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "run.sh did not end");
        List<String> lines = Files.readAllLines(err, StandardCharsets.UTF_8);
        assertEquals(code, process.exitValue(), lines.toString());
        return lines;
    }

    private void assertOneLine(String start, List<String> lines) {
        assertEquals(1, lines.size(), lines.toString());
        assertTrue(lines.get(0).startsWith("error: " + start), lines.get(0));
        assertTrue(lines.get(0).contains("sudo apt install openjdk-17-jdk maven"), lines.get(0));
    }

    @Test
    void aJavaHomeWithoutJavaIsNamed() throws Exception {
        assertOneLine(
                "there is no /nonexistent/bin/java; set JAVA_HOME to a JDK 17 or newer, or unset it: ",
                failure(Map.of("JAVA_HOME", "/nonexistent")));
    }

    @Test
    void aJreIsNotEnoughToBuild() throws Exception {
        Files.delete(jdk.resolve("bin/javac"));
        assertOneLine(jdk + "/bin/java has no compiler beside it; install a JDK, not only a JRE: ", failure(Map.of()));
    }

    @Test
    void anOlderCompilerThanJavaIsNamed() throws Exception {
        script("javac", "echo 'javac 11.0.2'");
        assertOneLine(jdk + "/bin/javac is of Java 11, Gossamer needs 17 or newer: ", failure(Map.of()));
    }

    @Test
    void anErrorOfTheCompilerIsPrintedOnce() throws Exception {
        script("mvn", """
                [ "$1" != --version ] || { echo 'Apache Maven 3.8.7'; exit 0; }
                echo '[ERROR] COMPILATION ERROR : '
                echo '[ERROR] A.java:[1,2] cannot find symbol'
                echo '[ERROR] Failed to execute goal: Compilation failure'
                echo '[ERROR] A.java:[1,2] cannot find symbol'
                exit 1""");
        List<String> lines = new ArrayList<>(failure(Map.of("HOME", folder.toString())));
        assertTrue(lines.remove(0).startsWith("Building Gossamer ..."));
        assertEquals(List.of(
                "[ERROR] COMPILATION ERROR : ",
                "[ERROR] A.java:[1,2] cannot find symbol",
                "[ERROR] Failed to execute goal: Compilation failure",
                "error: the build failed; all of Maven's output is in " + folder.toRealPath() + "/target/build.log"),
                lines);
    }

    /** A Maven that notes what it is asked for and builds, unless it is asked for something that it cannot download. */
    private void maven(String missing) throws IOException {
        script("mvn", """
                [ "$1" != --version ] || { echo 'Apache Maven 3.8.7'; exit 0; }
                echo "$@" >>maven.log
                case "$*" in *%s*) echo '[ERROR] Could not find artifact org.bytedeco:%<s-cublas'; exit 1 ;; esac
                mkdir -p target/classes target/lib
                touch target/lib/$(ls target/lib | wc -l).jar""".formatted(missing));
    }

    /** Starts the program and returns what Maven was asked for since the beginning, without what is the same always. */
    private List<String> builds(Map<String, String> variables) throws Exception {
        errors(0, variables, "list");
        return Files.readAllLines(folder.resolve("maven.log")).stream()
                .map(line -> line.replaceAll("--\\S+ ?|process-classes", "").strip())
                .toList();
    }

    /** Only on machines without a GPU of their own is it known what the script finds. */
    private void nvidiaSmi(String driver, String capability) throws IOException {
        assumeFalse(Files.exists(Path.of("/proc/driver/nvidia/version")));
        assumeFalse(Files.exists(Path.of("/usr/lib/x86_64-linux-gnu/libcudnn.so.9")));
        script("nvidia-smi", "if [ \"$1\" = -L ]; then echo 'GPU 0: Card (UUID: GPU-1)'; else echo '"
                + driver + ", " + capability + "'; fi");
    }

    @Test
    void withoutAGpuThereIsNothingOfCuda() throws Exception {
        assumeFalse(Files.exists(Path.of("/proc/driver/nvidia/version")));
        maven("nothing");
        script("nvidia-smi", "echo 'NVIDIA-SMI has failed'; exit 9");
        assertEquals(List.of(""), builds(Map.of()));
    }

    @Test
    void anOlderGpuNeedsNoLibraries() throws Exception {
        maven("nothing");
        nvidiaSmi("535.183.01", "9.0");
        assertEquals(List.of("-Pcuda"), builds(Map.of()));
        nvidiaSmi("580.65.06", "7.0");
        assertEquals(List.of("-Pcuda"), builds(Map.of()));
    }

    @Test
    void missingLibrariesAreDownloadedWhichIsSaidBefore() throws Exception {
        maven("nothing");
        nvidiaSmi("580.65.06", "7.5");
        List<String> lines = errors(0, Map.of("HOME", folder.toString()), "list");
        assertTrue(lines.get(0).contains("this machine lacks CUDA's libraries: Maven downloads them, 380 MB"), lines.get(0));
        assertEquals(List.of("-Pcuda,cuda-redist"), builds(Map.of()));
    }

    @Test
    void withoutTheLibrariesItIsSaidHowToGetThemAndBuiltOnce() throws Exception {
        maven("cuda-redist");
        nvidiaSmi("580.65.06", "12.0");
        List<String> lines = errors(0, Map.of(), "list");
        assertTrue(lines.get(1).startsWith("CUDA's libraries cannot be downloaded here."), lines.toString());
        assertTrue(lines.get(1).contains("python3 -m pip install nvidia-cuda-runtime"), lines.toString());
        assertEquals(List.of("-Pcuda,cuda-redist", "-Pcuda"), builds(Map.of()));
    }

    @Test
    void librariesOfTheMachineAreEnough() throws Exception {
        maven("nothing");
        nvidiaSmi("580.65.06", "9.0");
        Path libraries = Files.createDirectories(folder.resolve("libraries"));
        for (String name : List.of("libcudart.so.13", "libcublas.so.13", "libnvrtc.so.13", "libcudnn.so.9")) {
            Files.createFile(libraries.resolve(name));
        }
        assertEquals(List.of("-Pcuda"), builds(Map.of("LD_LIBRARY_PATH", libraries.toString())));
    }

    @Test
    void otherProfilesAreBuiltAnew() throws Exception {
        maven("nothing");
        Map<String, String> none = Map.of("GOSSAMER_PROFILES", "");
        assertEquals(List.of(""), builds(none));
        assertEquals(List.of(""), builds(none));
        assertEquals(List.of("", "-Pnd4j-cuda"), builds(Map.of("GOSSAMER_PROFILES", "nd4j-cuda")));
        try (var jars = Files.list(folder.resolve("target/lib"))) {
            assertEquals(1, jars.count(), "jars of the earlier profile are still there");
        }
        assertEquals(List.of("", "-Pnd4j-cuda", ""), builds(none));
    }

    @Test
    void aPackageMadeAgainKeepsWhatIsNotItsOwn() throws Exception {
        maven("nothing");
        script("jar", "touch \"$3\"");
        Files.createFile(folder.resolve("LICENSE"));
        Files.createDirectories(folder.resolve("experiments"));
        Path made = folder.resolve("my package");
        script("jlink", "exit 1");
        errors(1, Map.of(), "package", made.toString());
        script("jlink", "for last; do :; done; mkdir -p \"$last/bin\"");
        errors(0, Map.of(), "package", made.toString());
        Path run = Files.createDirectories(made.resolve("runs/mine"));
        Path old = Files.createFile(made.resolve("lib/old.jar"));
        errors(0, Map.of(), "package", made.toString());
        assertTrue(Files.exists(run));
        assertTrue(Files.notExists(old), "jars of the earlier package are still there");
        assertTrue(Files.isExecutable(made.resolve("run.sh")));
        assertEquals(List.of("error: " + run.getParent()
                + " is there and is no package; give an empty folder or a new one"),
                errors(1, Map.of(), "package", run.getParent().toString()));
        assertEquals(List.of("error: " + folder + "/pom.xml/x cannot be made or written to"),
                errors(1, Map.of(), "package", folder.resolve("pom.xml/x").toString()));
    }

    @Test
    void aPackageNeedsNeitherJavaNorMaven() throws Exception {
        Files.delete(folder.resolve("pom.xml"));
        Files.createDirectories(folder.resolve("runtime/bin"));
        Files.move(jdk.resolve("bin/java"), folder.resolve("runtime/bin/java"));
        Files.writeString(folder.resolve("commit"), "abc123");
        script("java", "exit 9");
        Files.writeString(folder.resolve("runtime/bin/java"), "#!/bin/sh\necho \"$@\" >&2\n");
        String line = errors(0, Map.of("JAVA_HOME", "/nonexistent"), "list").get(0);
        assertTrue(line.contains("-Dgossamer.commit=abc123"), line);
        assertTrue(line.endsWith("-cp " + folder.toRealPath() + "/lib/* dev.gossamer.cli.Main list"), line);
        assertEquals(List.of("error: this folder has no sources to test"), errors(1, Map.of(), "test"));
    }
}
