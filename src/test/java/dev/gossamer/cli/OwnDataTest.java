package dev.gossamer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.data.ImageShape;
import dev.gossamer.experiment.SoftmaxEngine;
import dev.gossamer.model.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;

/** Commands with data sets and partitions in files of the user's own. */
class OwnDataTest {

    @TempDir
    Path folder;

    private Home home;
    private Path table;

    @BeforeEach
    void write() throws IOException {
        home = Home.create(folder.resolve("home"));
        table = folder.resolve("flowers.csv");
        Files.writeString(table, rows(0));
    }

    private static String rows(int shift) {
        StringBuilder rows = new StringBuilder("width,height,kind\n");
        for (int i = 0; i < 75; i++) {
            rows.append(i % 3 * 10 + i % 7 + shift).append(',').append(i * 31 % 17).append(',')
                    .append(i % 3 == 0 ? "iris" : i % 3 == 1 ? "lily" : "rose").append('\n');
        }
        return rows.toString();
    }

    private int run(String arguments) {
        return home.run(SoftmaxEngine.factory(), arguments.split(" "));
    }

    private JsonNode environment() throws IOException {
        Path run = home.path.resolve("runs/tiny/ring-lr0.01-seed1/environment.json");
        return new ObjectMapper().readTree(run.toFile());
    }

    @Test
    void aRunOnATableRecordsItsContentAndIsNotResumedOnAnother() throws IOException {
        String command = "tiny --data-set csv:" + table + " --steps 4";
        assertEquals(ExitCode.DONE, run(command), home.err());
        assertTrue(home.err().startsWith("tiny on csv:" + table + ": 2 runs\n"), home.err());
        assertEquals("csv:" + table, environment().get("data_set").asText());
        assertFalse(environment().get("synthetic").asBoolean());
        assertEquals(60, environment().get("train_images").asInt());
        assertEquals(15, environment().get("test_images").asInt());
        assertEquals(3, environment().get("classes").asInt());
        assertEquals("iris,lily,rose", environment().get("class_names").asText());
        assertEquals(ExitCode.DONE, run(command + " --resume"), home.err());
        Files.writeString(table, rows(0).replaceFirst("iris", "lily"));
        assertEquals(ExitCode.USAGE, run(command + " --resume"), home.err());
        assertTrue(home.err().contains(" cannot be resumed with another configuration: the data had the fingerprint "
                + environment().get("data_fingerprint").asText() + " and have "), home.err());
    }

    /** In the environment and in the header of a table, a CSV parser finds the names as they are. */
    @Test
    void namesOfClassesWithCommasAreExact() throws IOException {
        List<String> names = List.of(" x", "a \"b\"", "lily", "rose, red", "z,");
        StringBuilder rows = new StringBuilder("1,2,\"lily\"\n");
        for (int i = 0; i < 60; i++) {
            rows.append(i % 7).append(',').append(i % 5).append(",\"").append(names.get(i % 5).replace("\"", "\"\""))
                    .append("\"\n");
        }
        Files.writeString(table, rows);
        assertEquals(ExitCode.DONE, run("tiny --steps 4 --data-set csv:" + table), home.err());
        String recorded = environment().get("class_names").asText();
        assertEquals("\" x\",\"a \"\"b\"\"\",lily,\"rose, red\",\"z,\"", recorded);
        assertEquals(names, CSVParser.parse(recorded, CSVFormat.DEFAULT).getRecords().get(0).toList());
        assertEquals(ExitCode.DONE, run("data show csv:" + table + " --workers 2 --format csv"), home.err());
        assertEquals(names.stream().map(name -> "class_" + name).toList(),
                CSVParser.parse(home.out(), CSVFormat.DEFAULT).getRecords().get(0).toList().subList(4, 9));
    }

    @Test
    void partsOfAFileAreRecordedByTheirContent() throws IOException {
        Path parts = Files.writeString(folder.resolve("parts.csv"), "0\n1\n2\n3\n".repeat(15));
        String command = "tiny --steps 4 --partition file:" + parts;
        assertEquals(ExitCode.DONE, run(command), home.err());
        String recorded = environment().get("partition_fingerprint").asText();
        assertEquals(64, recorded.length());
        assertEquals(ExitCode.DONE, run(command + " --resume"), home.err());
        Files.writeString(parts, "1\n0\n2\n3\n".repeat(15));
        assertEquals(ExitCode.USAGE, run(command + " --resume"), home.err());
        assertTrue(home.err().contains("the parts of file:" + parts + " had the fingerprint " + recorded),
                home.err());
        Files.writeString(parts, "0\n1\n2\n3\n".repeat(14));
        assertEquals(ExitCode.FAILED, run(command), home.err());
    }

    @Test
    void aFolderOfDataHasNoEffectOnATable() {
        assertEquals(ExitCode.USAGE, run("tiny --data synthetic --data-set csv:" + table));
        assertEquals("error: data has no effect with data-set csv:" + table
                + ", which names its files; leave it out, got \"synthetic\"\n", home.err());
    }

    @Test
    void anAugmentationRefusesFeatures() {
        assertEquals(ExitCode.USAGE, run("tiny --augmentation crop+flip --data-set csv:" + table));
        assertTrue(home.err().contains("augmentation: crop, flip and cutout-N are for images, and this data set has"
                + " features in a single row; it has to be none, got crop+flip"), home.err());
        assertEquals(ExitCode.DONE, run("tiny --steps 4 --augmentation none --data-set csv:" + table), home.err());
    }

