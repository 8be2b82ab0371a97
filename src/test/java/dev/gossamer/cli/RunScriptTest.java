package dev.gossamer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
        ProcessBuilder builder = new ProcessBuilder("bash", folder.resolve("run.sh").toString(), "list");
        builder.environment().put("JAVA_HOME", jdk.toString());
        builder.environment().compute("PATH", (name, path) -> jdk.resolve("bin") + ":" + path);
        builder.environment().putAll(variables);
        Path err = folder.resolve("err");
        Process process = builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(err.toFile()).start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "run.sh did not end");
        List<String> lines = Files.readAllLines(err, StandardCharsets.UTF_8);
        assertEquals(1, process.exitValue(), lines.toString());
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
}
