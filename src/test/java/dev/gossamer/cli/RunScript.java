package dev.gossamer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The real {@code run.sh} in a project of its own, beside stand-ins for Java and Maven. */
@DisabledOnOs(OS.WINDOWS)
abstract class RunScript {

    @TempDir
    Path folder;

    Path jdk;

    @BeforeEach
    final void makeProject() throws IOException {
        Files.copy(Path.of("run.sh"), folder.resolve("run.sh"));
        Files.writeString(folder.resolve("pom.xml"), "<project/>");
        Files.createDirectories(folder.resolve("src/main"));
        jdk = folder.resolve("jdk");
        Files.createDirectories(jdk.resolve("bin"));
        script("java", "echo 'openjdk version \"17.0.1\"' >&2");
        script("javac", "echo 'javac 17.0.1'");
        script("mvn", "echo 'Apache Maven 3.8.7'");
    }

    final void script(String name, String line) throws IOException {
        Path file = Files.writeString(jdk.resolve("bin").resolve(name), "#!/bin/sh\n" + line + "\n");
        assertTrue(file.toFile().setExecutable(true));
    }

    /** The lines that the script writes to standard error before it fails. */
    final List<String> failure(Map<String, String> variables) throws IOException, InterruptedException {
        return errors(1, variables, "list");
    }

    final List<String> errors(int code, Map<String, String> variables, String... arguments)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("bash", folder.resolve("run.sh").toString());
        builder.command().addAll(List.of(arguments));
        builder.environment().remove("GOSSAMER_PROFILES");
        builder.environment().put("JAVA_HOME", jdk.toString());
        builder.environment().compute("PATH", (name, path) -> jdk.resolve("bin") + ":" + path);
        builder.environment().putAll(variables);
        Path err = folder.resolve("err");
        return lines(code, builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(err.toFile()), err);
    }

    /** Everything that a process prints, which has a minute for it. */
    final List<String> lines(int code, ProcessBuilder builder) throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        return lines(code, builder.redirectErrorStream(true).redirectOutput(out.toFile()), out);
    }

    private static List<String> lines(int code, ProcessBuilder builder, Path file)
            throws IOException, InterruptedException {
        Process process = builder.start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly();
        List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        assertTrue(ended, "it does not end: " + lines);
        assertEquals(code, process.exitValue(), lines.toString());
        return lines;
    }

    /** A Maven that notes what it is asked for and builds, unless it is asked for something that it cannot download. */
    final void maven(String missing) throws IOException {
        script("mvn", """
                [ "$1" != --version ] || { echo 'Apache Maven 3.8.7'; exit 0; }
                echo "$@" >>maven.log
                case "$*" in *%s*) echo '[ERROR] Could not find artifact org.bytedeco:%<s-cublas'; exit 1 ;; esac
                mkdir -p target/classes target/lib
                touch target/lib/$(ls target/lib | wc -l).jar""".formatted(missing));
    }

    /** Starts the program and returns what Maven was asked for since the beginning, without what is the same always. */
    final List<String> builds(Map<String, String> variables) throws Exception {
        errors(0, variables, "list");
        return Files.readAllLines(folder.resolve("maven.log")).stream()
                .map(line -> line.replaceAll("--\\S+ ?|process-classes", "").strip())
                .toList();
    }
}
