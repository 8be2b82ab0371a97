package dev.gossamer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What {@code run.sh} removes: only what it wrote. */
@DisabledOnOs(OS.WINDOWS)
class RunScriptPackageTest extends RunScript {

    /** Tools that make a package: one jar more with each Maven, and a runtime of one file. */
    private Path packageTools() throws IOException {
        script("mvn", """
                [ "$1" != --version ] || { echo 'Apache Maven 3.8.7'; exit 0; }
                echo "$@" >>maven.log
                mkdir -p target/classes target/lib
                for word; do case $word in -DoutputDirectory=*) touch "${word#*=}/$(wc -l <maven.log).jar" ;; esac; done""");
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

    @Test
    void aPackageMadeAgainKeepsWhatIsNotItsOwn() throws Exception {
        Path made = packageTools();
        script("jlink", "echo 'Error: no jmods'; exit 1");
        List<String> lines = errors(1, Map.of(), "package", made.toString());
        assertTrue(lines.get(lines.size() - 1).endsWith(": Error: no jmods"), lines.toString());
        assertEquals(List.of(), files(made));
        packageTools();
        errors(0, Map.of(), "package", made.toString());
        List<String> first = files(made);
        assertTrue(first.containsAll(List.of("commit", "experiments/a.yaml", "lib/gossamer.jar", "run.sh", "runtime/bin/java")),
                first.toString());
        List<String> own = List.of("experiments/mine.yaml", "lib/my.jar", "runs/mine/summary.json", "runtime/notes.txt");
        for (String name : own) {
            Files.createDirectories(made.resolve(name).getParent());
            Files.writeString(made.resolve(name), name);
        }
        Files.writeString(folder.resolve("experiments/b.yaml"), "purpose: B");
        Files.delete(folder.resolve("experiments/a.yaml"));
        errors(0, Map.of(), "package", made.toString());
        List<String> second = new ArrayList<>(files(made));
        assertTrue(second.removeAll(own), "files of the user are gone: " + second);
        assertTrue(second.contains("experiments/b.yaml") && !second.contains("experiments/a.yaml"), second.toString());
        assertEquals(first.size(), second.size(), "files of the earlier package are still there: " + second);
        assertTrue(Files.isExecutable(made.resolve("run.sh")));
    }

    /** Each leaves every file of the folder as it is. */
    private void assertRefused(Path made, String sentence) throws Exception {
        List<String> before = files(made);
        assertEquals(List.of("error: " + sentence), errors(1, Map.of(), "package", made.toString()));
        assertEquals(before, files(made));
    }

    @Test
    void whatIsNoPackageIsNotTouched() throws Exception {
        Path made = packageTools();
        String another = "; give an empty folder or a new one";
        Path mine = Files.createDirectories(folder.resolve("mine/lib"));
        Files.createDirectories(folder.resolve("mine/runtime"));
        Files.writeString(folder.resolve("mine/commit"), "of something else");
        Files.writeString(mine.resolve("precious.txt"), "1");
        errors(0, Map.of("GOSSAMER_PROFILES", ""), "list");
        assertRefused(mine.getParent(), mine.getParent() + " is there and is no package" + another);
        assertEquals(List.of("error: " + folder + "/pom.xml is there and is no package" + another),
                errors(1, Map.of(), "package", folder + "/pom.xml"));
        assertEquals(List.of("error: " + folder + "/pom.xml/x cannot be made or written to"),
                errors(1, Map.of(), "package", folder + "/pom.xml/x"));
        errors(0, Map.of(), "package", made.toString());

        Files.writeString(made.resolve("experiments/a.yaml"), "purpose: changed");
        assertRefused(made, made + "/experiments/a.yaml is not as package wrote it; move it away, or give an empty"
                + " folder or a new one");
        Files.delete(made.resolve("experiments/a.yaml"));
        Path elsewhere = Files.move(made.resolve("lib"), folder.resolve("elsewhere"));
        Files.createSymbolicLink(made.resolve("lib"), elsewhere);
        assertRefused(made, made + "/lib is a link, which package did not make" + another);
        Files.delete(made.resolve("lib"));
        Path list = made.resolve("package.cksum");
        Files.writeString(list, Files.readString(list).replace("LICENSE", "lib/../../LICENSE"));
        assertRefused(made, list + " is not as package wrote it: \"lib/../../LICENSE\"" + another);
    }

    @Test
    void aBuildPutsAsideWhatItDoesNotKnow() throws Exception {
        maven("nothing");
        Map<String, String> none = Map.of("GOSSAMER_PROFILES", "");
        builds(none);
        Path mine = Files.writeString(folder.resolve("target/lib/notes.txt"), "precious");
        builds(Map.of("GOSSAMER_PROFILES", "nd4j-cuda"));
        assertTrue(Files.notExists(mine));
        assertEquals(List.of("notes.txt"), files(folder.resolve("target/lib.aside")));
        Path elsewhere = Files.move(folder.resolve("target/lib"), folder.resolve("elsewhere"));
        Files.createSymbolicLink(folder.resolve("target/lib"), elsewhere);
        builds(none);
        assertEquals(List.of("0.jar"), files(elsewhere));
        assertTrue(Files.isSymbolicLink(folder.resolve("target/lib.aside-2")));
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
