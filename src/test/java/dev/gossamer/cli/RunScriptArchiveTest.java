package dev.gossamer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The archive of classes that {@code run.sh} makes beside the first command, of a program of a few lines. */
@DisabledOnOs(OS.WINDOWS)
class RunScriptArchiveTest extends RunScript {

    private static final String JAVA_HOME = System.getProperty("java.home");
    private static final String FROM_ARCHIVE = "shared objects file (top)";

    private Path home;

    @BeforeEach
    void makeProgram() throws IOException {
        home = Files.createDirectory(folder.resolve("project"));
        Files.copy(folder.resolve("run.sh"), home.resolve("run.sh"));
        Files.writeString(home.resolve("pom.xml"), "<project/>");
        script("mvn", """
                [ "$1" != --version ] || { echo 'Apache Maven 3.8.7'; exit 0; }
                mkdir -p target/lib target/classes
                '%1$s/bin/javac' -d target/classes src/main/*.java &&
                '%1$s/bin/jar' --create --file target/lib/a.jar pom.xml""".formatted(JAVA_HOME));
        source("Main", "System.out.println(\"first\");");
        source("Rehearsal", "Main.main(arguments);");
    }

    private void source(String name, String statements) throws IOException {
        Files.writeString(Files.createDirectories(home.resolve("src/main")).resolve(name + ".java"), """
                package dev.gossamer.cli;
                class %s {
                    public static void main(String[] arguments) throws Exception { %s }
                }
                """.formatted(name, statements));
    }

    private List<String> run(String... options) throws Exception {
        return command("topologies", options);
    }