    @Test
    void experimentsAreListedWithoutTheirFiles() throws IOException {
        Path experiments = home.path.resolve("experiments");
        Files.writeString(experiments.resolve("gone.yaml"), Files.readString(experiments.resolve("tiny.yaml"))
                .replace("fashion-mnist", "csv:" + folder.resolve("gone.csv")));
        assertEquals(ExitCode.DONE, run("list"), home.err());
        assertTrue(home.out().lines().anyMatch(line -> line.matches("gone +2 +- +- +To see that it runs\\.")),
                home.out());
        assertTrue(home.out().contains("\ntiny "), home.out());
    }

    @Test
    void classesThatLookAlikeKeepTheirColumns() throws IOException {
        Files.writeString(table, "1,x  y\n2,x y\n3,x  y\n4,x y\n5,x y\n");
        assertEquals(ExitCode.DONE, run("data show csv:" + table + " --workers 1 --format json"), home.err());
        JsonNode row = new ObjectMapper().readTree(home.out()).get(0);
        assertEquals(4, row.get("class_x  y").asInt() + row.get("class_x y").asInt());
        assertTrue(row.get("class_x  y").asInt() > 0);
    }

    /** With as many images as told, but for other workers: nothing is made. */
    @Test
    void aPartitionOfOtherWorkersIsRefusedBeforeARun() throws IOException {
        Path parts = Files.writeString(folder.resolve("parts.csv"), "0\n1\n2\n".repeat(20));
        assertEquals(ExitCode.FAILED, run("tiny --partition file:" + parts), home.err());
        assertTrue(home.err().contains(parts + " gives no image to worker 3"), home.err());
        assertFalse(Files.exists(home.path.resolve("runs/tiny")));
    }

    @Test
    void aModelForImagesOfASizeRefusesFeatures() {
        assertEquals("model vgg-11 needs images of 32x32 pixels, got 1x2; resnet-20 and mlp take any size",
                assertThrows(IllegalArgumentException.class, () -> Network.of("vgg-11", 1, 0)
                        .configuration(new ImageShape(1, 1, 2), 3, 1, DataType.FLOAT)).getMessage());
    }

    @Test
    void whoHasHowManyImagesOfEachClassIsPrintedAndDrawn() throws IOException {
        assertEquals(ExitCode.DONE, run("data show csv:" + table + " --workers 3 --partition by-class-1 --output "
                + folder.resolve("pictures")), home.err());
        assertTrue(home.out().startsWith("worker  images  classes  largest class (%)  iris  lily  rose\n"), home.out());
        Path svg = Path.of(home.out().lines().reduce((first, last) -> last).orElseThrow());
        assertEquals(folder.resolve("pictures"), svg.getParent());
        assertTrue(svg.getFileName().toString().matches("flowers\\.csv-[0-9a-f]{8}-by-class-1-seed-1-3\\.svg"),
                svg.toString());
        String drawn = Files.readString(svg);
        assertTrue(drawn.contains("<title>csv:" + table + ": 60 training images</title>"), svg.toString());
        assertTrue(drawn.contains("3 workers, partition by-class-1, seed 1\nworker 0: 20 images of "), drawn);
        assertEquals(ExitCode.DONE, run("data show csv:" + table + " --workers 2 --partition random --format json"));
        JsonNode rows = new ObjectMapper().readTree(home.out());
        assertEquals(2, rows.size());
        int[] sums = new int[3];
        for (JsonNode row : rows) {
            assertEquals(30, row.get("images").asInt());
            sums[0] += row.get("class_iris").asInt();
            sums[1] += row.get("class_lily").asInt();
            sums[2] += row.get("class_rose").asInt();
        }
        assertEquals(60, sums[0] + sums[1] + sums[2]);
        assertTrue(sums[0] > 10 && sums[1] > 10 && sums[2] > 10);
    }

    @Test
    void groupsOfWorkersAreCounted() throws IOException {
        StringBuilder rows = new StringBuilder("user,width,kind\n");
        for (int i = 0; i < 60; i++) {
            rows.append("u" + i % 6 + "," + i % 7 + "," + "ab".charAt(i % 2) + "\n");
        }
        Files.writeString(table, rows);
        String command = " csv:" + table + "+group=user --partition by-column:user";
        assertEquals(ExitCode.DONE, run("data show" + command + " --workers 3 --format json"), home.err());
        JsonNode parts = new ObjectMapper().readTree(home.out());
        int groups = 0;
        for (JsonNode part : parts) {
            groups += part.get("groups").asInt();
        }
        assertEquals(6, groups, "none is divided");
        assertEquals(ExitCode.DONE, run("tiny --steps 4 --data-set" + command), home.err());
        assertEquals(ExitCode.FAILED, run("tiny --steps 4 --workers 7 --topology ring --data-set" + command),
                home.err());
        assertTrue(home.err().contains("partition by-column:user needs at least as many values in column \"user\" as"
                + " workers, got 6 for 7 workers"), home.err());
        assertFalse(Files.exists(home.path.resolve("runs/tiny-2")));
    }

    @Test
    void publishedSetsAreShownFromTheDataDirectory() {
        assertEquals(ExitCode.DONE, run("data show fashion-mnist --workers 4 --format csv"), home.err());
        assertTrue(home.out().startsWith("worker,images,classes,largest_share,class_T-shirt/top,class_trouser,"),
                home.out());
        assertTrue(home.out().contains("\n3,60,10,"), home.out());
    }
}
