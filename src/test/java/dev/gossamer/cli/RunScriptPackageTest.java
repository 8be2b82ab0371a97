package dev.gossamer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What {@code run.sh} removes: only what it wrote. */
@DisabledOnOs(OS.WINDOWS)
class RunScriptPackageTest extends RunScript {

    private static final String NOT_EMPTY = " is there and is no empty folder; give a new folder, or remove it";

    /** No other files than those that a test waits for. */
    private static final Map<String, String> NO_ARCHIVE = Map.of(
            "GOSSAMER_PROFILES", "", "GOSSAMER_JAVA_OPTIONS", "-Xshare:off");

    /** Tools that make a package: one jar more with each Maven, and a runtime of one file. */
    private Path packageTools() throws IOException {
        script("mvn", """
                [ "$1" != --version ] || { echo 'Apache Maven 3.8.7'; exit 0; }
                echo "$@" >>maven.log
                mkdir -p target/classes target/lib
                for word; do
                    case $word in -DoutputDirectory=*) touch "${word#*=}/$(wc -l <maven.log).jar" ;; esac
                done""");
        script("jar", "touch \"$3\"");
        script("jlink", "for last; do :; done; mkdir -p \"$last/bin\" && echo java >\"$last/bin/java\"");
        Files.writeString(folder.resolve("LICENSE"), "licence");
        Files.writeString(Files.createDirectories(folder.resolve("experiments")).resolve("a.yaml"), "purpose: A");
        return folder.resolve("my package");
    }

