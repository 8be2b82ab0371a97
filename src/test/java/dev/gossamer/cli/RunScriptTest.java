package dev.gossamer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real {@code run.sh}, beside stand-ins for Java and Maven. */
@DisabledOnOs(OS.WINDOWS)
class RunScriptTest extends RunScript {

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
        assertTrue(lines.get(0).contains("this machine lacks CUDA's libraries: Maven downloads them, 380 MB"),
                lines.get(0));
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

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "openjdk version \"1.8.0_392\" | Java 8",
        "java version \"11.0.2\" 2019-01-15 LTS | Java 11",
        "openjdk version \"16-ea\" 2021-03-16 | Java 16",
        "NOTE: Picked up JDK_JAVA_OPTIONS: -Dx='version \"21\"' | Java unknown",
        "nothing of use | Java unknown",
    })
    void anOlderJavaIsNamed(String said, String name) throws Exception {
        script("java", "cat <<'EOF' >&2\n" + said + "\nEOF");
        assertOneLine(jdk + "/bin/java is " + name + ", Gossamer needs 17 or newer: ", failure(Map.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "openjdk version \"21-ea\" 2023-09-19",
        "NOTE: Picked up JDK_JAVA_OPTIONS: -Xmx4g\nPicked up JAVA_TOOL_OPTIONS: -Xss8m\nopenjdk version \"17.0.1\"",
    })
    void otherNumbersThanTheVersionDoNotCount(String said) throws Exception {
        maven("nothing");
        script("java", "cat <<'EOF' >&2\n" + said + "\nEOF");
        errors(0, Map.of(), "list");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "\u001b[1mApache Maven 3.9.6 (bc0240f)\u001b[m\nJava version: 1.8.0, vendor: A",
        "Picked up JAVA_TOOL_OPTIONS: -Xmx2g\nApache Maven 4.0.0-rc-2 (273314404f)",
        "3.9.6",
    })
    void mavenIsKnownByItsOwnLine(String said) throws Exception {
        script("mvn", "[ \"$1\" != --version ] || { cat <<'EOF'\n" + said + "\nEOF\nexit 0; }\n"
                + "mkdir -p target/classes target/lib");
        errors(0, Map.of(), "list");
        script("mvn", "cat <<'EOF'\n" + said.replaceAll("[34]\\.[09]\\.", "3.5.") + "\nEOF");
        Files.delete(folder.resolve("target/built"));
        assertOneLine("this is Maven 3.5, Gossamer needs 3.6 or newer: ", failure(Map.of()));
    }

    /** What a Java virtual machine says that does not know an option. */
    private static final String NO_SUCH_FLAG = """
            cat >&2 <<'EOF'
            Picked up JAVA_TOOL_OPTIONS: -XX:NoSuchFlag
            Unrecognized VM option 'NoSuchFlag'
            Error: Could not create the Java Virtual Machine.
            Error: A fatal exception has occurred. Program will exit.
            EOF
            exit 1""";

    @Test
    void aToolThatDoesNotStartIsOneSentenceWithWhatItSaid() throws Exception {
        Map<String, String> options = Map.of("JAVA_TOOL_OPTIONS", "-XX:NoSuchFlag");
        script("mvn", NO_SUCH_FLAG);
        assertEquals(List.of("error: Maven does not start with MAVEN_OPTS=-XX:NoSuchFlag:"
                + " Unrecognized VM option 'NoSuchFlag'"), failure(Map.of("MAVEN_OPTS", "-XX:NoSuchFlag")));
        script("javac", NO_SUCH_FLAG);
        assertEquals(List.of("error: " + jdk + "/bin/javac does not start with JAVA_TOOL_OPTIONS=-XX:NoSuchFlag:"
                + " Unrecognized VM option 'NoSuchFlag'"), failure(options));
        script("java", NO_SUCH_FLAG);
        assertEquals(List.of("error: " + jdk + "/bin/java does not start with JAVA_TOOL_OPTIONS=-XX:NoSuchFlag:"
                + " Unrecognized VM option 'NoSuchFlag'"), failure(options));
        script("java", "kill -9 $$");
        assertEquals(List.of("error: " + jdk + "/bin/java does not start: exit code 137"), failure(Map.of()));
        assertTrue(jdk.resolve("bin/java").toFile().setExecutable(false));
        assertEquals(List.of("error: " + jdk + "/bin/java is not a program that can be executed"), failure(Map.of()));
    }

    @Test
    void settingsOfTheShellDoNotMatter() throws Exception {
        maven("nothing");
        errors(0, Map.of(), "list");
        ProcessBuilder builder = new ProcessBuilder("bash", "my project/run.sh", "list").directory(folder.toFile());
        Files.createSymbolicLink(folder.resolve("my project"), folder);
        Files.createDirectories(folder.resolve("other/my project"));
        builder.environment().putAll(Map.of("JAVA_HOME", jdk.toString(), "CDPATH", folder + "/other", "POSIXLY_CORRECT",
                "1", "GREP_OPTIONS", "--color=always", "SHELLOPTS", "noclobber:noglob", "PATH",
                jdk.resolve("bin") + ":" + System.getenv("PATH")));
        List<String> said = lines(0, builder);
        assertTrue(said.stream().allMatch(line -> line.startsWith("openjdk version")), said.toString());
    }

    @Test
    void aColonInThePathIsNamed() throws Exception {
        Path odd = Files.createDirectories(folder.resolve("a:b"));
        Files.copy(folder.resolve("run.sh"), odd.resolve("run.sh"));
        assertEquals(
                List.of("error: Java cannot run programs from a folder with \":\" in its path: " + odd.toRealPath()
                        + "; move it"),
                lines(1, new ProcessBuilder("bash", odd.resolve("run.sh").toString())));
    }

    /** Java is asked whether it starts with the options with which it then starts. */
    @Test
    void noOptionOfJavaIsTakenForNamesOfFiles() throws Exception {
        maven("nothing");
        script("java", "echo 'openjdk version \"17.0.1\"' >&2; echo \"$@\" >>java.log");
        Files.createFile(folder.resolve("-Xfile"));
        ProcessBuilder builder = new ProcessBuilder("bash", "run.sh", "list").directory(folder.toFile());
        builder.environment().putAll(Map.of("JAVA_HOME", jdk.toString(), "GOSSAMER_JAVA_OPTIONS", "-X* -Da=b\t-Dc",
                "PATH", jdk.resolve("bin") + ":" + System.getenv("PATH")));
        lines(0, builder);
        List<String> starts = Files.readAllLines(folder.resolve("java.log"));
        assertEquals(2, starts.size(), starts.toString());
        for (String start : starts) {
            assertTrue(start.contains(" -X* -Da=b -Dc -"), start);
        }
    }

    @Test
    void threadsOfAnOperationSpinAsLongAsTheUserSaysOrShortly() throws Exception {
        maven("nothing");
        script("java", "echo 'openjdk version \"17.0.1\"' >&2; echo \"spin ${GOMP_SPINCOUNT:-}\" >java.log");
        assertEquals("spin 20000", spin(Map.of()));
        assertEquals("spin 7", spin(Map.of("GOMP_SPINCOUNT", "7")));
        assertEquals("spin", spin(Map.of("OMP_WAIT_POLICY", "active")));
    }

    private String spin(Map<String, String> environment) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("bash", "run.sh", "list").directory(folder.toFile());
        builder.environment().remove("GOMP_SPINCOUNT");
        builder.environment().putAll(Map.of(
                "JAVA_HOME", jdk.toString(), "PATH", jdk.resolve("bin") + ":" + System.getenv("PATH")));
        builder.environment().putAll(environment);
        lines(0, builder);
        return Files.readString(folder.resolve("java.log")).strip();
    }

    /** Has a stand-in for Java note its starts, beside the file that tells a JDK, of that version, from a shim. */
    private void countStarts(String version) throws IOException {
        maven("nothing");
        script("java", "echo 'openjdk version \"17.0.1\"' >&2; echo \"$@\" >>java.log");
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"A\"\nJAVA_VERSION=\"" + version + "\"\n");
    }

    /** Until it is another Java, or has other options. */
    @Test
    void aJavaThatHasStartedIsNotAskedAgain() throws Exception {
        countStarts("17.0.1");
        assertEquals(2, starts(Map.of()));
        assertEquals(3, starts(Map.of()));
        assertEquals(5, starts(Map.of("GOSSAMER_JAVA_OPTIONS", "-Da=b")));
        assertEquals(6, starts(Map.of("GOSSAMER_JAVA_OPTIONS", "-Da=b")));
        assertEquals(8, starts(Map.of("JAVA_TOOL_OPTIONS", "-Dc=d")));
        script("java", "echo 'openjdk version \"11.0.2\"' >&2");
        assertOneLine(jdk + "/bin/java is Java 11, Gossamer needs 17 or newer: ",
                failure(Map.of("JAVA_TOOL_OPTIONS", "-Dc=d")));
    }

    /** Whose own file and times say nothing of the Java that it starts. */
    @Test
    void aShimIsAskedEveryTime() throws Exception {
        countStarts("17.0.1");
        Files.delete(jdk.resolve("release"));
        assertEquals(2, starts(Map.of()));
        assertEquals(4, starts(Map.of()));
    }

    /** Neither the time of its file nor the name that it is started by is another one. */
    @Test
    void anotherJavaInItsPlaceIsAsked() throws Exception {
        countStarts("17.0.1");
        assertEquals(2, starts(Map.of()));
        assertEquals(3, starts(Map.of()));
        FileTime before = Files.getLastModifiedTime(jdk.resolve("bin/java"));
        countStarts("17.0.2");
        Files.setLastModifiedTime(jdk.resolve("bin/java"), before);
        assertEquals(5, starts(Map.of()));

        Path current = Files.createSymbolicLink(folder.resolve("current"), jdk);
        assertEquals(6, starts(Map.of("JAVA_HOME", current.toString())), "it is the same by another name");
        Files.move(jdk, folder.resolve("other"));
        Files.delete(current);
        Files.createSymbolicLink(current, Path.of("other"));
        assertEquals(8, starts(Map.of("JAVA_HOME", current.toString(),
                "PATH", folder.resolve("other/bin") + ":" + System.getenv("PATH"))));
    }

    /** Git warns on the line before it. */
    @Test
    void aWarningOfGitIsNotTheCommit() throws Exception {
        countStarts("17.0.1");
        Files.createDirectory(folder.resolve(".git"));
        script("git", "echo 'warning: a setting is ignored' >&2; echo 0123abc-dirty");
        starts(Map.of());
        assertTrue(lastStart().contains(" -Dgossamer.commit=0123abc-dirty "), lastStart());
        script("git", "echo 'fatal: detected dubious ownership' >&2; exit 128");
        starts(Map.of());
        assertTrue(lastStart().contains(" -Dgossamer.commit=unknown (fatal: detected dubious ownership) "),
                lastStart());
    }

    private String lastStart() throws IOException {
        List<String> starts = Files.readAllLines(folder.resolve("java.log"));
        return starts.get(starts.size() - 1);
    }

    /** Starts the program, and returns how often Java was started since the beginning, to be asked or to run it. */
    private int starts(Map<String, String> variables) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("bash", "run.sh", "list").directory(folder.toFile());
        builder.environment().putAll(Map.of("JAVA_HOME", jdk.toString(), "GOSSAMER_PROFILES", "", "PATH",
                jdk.resolve("bin") + ":" + System.getenv("PATH")));
        builder.environment().putAll(variables);
        lines(0, builder);
        return Files.readAllLines(folder.resolve("java.log")).size();
    }
}
