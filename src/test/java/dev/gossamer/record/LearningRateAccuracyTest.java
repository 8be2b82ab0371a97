package dev.gossamer.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gossamer.algorithm.Sent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LearningRateAccuracyTest {

    private static final String EARLIER = "experiment,topology,workers,model,learning_rate,seed,status,steps,"
            + "test_accuracy,test_loss,train_accuracy,train_loss,consensus_distance,images_per_second";
    private static final String HEADER = EARLIER + ",messages,bytes_sent\n";
    private static final OptionalDouble ABSENT = OptionalDouble.empty();
    private static final RunResult FINISHED = new RunResult(
            "cifar-ring-32",
            "ring",
            32,
            "vgg-11",
            0.0078,
            1,
            RunStatus.FINISHED,
            2441,
            OptionalDouble.of(0.8125),
            OptionalDouble.of(0.6),
            OptionalDouble.of(0.9),
            OptionalDouble.of(0.3),
            OptionalDouble.of(1.5e-7),
            OptionalDouble.of(1234.5),
            Optional.of(new Sent(156224, 1152921504606846977L)));
    private static final RunResult DIVERGED = new RunResult(
            "cifar-ring-32",
            "a \"b\", c",
            32,
            "vgg-11",
            0.5,
            -3,
            RunStatus.DIVERGED,
            7,
            ABSENT,
            OptionalDouble.of(Double.NaN),
            ABSENT,
            OptionalDouble.of(Double.POSITIVE_INFINITY),
            ABSENT,
            ABSENT,
            Optional.empty());

    @TempDir
    Path temporary;

    private Path experiment;
    private Path file;

    @BeforeEach
    void makeFolder() throws IOException {
        experiment = temporary.resolve("runs").resolve("cifar-ring-32");
        Files.createDirectories(experiment);
        file = experiment.resolve("lr-accuracy.csv");
    }

    @Test
    void writesOneRowPerRun() throws IOException {
        LearningRateAccuracy.write(experiment, List.of(FINISHED, DIVERGED));
        assertEquals(
                HEADER
                        + "cifar-ring-32,ring,32,vgg-11,0.0078,1,finished,2441,0.8125,0.6,0.9,0.3,1.5e-7,1234.5,156224,1152921504606846977\n"
                        + "cifar-ring-32,\"a \"\"b\"\", c\",32,vgg-11,0.5,-3,diverged,7,,NaN,,Infinity,,,,\n",
                Files.readString(file));
        assertEquals(List.of(FINISHED, DIVERGED), LearningRateAccuracy.read(file));
    }

    @Test
    void replacesTheRowsBeforeAsAWhole() throws IOException {
        LearningRateAccuracy.write(experiment, List.of(FINISHED, DIVERGED));
        LearningRateAccuracy.write(experiment, List.of(DIVERGED));
        assertEquals(List.of(DIVERGED), LearningRateAccuracy.read(file));
        try (var files = Files.list(experiment)) {
            assertEquals(List.of(file), files.toList());
        }
    }

    @Test
    void saysWhichValueIsWrong() throws IOException {
        Files.writeString(file, HEADER + "e,ring,32,vgg-11,0.0078,1,done,2441,,,,,,,,\n");

        RecordException failure = assertThrows(RecordException.class, () -> LearningRateAccuracy.read(file));
        assertEquals(
                file + ", line 2: status must be finished, diverged, interrupted or failed, got \"done\"",
                failure.getMessage());
    }

    @Test
    void rowsOfEarlierVersionsDoNotSayWhatWasSent() throws IOException {
        Files.writeString(file, EARLIER + "\ncifar-ring-32,\"a \"\"b\"\", c\",32,vgg-11,0.5,-3,diverged,7,,NaN,,Infinity,,\n");
        assertEquals(List.of(DIVERGED), LearningRateAccuracy.read(file));
    }

    @Test
    void saysWhatIsInTheWayOfTheFolder() throws IOException {
        Files.delete(experiment);
        Files.writeString(experiment, "");

        RecordException failure =
                assertThrows(RecordException.class, () -> LearningRateAccuracy.write(experiment, List.of()));
        assertEquals("cannot write " + file + ": Not a directory", failure.getMessage());
    }

    @Test
    void randomResultsReadBackTheSame() {
        Random random = new Random(3);
        List<RunResult> results = new ArrayList<>();
        for (int k = 0; k < 300; k++) {
            results.add(new RunResult(
                    "experiment " + k,
                    List.of("ring", "a,b", "\"", "ünï", "").get(random.nextInt(5)),
                    random.nextInt(),
                    "model",
                    random.nextDouble(),
                    random.nextLong(),
                    RunStatus.values()[random.nextInt(4)],
                    random.nextLong(),
                    number(random),
                    number(random),
                    number(random),
                    number(random),
                    number(random),
                    number(random),
                    random.nextBoolean()
                            ? Optional.empty()
                            : Optional.of(new Sent(random.nextLong(), random.nextLong()))));
        }
        LearningRateAccuracy.write(experiment, results);
        assertEquals(results, LearningRateAccuracy.read(file));
    }

    private static OptionalDouble number(Random random) {
        double number = random.nextGaussian() * Math.pow(10, random.nextInt(30));
        return random.nextInt(3) == 0 ? ABSENT : OptionalDouble.of(number);
    }

    @Test
    void csvTextIsWhatTheFileHolds() throws IOException {
        LearningRateAccuracy.write(experiment, List.of(FINISHED, DIVERGED));
        assertEquals(Files.readString(file), RunResults.csv(List.of(FINISHED, DIVERGED)));
    }

    @Test
    void jsonHasTheColumnsAsFields() throws IOException {
        JsonNode json = new ObjectMapper().readTree(RunResults.json(List.of(FINISHED, DIVERGED)));

        assertEquals(List.of(HEADER.strip().split(",")), fieldNames(json.get(0)));
        assertEquals(0.0078, json.get(0).get("learning_rate").doubleValue());
        assertEquals("finished", json.get(0).get("status").textValue());
        assertEquals(2441, json.get(0).get("steps").longValue());
        assertEquals(true, json.get(1).get("test_accuracy").isNull());
        assertEquals("NaN", json.get(1).get("test_loss").textValue());
        assertEquals("Infinity", json.get(1).get("train_loss").textValue());
    }

    private static List<String> fieldNames(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
