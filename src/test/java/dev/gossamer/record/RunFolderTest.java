package dev.gossamer.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {

    private static final Map<String, Object> ENVIRONMENT = Map.of("jvm", "17.0.15");
    private static final MetricsRow MEAN = new MetricsRow(10, 0.5, 2, 0.1, "test", "mean", 1.5, 0.4, 0.02,
            Optional.empty());
    private static final MetricsRow WORKER = new MetricsRow(10, 0.5, 2, 0.1, "train", "0", 1.25, 0.5, 0.02,
            Optional.empty());

    @TempDir
    Path temporary;

    private Path folder;

    @BeforeEach
    void name() throws IOException {
        folder = Files.createDirectories(temporary.resolve("runs").resolve("e")).resolve("ring lr=0.1");
    }

    private RunFolder create() {
        return RunFolder.create(folder, configuration(), ENVIRONMENT);
    }

    private static Map<String, Object> configuration() {
        Map<String, Object> nested = new LinkedHashMap<>();
        nested.put("name", "vgg-11");
        nested.put("width", 1.0);
        Map<String, Object> configuration = new LinkedHashMap<>();
        configuration.put("topology", "ring");
        configuration.put("model", nested);
        configuration.put("learning-rate", 0.0001);
        configuration.put("learning-rates", List.of(0.0078, 1e-7, 2.0));
        configuration.put("workers", 32);
        configuration.put("seed", 4_000_000_000L);
        configuration.put("ema", null);
        configuration.put("quick", false);
        for (String text : List.of("no", "1e3", "0.0078", "a: b", "# x", "", "12:30", "null", "~", " x ", "ü\n\"'")) {
            configuration.put("text " + configuration.size(), text);
        }
        return configuration;
    }

    @Test
    void configurationReadsBackTheSameInItsOrder() throws IOException {
        create().close();

        Map<?, ?> read = new YAMLMapper().readValue(folder.resolve("config.yaml").toFile(), LinkedHashMap.class);
        assertEquals(configuration(), read);
        assertEquals(new ArrayList<>(configuration().keySet()), new ArrayList<>(read.keySet()));
    }

    @Test
    void configurationIsReadByPeople() throws IOException {
        create().close();

        List<String> lines = Files.readAllLines(folder.resolve("config.yaml"));
        assertEquals(
                List.of("topology: ring", "model:", "  name: vgg-11", "  width: 1.0", "learning-rate: 0.0001"),
                lines.subList(0, 5));
        assertTrue(lines.contains("- 0.0000001"), lines.toString());
    }

    @Test
    void environmentIsJson() throws IOException {
        create().close();

        assertEquals(
                ENVIRONMENT, new ObjectMapper().readValue(folder.resolve("environment.json").toFile(), Map.class));
    }

    @Test
    void rowsGoToMetrics() {
        try (RunFolder run = create()) {
            run.append(List.of(MEAN, WORKER));
            run.append(MEAN);
        }
        assertEquals(List.of(MEAN, WORKER, MEAN), MetricsFile.read(folder.resolve("metrics.csv")));
    }

    @Test
    void holdsExactlyTheDocumentedFiles() throws IOException {
        try (RunFolder run = create()) {
            run.finish(result(RunStatus.FINISHED));
            assertEquals(folder, run.path());
        }
        assertEquals(
                List.of("config.yaml", "environment.json", "events.out.tfevents", "metrics.csv", "summary.json"),
                files().stream().map(name -> name.replaceFirst("(tfevents)\\..*", "$1")).toList());
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static RunResult result(RunStatus status) {
        OptionalDouble number = OptionalDouble.of(0.5);
        return new RunResult("e", "ring", 4, "mlp", 0.1, 1, status, 10, number, number, number, number, number, number,
                Optional.empty());
    }

    @Test
    void summaryIsReplacedAsAWhole() throws IOException {
        try (RunFolder run = create()) {
            run.finish(result(RunStatus.INTERRUPTED));
            run.finish(result(RunStatus.DIVERGED));
        }
        Map<?, ?> summary = new ObjectMapper().readValue(folder.resolve("summary.json").toFile(), Map.class);
        assertEquals("diverged", summary.get("status"));
        assertEquals(0.5, summary.get("test_accuracy"));
        assertEquals(16, summary.size());
        assertFalse(files().contains("summary.json.part"));
    }

    @Test
    void neverOverwritesARun() throws IOException {
        create().close();
        byte[] before = Files.readAllBytes(folder.resolve("config.yaml"));

        RecordException failure = assertThrows(RecordException.class, this::create);

        assertEquals(
                "run folder " + folder + " exists already; remove it, or give this run another folder",
                failure.getMessage());
        assertTrue(Arrays.equals(before, Files.readAllBytes(folder.resolve("config.yaml"))));
    }

    @Test
    void takesAnEmptyFolder() throws IOException {
        Files.createDirectories(folder);
        create().close();
        assertTrue(Files.exists(folder.resolve("config.yaml")));
    }

    @Test
    void saysWhatIsInTheWay() throws IOException {
        Files.createDirectories(folder.getParent());
        Files.writeString(folder, "");

        RecordException failure = assertThrows(RecordException.class, this::create);
        assertEquals("cannot write " + folder + ": a file of this name is in the way", failure.getMessage());
    }

    @Test
    void saysThatTheFolderVanished() throws IOException {
        try (RunFolder run = create()) {
            for (String file : files()) {
                Files.delete(folder.resolve(file));
            }
            Files.delete(folder);

            RecordException append = assertThrows(RecordException.class, () -> run.append(MEAN));
            assertEquals(
                    "cannot write " + folder.resolve("metrics.csv")
                    + ": it has been removed, or its folder renamed, while in use",
                    append.getMessage());
            RecordException finish =
                    assertThrows(RecordException.class, () -> run.finish(result(RunStatus.FINISHED)));
            assertEquals(append.getMessage(), finish.getMessage());
            assertFalse(Files.exists(folder));
        }
    }

    @Test
    void recordsAfterAnInterrupt() {
        try (RunFolder run = create()) {
            Thread.currentThread().interrupt();
            run.append(MEAN);
            run.finish(result(RunStatus.INTERRUPTED));
            assertTrue(Thread.interrupted());
        }
        assertEquals(List.of(MEAN), MetricsFile.read(folder.resolve("metrics.csv")));
        assertTrue(Files.exists(folder.resolve("summary.json")));
    }

    @Test
    void aValueTwiceIsDamage() throws IOException {
        Path run = Files.createDirectories(folder.resolve("twice"));
        Files.writeString(run.resolve(RunFolder.CONFIGURATION), "momentum: 0.9\nworkers: 4\nmomentum: 0.5\n");
        String message = assertThrows(RecordException.class, () -> RunFolder.configuration(run)).getMessage();
        assertTrue(message.contains("config.yaml") && message.contains("momentum"), message);
    }

    @Test
    void aRecordOfBeforeThereWereSomeKeysIsReadAsWhatItWas() throws IOException {
        String later = ", warm-up=0, gradient-clipping=0, label-smoothing=0, augmentation=standard, mixup=0}";
        Path run = Files.createDirectories(folder.resolve("before"));
        Files.writeString(run.resolve(RunFolder.CONFIGURATION), "workers: 4\nmomentum: 0.5\n");
        assertEquals("{workers=4, momentum=0.5, algorithm=d-sgd, mixing-order=adapt-then-combine, nesterov=false,"
                + " mix-momentum=false, mixing-rounds=1, acceleration=none, consensus-step-size=1" + later,
                RunFolder.configuration(run).toString());
        Files.writeString(run.resolve(RunFolder.CONFIGURATION),
                "algorithm: d-sgd\nmixing-order: combine-then-adapt\nnesterov: true\nmixing-rounds: 3\n");
        assertEquals("{algorithm=d-sgd, mixing-order=combine-then-adapt, nesterov=true, mixing-rounds=3,"
                + " mix-momentum=false, acceleration=none, consensus-step-size=1" + later,
                RunFolder.configuration(run).toString());
        Files.writeString(run.resolve(RunFolder.CONFIGURATION), "algorithm: of-a-plug-in\nmixing-rounds: 3\n");
        assertEquals("{algorithm=of-a-plug-in, mixing-rounds=3, acceleration=none, consensus-step-size=1" + later,
                RunFolder.configuration(run).toString());
    }
}