    /** What a command prints, and Java of the class Main: where it is read. Only the command has the pipe. */
    private List<String> command(String name, String... options) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", "set -o pipefail; bash \"$@\" 2>&1 3>&1 | cat", "",
                home + "/run.sh", name).directory(folder.toFile());
        builder.environment().putAll(Map.of("JAVA_HOME", JAVA_HOME, "GOSSAMER_PROFILES", "",
                "GOSSAMER_JAVA_OPTIONS", "-Xlog:class+load " + String.join(" ", options),
                "PATH", jdk.resolve("bin") + ":" + System.getenv("PATH")));
        return lines(0, builder).stream()
                .filter(line -> !line.contains("[class,load]") || line.contains(" dev.gossamer.cli.Main "))
                .map(line -> line.replaceAll(".* source: ", ""))
                .filter(line -> !line.startsWith("Building Gossamer"))
                .toList();
    }

    private List<Path> folders(Path parent) throws IOException {
        if (Files.notExists(parent)) {
            return List.of();
        }
        try (var files = Files.list(parent)) {
            return files.filter(file -> file.getFileName().toString().startsWith("archive.")).toList();
        }
    }

    private List<Path> archives(Path parent) throws IOException {
        return folders(parent).stream().map(each -> each.resolve("classes.jsa")).filter(Files::exists).toList();
    }

    private List<Path> archives() throws IOException {
        return archives(home.resolve("target"));
    }

    /** A rehearsal without an end, which writes its number into a file. */
    private Path endlessRehearsal() throws IOException {
        Path pid = folder.resolve("pid");
        source("Rehearsal", """
                java.nio.file.Files.writeString(java.nio.file.Path.of("%s"), "" + ProcessHandle.current().pid());
                Thread.sleep(600_000);""".formatted(pid));
        return pid;
    }

    private static ProcessHandle started(Path pid) throws Exception {
        await("no rehearsal", () -> Files.exists(pid) && Files.size(pid) > 0);
        ProcessHandle process = ProcessHandle.of(Long.parseLong(Files.readString(pid))).orElseThrow();
        Files.delete(pid);
        return process;
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        Instant end = Instant.now().plus(Duration.ofMinutes(1));
        while (!condition.call()) {
            assertTrue(Instant.now().isBefore(end), what);
            Thread.sleep(50);
        }
    }

    private String classes() throws IOException {
        return "file:" + home.toRealPath() + "/target/classes/";
    }

    @Test
    void anEditedSourceIsRunAtOnceAndThenFromItsOwnArchive() throws Exception {
        assertEquals(List.of(classes(), "first"), run());
        await("no archive", () -> archives().size() == 1);
        Path first = archives().get(0);
        assertEquals(List.of(FROM_ARCHIVE, "first"), run());
        source("Main", "System.out.println(\"second\");");
        assertEquals(List.of(classes(), "second"), run());
        assertFalse(Files.exists(first.getParent()));
        await("no second archive", () -> archives().size() == 1);
        assertEquals(List.of(FROM_ARCHIVE, "second"), run());
    }

    /** Nor does Java complain of it. */
    @Test
    void anArchiveThatDoesNotFitIsNotUsed() throws Exception {
        run();
        await("no archive", () -> archives().size() == 1);
        assertEquals(List.of(FROM_ARCHIVE, "first"), run());
        assertEquals(List.of(classes(), "first"), run("-Xshare:off"));
        Path jar = archives().get(0).resolveSibling("gossamer.jar");
        List<String> fromJar = List.of("file:" + jar.toRealPath(), "first");
        assertEquals(fromJar, run("-XX:ObjectAlignmentInBytes=16"));
        Files.setLastModifiedTime(jar, FileTime.fromMillis(0));
        assertEquals(fromJar, run());
    }

    /** One that is being made when a build begins is given up, as it is where the project is removed. */
    @Test
    void anUnfinishedArchiveEndsWithItsBuild() throws Exception {
        Path pid = endlessRehearsal();
        run();
        ProcessHandle first = started(pid);
        assertEquals("first", run().get(1));
        assertTrue(first.isAlive());
        assertEquals(List.of(), archives());
        source("Main", "System.out.println(\"second\");");
        assertEquals(List.of(classes(), "second"), run());
        await("the rehearsal of an earlier build goes on", () -> !first.isAlive());

        ProcessHandle second = started(pid);
        try (var files = Files.walk(home)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        }
        await("a rehearsal outlives its project", () -> !second.isAlive());
        assertFalse(Files.exists(home));
    }

    @Test
    void whereItFailsItIsTriedOnce() throws Exception {
        Path count = folder.resolve("count");
        source("Rehearsal", """
                java.nio.file.Files.writeString(java.nio.file.Path.of("%s"), "a",
                        java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.APPEND);
                System.exit(1);""".formatted(count));
        run();
        await("no rehearsal", () -> Files.exists(count));
        Path made = folders(home.resolve("target")).get(0);
        await("the maker goes on", () -> maker(made).isEmpty());
        assertFalse(Files.exists(made.resolve("gossamer.jar")));
        assertEquals(List.of(classes(), "first"), run());
        assertEquals(List.of(made), folders(home.resolve("target")));
        assertEquals("a", Files.readString(count));
    }

    /** One that was killed before it could clean up, and one that was asked to end. */
    @Test
    void whereItWasKilledItIsTriedAgain() throws Exception {
        Path target = home.resolve("target");
        Path pid = endlessRehearsal();
        run();
        ProcessHandle rehearsal = started(pid);
        Path first = folders(target).get(0);
        ProcessHandle maker = maker(first).orElseThrow();
        maker.destroyForcibly();
        rehearsal.destroyForcibly();
        await("the maker goes on", () -> !maker.isAlive());
        assertEquals(List.of(classes(), "first"), run());
        assertFalse(Files.exists(first));

        started(pid);
        Path second = folders(target).get(0);
        maker(second).orElseThrow().destroy();
        await("something is left", () -> folders(target).isEmpty());
        assertEquals(List.of(classes(), "first"), run());

        started(pid).destroyForcibly();
        Path third = folders(target).get(0);
        await("something is left", () -> Files.notExists(third.resolve("gossamer.jar")));
        assertFalse(Files.exists(third.resolve("failed")));
    }

    private static Optional<ProcessHandle> maker(Path folder) throws IOException {
        String[] words = Files.readString(folder.resolve("maker")).strip().split(" ");
        return ProcessHandle.of(Long.parseLong(words[words.length - 1]));
    }

    @Test
    void anotherJavaHasAnotherArchive() throws Exception {
        run();
        await("no archive", () -> archives().size() == 1);
        Path first = archives().get(0);
        Files.writeString(first.resolveSibling("java"), "another\n");
        assertEquals(List.of(classes(), "first"), run());
        assertFalse(Files.exists(first));
        await("no second archive", () -> archives().size() == 1);
        assertEquals(List.of(FROM_ARCHIVE, "first"), run());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bench", "list", "show"})
    void nothingIsMadeBesideACommandThatMeasures(String command) throws Exception {
        assertEquals(List.of(classes(), "first"), command(command));
        assertEquals(List.of(), folders(home.resolve("target")));
    }

    @Test
    void whatMeasuresUsesIt() throws Exception {
        assertEquals(List.of(classes(), "first"), command("gpu"));
        assertEquals(List.of(), folders(home.resolve("target")));
        run();
        await("no archive", () -> archives().size() == 1);
        assertEquals(List.of(FROM_ARCHIVE, "first"), command("list"));
        assertEquals(List.of(classes(), "first"), command("gpu"));
    }

    /** In the package itself, which is what was built. */
    @Test
    void aPackageHasOneToo() throws Exception {
        run("-Xshare:auto");
        Path built = home;
        home = Files.createDirectory(folder.resolve("package"));
        Files.move(built.resolve("run.sh"), home.resolve("run.sh"));
        Path runtime = Files.createSymbolicLink(home.resolve("runtime"), Path.of(JAVA_HOME));
        Path jar = Files.createDirectory(home.resolve("lib")).resolve("gossamer.jar");
        lines(0, new ProcessBuilder(JAVA_HOME + "/bin/jar", "--create", "--file", jar.toString(),
                "-C", built + "/target/classes", "."));
        assertEquals(List.of("file:" + jar.toRealPath(), "first"), run());
        await("no archive", () -> archives(home).size() == 1);
        assertEquals(List.of(FROM_ARCHIVE, "first"), run());
        // JUnit warns of a link out of its folder.
        Files.delete(runtime);
    }
}
