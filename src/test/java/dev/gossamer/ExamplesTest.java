package dev.gossamer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.cli.Main;
import dev.gossamer.text.Digests;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The project in {@code examples}, compiled here, brings a model, data, a topology, weights, a partition and an
 * algorithm, each a class and a line; the program trains with them, explains their keys, and refuses what does not fit
 * as it does with its own.
 */
class ExamplesTest {

    private static final Path EXAMPLES = Path.of("examples");

    @TempDir
    static Path classes;

    @TempDir
    Path home;

    private String printed;

    /** What Maven makes of the project: classes, and the names of those that are entries. */
    @BeforeAll
    static void compile() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
                Stream<Path> sources = Files.walk(EXAMPLES.resolve("src/main/java"))) {
            assertTrue(compiler.getTask(null, files, null,
                    List.of("-d", classes.toString(), "-cp", System.getProperty("java.class.path")),
                    null,
                    files.getJavaFileObjectsFromPaths(sources.filter(Files::isRegularFile).toList())).call());
        }
        Path resources = EXAMPLES.resolve("src/main/resources");
        try (Stream<Path> paths = Files.walk(resources)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                Path copy = classes.resolve(resources.relativize(path).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(path, copy);
            }
        }
    }

    @BeforeEach
    void write() throws IOException {
        Files.createDirectories(home.resolve("experiments"));
        Files.copy(EXAMPLES.resolve("stamps.yaml"), home.resolve("experiments/stamps.yaml"));
    }

    /** Makes them a jar among the plug-ins. */
    private void install(String file) throws IOException {
        Files.createDirectories(home.resolve("plugins"));
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(home.resolve("plugins").resolve(file)));
                Stream<Path> files = Files.walk(classes).filter(Files::isRegularFile)) {
            for (Path path : files.toList()) {
                jar.putNextEntry(new JarEntry(classes.relativize(path).toString()));
                jar.write(Files.readAllBytes(path));
            }
        }
    }

    /** In a process of its own, so that other tests do not see them. */
    private int runWithLibrary(String... arguments) throws IOException, InterruptedException {
        return process(System.getProperty("java.class.path") + File.pathSeparator + classes,
                Main.class.getName(), arguments);
    }

    private int run(String... arguments) throws IOException, InterruptedException {
        return process(System.getProperty("java.class.path"), Main.class.getName(), arguments);
    }

    private int process(String classPath, String program, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "-Dgossamer.home=" + home, "-cp", classPath, program));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (BufferedReader out = process.inputReader()) {
            printed = String.join("\n", out.lines().toList());
        }
        return process.waitFor();
    }

    @Test
    void theyTrainAndAreRecordedAndReported() throws Exception {
        assertEquals(0, runWithLibrary("stamps"), printed);
        Path run = home.resolve("runs/stamps/ladder-3_half-lr0.003-seed1");
        String configuration = Files.readString(run.resolve("config.yaml"));
        for (String line : List.of("data-set: stamps", "model: wedge", "topology: ladder-3+half",
                "partition: every-nth",
                "algorithm: smooth-sign-descent", "softness: 0.5")) {
            assertTrue(configuration.replace("\"", "").contains(line), line + " in " + configuration);
        }
        assertTrue(!configuration.contains("momentum"), "the algorithm has none: " + configuration);
        String accuracies = Files.readString(home.resolve("runs/stamps/lr-accuracy.csv"));
        assertTrue(accuracies.lines().skip(1).allMatch(line -> line.contains("finished")), accuracies);
        assertEquals(0, runWithLibrary("stamps", "--resume", "--learning-rate", "0.001,0.003"), printed);
        assertEquals(0, runWithLibrary("report", "stamps"), printed);
    }

    @Test
    void theirKeysAreExplainedAndChecked() throws Exception {
        assertEquals(0, runWithLibrary("stamps", "--help"), printed);
        assertTrue(printed.contains("--softness VALUE"), printed);
        assertTrue(printed.contains("d-signum or smooth-sign-descent"), printed);
        assertEquals(2, runWithLibrary("stamps", "--softness", "7"), printed);
        assertTrue(printed.contains("softness must be a number in (0, 1], got 7"), printed);
        assertEquals(2, runWithLibrary("stamps", "--model", "wegde"), printed);
        assertTrue(printed.contains("did you mean \"wedge\"?"), printed);
        assertEquals(2, runWithLibrary("stamps", "--topology", "ladder-1"), printed);
        assertTrue(printed.contains("topology: ladder-K needs K of at least 2, got 1"), printed);
    }

    @Test
    void recordsOfDatavecAreADataSet() throws Exception {
        StringBuilder lines = new StringBuilder("# a sensor\n# width height kind\n");
        for (int i = 0; i < 200; i++) {
            lines.append(i % 2 + i % 7 * 0.1).append(' ').append(i % 5).append(i % 2 == 0 ? " calm\n" : " wild\n");
        }
        Path file = Files.writeString(home.resolve("sensors.txt"), lines);
        assertEquals(0, runWithLibrary("data", "show", "readings:" + file, "--workers", "4", "--partition", "every-nth",
                "--format", "csv"), printed);
        assertTrue(printed.contains("worker,images,classes,largest_share,class_calm,class_wild\n0,40,"), printed);
        assertEquals(0, runWithLibrary("stamps", "--data-set", "readings:" + file, "--learning-rate", "0.01"), printed);
        Files.writeString(file, "1 x\n", StandardOpenOption.APPEND);
        assertEquals(1, runWithLibrary("data", "show", "readings:" + file), printed);
        assertTrue(printed.contains("readings:" + file + " record 201: expected 2 numbers, as the records before have,"
                + " found 1."), printed);
    }

    @Test
    void aJarAmongThePluginsBringsThemToo() throws Exception {
        install("stamps.jar");
        Files.writeString(home.resolve("plugins/broken.jar"), "no jar");
        assertEquals(0, run("stamps", "--learning-rate", "0.001"), printed);
        assertTrue(printed.contains("warning: plug-in broken.jar: cannot be read as a jar"), printed);
        String environment = Files.readString(home.resolve("runs/stamps/ladder-3_half-lr0.001-seed1/environment.json"));
        String sha = Digests.sha256(Files.readAllBytes(home.resolve("plugins/stamps.jar")));
        assertTrue(environment.contains("stamps.jar " + sha),
                environment);
        Files.delete(home.resolve("plugins/stamps.jar"));
        assertEquals(2, run("stamps", "--learning-rate", "0.001"), printed);
    }

    @Test
    void aProgramTrainsWithGossamerAsItsLibrary() throws Exception {
        Path results = home.resolve("results");
        assertEquals(0, process(System.getProperty("java.class.path") + File.pathSeparator + classes,
                "example.TrainStamps", EXAMPLES.resolve("stamps.yaml").toString(), home.resolve("datasets").toString(),
                results.toString()), printed);
        assertEquals(3, printed.lines().filter(line -> line.matches("learning rate .*: test accuracy [01]\\.\\d\\d"))
                .count(), printed);
        assertEquals(4, Files.readAllLines(results.resolve("lr-accuracy.csv")).size());
    }

    /** The document shows the classes as they are here, from their declaration on. */
    @Test
    void theDocumentShowsTheseClasses() throws IOException {
        Matcher blocks = Pattern.compile("```java\n(public (?:final class|record) (\\w+).*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("docs/extending.md")));
        List<String> shown = new ArrayList<>();
        while (blocks.find()) {
            String source = Files.readString(EXAMPLES.resolve("src/main/java/example/" + blocks.group(2) + ".java"));
            assertEquals(source.substring(source.indexOf(blocks.group(1).lines().findFirst().orElseThrow())),
                    blocks.group(1));
            shown.add(blocks.group(2));
        }
        try (Stream<Path> sources = Files.list(EXAMPLES.resolve("src/main/java/example"))) {
            assertEquals(sources.map(path -> path.getFileName().toString().replace(".java", "")).sorted().toList(),
                    shown.stream().sorted().toList());
        }
    }
}
