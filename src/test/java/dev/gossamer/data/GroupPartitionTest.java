package dev.gossamer.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All rows of one user of a table go to one worker. */
class GroupPartitionTest {

    @TempDir
    Path folder;

    private DataSet table(String options, String... rows) throws IOException {
        Path file = Files.writeString(folder.resolve("users.csv"), String.join("\n", rows));
        Path test = Files.writeString(folder.resolve("test.csv"), rows[0] + "\n1,nobody,2,a\n");
        return DataSets.open(Task.parse("csv:" + file + "+test=" + test + options), null, null);
    }

    /** Users have 1, 3, 2, 2 and 1 rows: the largest first, each to the worker with the fewest. */
    private DataSet users(String options) throws IOException {
        return table(options, "x,user,y,kind", "1,eva,10,a", "2,bob,11,b", "3,bob,12,a", "4,kim,13,a", "5,bob,14,b",
                "6,\"li, x\",15,a", "7,kim,16,b", "8,\"li, x\",17,a", "9,ann,18,a");
    }

    private static String refusal(ImageSet train, String name, int workers) {
        Partition partition = Partition.parse(name);
        String message = assertThrows(IllegalArgumentException.class,
                () -> partition.check(train, train.size(), workers)).getMessage();
        assertEquals(message, assertThrows(IllegalArgumentException.class, () -> partition.assign(train, workers, 1))
                .getMessage());
        return message;
    }

    @Test
    void rowsOfAUserGoToOneWorker() throws IOException {
        ImageSet train = users("+group=user").train();
        assertEquals(new ImageShape(1, 1, 2), train.shape());
        Partition partition = Partition.parse("by-column:user");
        assertEquals("by-column:user", partition.toString());
        int[][] expected = {{1, 2, 4}, {0, 3, 6}, {5, 7, 8}};
        assertArrayEquals(expected, partition.assign(train, 3, 1));
        assertArrayEquals(expected, partition.assign(train, 3, 2), "whatever the seed");
        List<ClassCounts> counts = ClassCounts.of(train, expected, 2);
        assertEquals(List.of(1, 2, 2), counts.stream().map(count -> count.groups().orElseThrow()).toList());
        assertArrayEquals(new int[][] {{1, 2}, {0, 3}}, partition.assign(train.first(4), 2, 1));
    }

    @Test
    void theColumnIsNoFeatureAndChangesTheFingerprint() throws IOException {
        DataSet before = users("+group=user");
        DataSet without = table("+group=2", "x,user,y,kind", "1,u,10,a", "2,v,11,b");
        assertArrayEquals(new float[] {-1, -1, 1, 1}, without.train().features());
        assertArrayEquals(new int[][] {{0}, {1}}, Partition.parse("by-column:user").assign(without.train(), 2, 1));
        DataSet other = table("+group=user", "x,user,y,kind", "1,eva,10,a", "2,eva,11,b", "3,bob,12,a", "4,kim,13,a",
                "5,bob,14,b", "6,li,15,a", "7,kim,16,b", "8,li,17,a", "9,ann,18,a");
        assertArrayEquals(before.train().features(), other.train().features());
        assertNotEquals(before.fingerprint(), other.fingerprint());
    }

    @Test
    void whatIsImpossibleIsRefused() throws IOException {
        ImageSet train = users("+group=user").train();
        assertEquals("partition by-column:user needs at least as many values in column \"user\" as workers, got 5 for 6"
                + " workers", refusal(train, "by-column:user", 6));
        assertEquals("partition by-column:usr must name the column of +group=, \"user\"", refusal(train, "by-column:usr", 2));
        assertEquals("partition by-column:user needs a data set with a column that is no feature, which only"
                + " csv:FILE+group=COLUMN names", refusal(Fixtures.images(new ImageShape(1, 2, 2), 9, 2),
                "by-column:user", 2));
        Path file = folder.resolve("users.csv");
        assertEquals(file + " has no column \"usr\": expected one of x, user, y, kind, or a number up to 4; did you"
                + " mean \"user\"?", assertThrows(DataException.class, () -> users("+group=usr")).getMessage());
        for (String same : List.of("+group=kind", "+group=user+label=2")) {
            assertTrue(assertThrows(DataException.class, () -> users(same)).getMessage().startsWith(
                    file + " has its classes in column \"" + (same.endsWith("2") ? "user" : "kind")
                    + "\", which is given as group, too: expected two columns"));
        }
        assertEquals(file + " line 2: expected a group in column user, found nothing.", assertThrows(
                DataException.class, () -> table("+group=user", "x,user,y,kind", "1,,10,a")).getMessage());
        assertEquals(file + " line 1: expected 3 to 1,048,576 columns, found 2.", assertThrows(
                DataException.class, () -> table("+group=user", "user,kind", "a,b")).getMessage());
    }

    /** Against all ways to deal out: at most 4/3 - 1/(3 n) of the least size of the largest part (Graham 1969). */
    @Test
    void partsAreNearlyAsEvenAsTheyCanBe() {
        Random random = new Random(3);
        for (int trial = 0; trial < 50; trial++) {
            int[] sizes = random.ints(7, 1, 12).toArray();
            int[] groups = IntStream.range(0, 7).flatMap(g -> IntStream.generate(() -> g).limit(sizes[g])).toArray();
            ImageSet train = Fixtures.images(new ImageShape(1, 1, 1), groups.length, 2)
                    .in(java.util.Optional.of(new Groups("user", groups)));
            int[][] parts = new GroupPartition("user").assign(train, 3, 1);
            assertArrayEquals(train.indices(), Arrays.stream(parts).flatMapToInt(Arrays::stream).sorted().toArray());
            int largest = Arrays.stream(parts).mapToInt(part -> part.length).max().orElseThrow();
            int best = IntStream.range(0, 2187).map(way -> largest(way, sizes)).min().orElseThrow();
            assertTrue(largest <= best * (4.0 / 3 - 1.0 / 9) + 1e-9, largest + " of " + best);
            assertEquals(7, Arrays.stream(parts).mapToInt(part -> (int) Arrays.stream(part).map(i -> groups[i])
                    .distinct().count()).sum(), "no group is divided");
        }
    }

    private static int largest(int way, int[] sizes) {
        int[] sums = new int[3];
        int rest = way;
        for (int size : sizes) {
            sums[rest % 3] += size;
            rest /= 3;
        }
        return Arrays.stream(sums).max().orElseThrow();
    }
}