    private static List<String> files(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).map(file -> folder.relativize(file).toString()).sorted().toList();
        }
    }

    /** The folder keeps every file that it has, and gets no other one. */
    private void assertRefused(Path place, String sentence, String... arguments) throws Exception {
        List<String> before = files(place);
        assertEquals(List.of("error: " + sentence), errors(1, Map.of(), arguments));
        assertEquals(before, files(place));
    }

    @Test
    void aPackageIsMadeInANewOrAnEmptyFolder() throws Exception {
        Path made = packageTools();
        script("jlink", "echo 'Error: no jmods'; exit 1");
        List<String> lines = errors(1, Map.of(), "package", made.toString());
        assertTrue(lines.get(lines.size() - 1).endsWith(": Error: no jmods"), lines.toString());
        assertEquals(List.of(), files(made));
        packageTools();
        errors(0, Map.of(), "package", made.toString());
        List<String> all = files(made);
        List<String> jars = all.stream().filter(name -> name.matches("lib/\\d+\\.jar")).toList();
        assertEquals(1, jars.size(), all.toString());
        assertEquals(List.of("LICENSE", "commit", "experiments/a.yaml", jars.get(0), "lib/gossamer.jar", "run.sh",
                "runtime/bin/java"), all);
        assertTrue(Files.isExecutable(made.resolve("run.sh")));
        Path another = folder.resolve("target/package");
        errors(0, Map.of(), "package");
        assertEquals(all.size(), files(another).size());
        assertRefused(another, another.toRealPath() + NOT_EMPTY, "package");
    }

    @Test
    void whatIsThereIsNotTouched() throws Exception {
        Path made = packageTools();
        errors(0, NO_ARCHIVE, "list");
        Path lost = Files.createSymbolicLink(folder.resolve("lost"), folder.resolve("nothing"));
        Path mine = Files.createDirectories(folder.resolve("mine"));
        Files.writeString(mine.resolve(".hidden"), "precious");
        Path link = Files.createSymbolicLink(folder.resolve("link"), mine);
        for (Path there : List.of(mine, link, lost, folder.resolve("pom.xml"))) {
            assertRefused(folder, there + NOT_EMPTY, "package", there.toString());
        }
        assertRefused(folder, folder + "/pom.xml/x cannot be made or written to", "package", folder + "/pom.xml/x");
        errors(0, Map.of(), "package", made.toString());
        assertRefused(made, made + NOT_EMPTY, "package", made.toString());
    }

    /** Killed in the middle, or with something in its way at the end. */
    @Test
    void whatIsLeftOfAPackageDoesNotRun() throws Exception {
        Path made = packageTools();
        errors(0, NO_ARCHIVE, "list");
        script("mvn", """
                case "$*" in *-DoutputDirectory=*) kill -9 $PPID ;; esac
                echo 'Apache Maven 3.8.7'""");
        errors(128 + 9, Map.of(), "package", made.toString());
        assertTrue(files(made).stream().anyMatch(name -> name.endsWith("/commit")), files(made).toString());
        assertTrue(Files.notExists(made.resolve("run.sh")));
        assertRefused(made, made + NOT_EMPTY, "package", made.toString());

        Path other = folder.resolve("other");
        packageTools();
        script("jar", "touch \"$3\"; echo mine >" + other + "/LICENSE");
        List<String> lines = errors(1, Map.of(), "package", other.toString());
        assertEquals("error: " + other + "/LICENSE cannot be made; give a new folder", lines.get(lines.size() - 1));
        assertEquals("mine\n", Files.readString(other.resolve("LICENSE")));
        assertTrue(Files.notExists(other.resolve("run.sh")));
    }

    /** Tools that make a slim package: empty jars, and no training. */
    private Path slimTools() throws IOException {
        Path made = packageTools();
        script("mvn", """
                [ "$1" != --version ] || { echo 'Apache Maven 3.8.7'; exit 0; }
                mkdir -p target/classes target/lib target/test-classes
                for word; do
                    case $word in
                        -DoutputDirectory=*)
                            touch "${word#*=}/a.jar" "${word#*=}/junit-platform-console-standalone-1.jar" ;;
                    esac
                done""");
        script("java", """
                for word; do
                    case $word in
                        -Dgossamer.commit=*) commit=${word#*=} ;;
                        */golden) mkdir "$word" && echo "$commit" >"$word/mlp-1.json" ;;
                    esac
                done
                echo 'openjdk version "17.0.1"' >&2""");
        Files.writeString(Files.createDirectories(folder.resolve("src/main/package")).resolve("run.sh"), "exit 0");
        return Files.createDirectories(made).resolve("slim.tar.xz");
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = {"amd64", "x86_64"})
    void aSlimPackageIsOneFile() throws Exception {
        Path made = slimTools();
        errors(0, Map.of(), "package", "--slim", made.toString());
        assertEquals(List.of("slim.tar.xz"), files(made.getParent()));
        assertEquals(Files.getPosixFilePermissions(Files.createFile(folder.resolve("ordinary"))),
                Files.getPosixFilePermissions(made));
        assertRefused(made.getParent(), made + " is there; give a new name, or remove it",
                "package", "--slim", made.toString());
        assertRefused(made.getParent(), "package --slim makes a file, got the name of a folder: " + made + "/",
                "package", "--slim", made + "/");
        List<String> names = lines(0, new ProcessBuilder("tar", "-tf", made.toString())).stream()
                .filter(name -> !name.endsWith("/")).sorted().toList();
        assertEquals(List.of("LICENSE", "commit", "experiments/a.yaml", "golden/mlp-1.json", "lib/a.jar",
                "lib/gossamer.jar", "run.sh", "runtime/bin/java", "tests/gossamer-tests.jar",
                "tests/junit-platform-console-standalone-1.jar").stream()
                .map(name -> "gossamer/" + name).toList(), names);
        assertEquals(lines(0, new ProcessBuilder("tar", "-xOf", made.toString(), "gossamer/commit")),
                lines(0, new ProcessBuilder("tar", "-xOf", made.toString(), "gossamer/golden/mlp-1.json")));
        try (var left = Files.list(folder.resolve("target"))) {
            assertTrue(left.noneMatch(file -> file.getFileName().toString().startsWith(".package")));
        }
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = {"amd64", "x86_64"})
    void whatIsLeftOfASlimPackageIsNone() throws Exception {
        Path made = slimTools();
        assertEquals(List.of("error: unknown option --fast after package --slim; ./run.sh package --help says what"
                        + " there is"),
                lastOf(errors(2, Map.of(), "package", "--slim", "--fast")));
        assertEquals(List.of("error: unexpected \"b\" after package --slim FILE"),
                lastOf(errors(2, Map.of(), "package", "--slim", "a", "b")));
        assertEquals(List.of("error: package --slim needs a name for its file, got an empty one"),
                lastOf(errors(2, Map.of(), "package", "--slim", "")));
        for (String other : List.of("echo mine >" + made, "mkdir -p " + made)) {
            slimTools();
            script("jar", "touch \"$3\"; " + other.replace(made.toString(), "'" + made + "'"));
            assertEquals(List.of("error: " + made + " was made meanwhile; give a new name"),
                    lastOf(errors(1, Map.of(), "package", "--slim", made.toString())));
            try (var files = Files.list(made.getParent())) {
                assertEquals(List.of(made), files.toList());
            }
            assertTrue(Files.isDirectory(made) || Files.readString(made).equals("mine\n"));
            Files.delete(made);
        }
        slimTools();
        script("jlink", "echo 'Error: no jmods'; exit 1");
        errors(1, Map.of(), "package", "--slim", made.toString());
        assertEquals(List.of(), files(made.getParent()));
        script("mvn", """
                case "$*" in *-DoutputDirectory=*) kill -9 $PPID ;; esac
                echo 'Apache Maven 3.8.7'""");
        errors(128 + 9, Map.of(), "package", "--slim", made.toString());
        List<String> left = files(made.getParent());
        assertTrue(left.stream().allMatch(name -> name.matches("\\.unfinished\\.\\w+")), left.toString());
        assertTrue(Files.notExists(made));
    }

    private static List<String> lastOf(List<String> lines) {
        return lines.subList(lines.size() - 1, lines.size());
    }

    @Test
    void aBuildRemovesOnlyJars() throws Exception {
        maven("nothing");
        Map<String, String> none = Map.of("GOSSAMER_PROFILES", "");
        builds(none);
        Path libraries = folder.resolve("target/lib");
        Files.writeString(libraries.resolve("old.jar"), "of an earlier build");
        Files.writeString(libraries.resolve("notes.txt"), "precious");
        Path precious = Files.writeString(folder.resolve("mine.jar"), "precious");
        Files.createSymbolicLink(libraries.resolve("mine.jar"), precious);
        builds(Map.of("GOSSAMER_PROFILES", "nd4j-cuda"));
        assertEquals(List.of("2.jar", "mine.jar", "notes.txt"), files(libraries));
        assertTrue(Files.exists(precious));

        Path elsewhere = Files.move(libraries, folder.resolve("elsewhere"));
        Files.createSymbolicLink(libraries, elsewhere);
        builds(none);
        List<String> left = files(elsewhere);
        assertTrue(left.containsAll(List.of("2.jar", "mine.jar", "notes.txt")), left.toString());
    }

    @Test
    void aPackageNeedsNeitherJavaNorMaven() throws Exception {
        Files.delete(folder.resolve("pom.xml"));
        Files.createDirectories(folder.resolve("runtime/bin"));
        Files.move(jdk.resolve("bin/java"), folder.resolve("runtime/bin/java"));
        Files.writeString(folder.resolve("commit"), "abc123");
        script("java", "exit 9");
        Files.writeString(folder.resolve("runtime/bin/java"), "#!/bin/sh\necho \"$@\" >&2\n");
        String line = errors(0, Map.of("JAVA_HOME", "/nonexistent", "GOSSAMER_JAVA_OPTIONS", "-Xshare:off"), "list")
                .get(0);
        assertTrue(line.contains("-Dgossamer.commit=abc123"), line);
        assertTrue(line.endsWith("-cp " + folder.toRealPath() + "/lib/* dev.gossamer.cli.Main list"), line);
        assertEquals(List.of("error: this folder has no sources to test"), errors(1, Map.of(), "test"));
    }

    /** The script of a slim package, with what may be around it. */
    @Test
    void aSlimPackageFindsItsFolder() throws Exception {
        Path home = Files.createDirectories(folder.resolve("-a b/c"));
        Files.copy(Path.of("src/main/package/run.sh"), home.resolve("run.sh"));
        script("java", "printf '%s\\n' \"$@\"");
        Files.createDirectories(home.resolve("runtime/bin"));
        Files.copy(jdk.resolve("bin/java"), home.resolve("runtime/bin/java"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.createDirectories(folder.resolve("other/-a b/c"));
        Files.createFile(folder.resolve("-Dx=file"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("-a b/c/run.sh"));
        Path second = Files.createSymbolicLink(folder.resolve("second"), link);
        for (String script : List.of("-a b/c/run.sh", home + "/run.sh", "link", second.toString())) {
            ProcessBuilder process = new ProcessBuilder("sh", "--", script, "list", "*").directory(folder.toFile());
            process.environment().putAll(Map.of(
                    "CDPATH", folder.resolve("other").toString(), "GOSSAMER_JAVA_OPTIONS", "-Dx=* -Dy=1"));
            List<String> words = lines(0, process);
            assertTrue(words.containsAll(List.of("-Dgossamer.home=" + home.toRealPath(), "-Dx=*", "-Dy=1")),
                    words.toString());
            assertEquals(List.of(home.toRealPath() + "/lib/*", "dev.gossamer.cli.Main", "list", "*"),
                    words.subList(words.size() - 4, words.size()));
        }
        assertEquals(List.of("error: " + link + " is a link, and there is no readlink here to follow it; call run.sh in"
                + " its own folder"), lines(1, new ProcessBuilder("env", "PATH=/nonexistent", link.toString())));
    }
}
