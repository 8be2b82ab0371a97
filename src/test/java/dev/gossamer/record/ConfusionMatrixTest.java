package dev.gossamer.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfusionMatrixTest {

    private static final ConfusionMatrix THREE = new ConfusionMatrix(
            List.of("cat", "dog, large", "a \"frog\""), new int[][] {{5, 3, 3}, {0, 4, 0}, {0, 1, 2}});

    @TempDir
    Path folder;

    @Test
    void theFileHasARowForEachTrueClass() throws IOException {
        THREE.write(folder);
        assertEquals("""
                true class,cat,"dog, large","a ""frog""\"
                cat,5,3,3
                "dog, large",0,4,0
                "a ""frog""\",0,1,2
                """, Files.readString(folder.resolve("confusion.csv")));
    }

    private void assertReadBack(ConfusionMatrix matrix) {
        matrix.write(folder);
        ConfusionMatrix read = ConfusionMatrix.read(folder).orElseThrow();
        assertEquals(matrix.classNames(), read.classNames());
        assertArrayEquals(matrix.counts(), read.counts());
    }

    @Test
    void anyNamesAreReadBack() {
        assertReadBack(THREE);
        assertReadBack(new ConfusionMatrix(List.of("two\nlines", "", " blank ", "0", "0", "#", "é, \"'"),
                IntStream.range(0, 7).mapToObj(i -> IntStream.range(i, i + 7).toArray()).toArray(int[][]::new)));
    }

    @Test
    void aThousandClassesAreReadBack() {
        Random random = new Random(1);
        int most = ConfusionMatrix.MOST_CLASSES;
        assertReadBack(new ConfusionMatrix(IntStream.range(0, most).mapToObj(k -> "n" + k).toList(),
                IntStream.range(0, most).mapToObj(i -> random.ints(most, 0, 100).toArray()).toArray(int[][]::new)));
    }

    @Test
    void recallAndMistakesAreThoseOfARow() {
        assertEquals(11, THREE.images(0));
        assertEquals(5 / 11.0, THREE.recall(0));
        assertEquals(Optional.of(new ConfusionMatrix.Mistake(0, 1, 3)), THREE.worstMistake(0),
                "the first of equal ones");
        assertEquals(1, THREE.recall(1));
        assertEquals(Optional.empty(), THREE.worstMistake(1));
        assertTrue(Double.isNaN(new ConfusionMatrix(List.of("a", "b"), new int[2][2]).recall(0)), "no images");
    }

    @Test
    void recordsOfVersionsBeforeHaveNone() {
        assertEquals(Optional.empty(), ConfusionMatrix.read(folder));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            step,a,b|                      FILE must start with "true class" and the names of the classes, and have a \
            row for each of them
            true class,a,b;a,1,2|          FILE must start with "true class" and the names of the classes, and have a \
            row for each of them
            true class,a,b;a,1,2;b,1|      FILE: the row of each class must be its name and 2 numbers of images, that \
            of "b" is not
            true class,a,b;b,1,2;a,1,2|    FILE: the row of each class must be its name and 2 numbers of images, that \
            of "a" is not
            true class,a,b;a,1,-2;b,1,2|   FILE: the row of each class must be its name and 2 numbers of images, that \
            of "a" is not
            true class,a,b;a,1,2;b,1,2.5|  FILE: the row of each class must be its name and 2 numbers of images, that \
            of "b" is not
            true class,a,b;a,1,2;"b,1,2|   FILE, line 3: a quoted value is not closed, or there is something between \
            its end and the comma
            """)
    void whatIsNoSuchFileIsRefused(String lines, String refusal) throws IOException {
        Path file = folder.resolve(ConfusionMatrix.CSV);
        Files.writeString(file, lines.replace(';', '\n') + "\n");
        assertEquals(refusal.replace("FILE", file.toString()),
                assertThrows(RecordException.class, () -> ConfusionMatrix.read(folder)).getMessage());
    }
}
