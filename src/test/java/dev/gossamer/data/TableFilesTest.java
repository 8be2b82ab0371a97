package dev.gossamer.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.catalogue.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Data sets of tables of numbers: CSV and LIBSVM's format. */
class TableFilesTest {

    @TempDir
    Path folder;

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private static DataSet open(String name) {
        return DataSets.open(Task.parse(name), null, null);
    }

    private static String failure(String name) {
        return assertThrows(DataException.class, () -> open(name)).getMessage();
    }

    private static int[] labels(ImageSet set) {
        return IntStream.range(0, set.size()).map(set::label).toArray();
    }

    /** Means 3 and 20, deviations 2 and 10, of the training part by hand. */
    @Test
    void aTableIsStandardisedByItsTrainingPartAndItsClassesAreSorted() throws IOException {
        Path train = write("train.csv", "width,height,kind\n1,10,rose\n5, 30 ,\"iris\"\n");
        Path test = write("test.csv", "width,height,kind\r\n3,40,rose\r\n\r\n9,20,lily\r\n");
        DataSet set = open("csv:" + train + "+test=" + test);
        assertEquals(List.of("iris", "lily", "rose"), set.classNames());
        assertEquals(new ImageShape(1, 1, 2), set.train().shape());
        assertArrayEquals(new float[] {-1, -1, 1, 1}, set.train().features());
        assertArrayEquals(new int[] {2, 0}, labels(set.train()));
        assertArrayEquals(new float[] {0, 2, 3, 0}, set.test().features());
        assertArrayEquals(new int[] {2, 1}, labels(set.test()));
    }

    @Test
    void theLabelMayStandInAnyColumnByNameOrNumber() throws IOException {
        String rows = "2;0.5;7\n1;0.25;8\n2;1;9\n-1;0;10\n10;5;11\n";
        Path plain = write("plain.csv", rows);
        Path headed = write("headed.csv", "kind;a;b\n" + rows);
        DataSet first = open("csv:" + plain + "+label=1");
        assertEquals(List.of("-1", "1", "2", "10"), first.classNames());
        assertEquals(4, first.train().size());
        assertEquals(1, first.test().size());
        assertEquals(first.fingerprint(), open("csv:" + headed + "+label=kind").fingerprint());
        assertNotEquals(first.fingerprint(), open("csv:" + plain).fingerprint());
        assertEquals(headed + " has no column \"sort\": expected one of kind, a, b, or a number up to 3.",
                failure("csv:" + headed + "+label=sort"));
    }

    @Test
    void aFifthOfTheRowsIsTheTestPartTheSameEachTime() throws IOException {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            rows.append(i).append(',').append("a").append(i % 3).append('\n');
        }
        Path file = write("rows.csv", rows.toString());
        DataSet set = open("csv:" + file);
        assertEquals(40, set.train().size());
        assertEquals(10, set.test().size());
        assertEquals(set.fingerprint(), open("csv:" + file).fingerprint());
        float[] all = Arrays.copyOf(set.train().features(), 50);
        System.arraycopy(set.test().features(), 0, all, 40, 10);
        Arrays.sort(all);
        double step = all[1] - all[0];
        assertTrue(step > 0);
        for (int i = 0; i < 50; i++) {
            assertEquals(all[0] + i * step, all[i], 1e-5, "every row is in one of the parts");
        }
        int[] test = OwnSets.testPart(50, file);
        assertTrue(IntStream.range(1, 10).anyMatch(i -> test[i] - test[i - 1] != 5), "at random");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "''| is empty: expected rows of numbers and a class.",
        "'a,b\\n'| has no row below its header.",
        "'1\\n2\\n'| line 1: expected 2 to 1,048,576 columns, found 1.",
        "'1,a\\n2,b,c\\n'| line 2: expected 2 cells, as the lines before have, found 3.",
        "'x,kind\\n1,a\\n\\n?,b\\n'| line 4: expected a number in column x, found \"?\".",
        "'1,a\\nNaN,b\\n'| line 2: expected a number in column 1, found \"NaN\".",
        "'1,a\\n1e39,b\\n'| line 2: expected a number in column 1, found \"1e39\".",
        "'1,a\\n2,\\n'| line 2: expected a class in column 2, found nothing.",
        "'1,a\\n2,\"b\\n'| line 2: expected quotes around whole cells of one line, found \"2,\"b\".",
        "'1,a\\n'| holds 1 examples: expected at least 2, of which one in five, drawn by a fixed seed, is a test example.",
        "'1,a\\n2,\"b\"\\r\"c\"\\n'| line 2: expected quotes around whole cells of one line, found \"2,\"b\"\\u000d\"c\"\".",
        "'5,?,a\\n2,3,b\\n'| line 1: expected numbers, or the names of all columns, found \"?\" in column 2;"
            + " +header=yes or +header=no says which they are.",
        "'0,1,2,target\\n5,6,7,a\\n5,6,8,b\\n'| line 1: expected an example or a header, found 0, 1, 2, target,"
            + " which may be either; +header=yes or +header=no says which it is.",
        "'0,1,2\\n5,6,2\\n5,6,0\\n'| line 1: expected an example or a header, found 0, 1, 2,"
            + " which may be either; +header=yes or +header=no says which it is.",
        "'1,1\\n2,1.0\\n'| has the classes \"1\" and \"1.0\", which are one number: expected each written in one way.",
        "'1,a\\n2,a\\n'| has examples of 1 class: expected at least 2.",
        "'x\ty\tz\\n1\t2\ta\\n\t\t\\n1\t2\tb\\n'| line 3: expected a number in column x, found \"\".",
    })
    void tablesThatAreNoneAreRefused(String content, String message) throws IOException {
        Path file = write("bad.csv", content.replace("\\n", "\n").replace("\\r", "\r"));
        assertEquals(file + " " + message, failure("csv:" + file));
    }

    @Test
    void otherColumnsOfTheTestPartAndBytesThatAreNoTextAreRefused() throws IOException {
        Path train = write("train.csv", "a,kind\n1,x\n2,y\n");
        Path test = write("test.csv", "b,kind\n1,x\n");
        assertEquals(test + " has the columns b, kind: expected those of " + train + ", a, kind.",
                failure("csv:" + train + "+test=" + test));
        Files.write(test, new byte[] {'1', ',', (byte) 0xff, (byte) 0xfe, '\n'});
        assertEquals(test + " cannot be read (it must be a text in UTF-8).", failure("csv:" + test));
        assertEquals(folder + "/none.csv cannot be read (no such file or folder).", failure("csv:" + folder
                + "/none.csv"));
    }

    @Test
    void aHeaderOfNumbersHasToBeSaid() throws IOException {
        Path file = write("unnamed.csv", "0,1,2,target\n1,2,3,a\n4,5,6,b\n7,8,9,a\n");
        DataSet headed = open("csv:" + file + "+header=yes");
        assertEquals(List.of("a", "b"), headed.classNames());
        assertEquals(3, headed.train().size() + headed.test().size());
        assertEquals(headed.fingerprint(), open("csv:" + file + "+label=target").fingerprint());
        assertEquals(List.of("a", "b", "target"), open("csv:" + file + "+header=no").classNames());
        Path years = write("years.csv", "2019,2020,country\n1,2,a\n3,4,b\n");
        assertEquals(List.of("a", "b"), open("csv:" + years + "+header=yes").classNames());
        assertThrows(ConfigurationException.class, () -> Task.parse("csv:a+header=maybe"));
    }

    @Test
    void classesAreAsWritten() throws IOException {
        Path file = write("codes.csv", "1,1e3\n2,1000\n3,x\n4,x\n");
        assertEquals(List.of("1000", "1e3", "x"), open("csv:" + file).classNames());
        Path large = write("large", "9007199254740993 1:1\n9007199254740992 1:2\n1e1 1:3\n10 1:4\n");
        assertEquals(List.of("10", "9007199254740992", "9007199254740993"), open("libsvm:" + large).classNames());
    }

    /** Of each line, what the plain splitter and commons-csv have to agree on. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "\"1\",\"a b\"", " \"1\" ,\ta ", "1 , \"a \"", "1,\"a,b\"", "1,\"a \"\"b\"\" c\"", "\"1\",\"\"\"\"",
        "\"1\",\u2003a\u2003", "1,\"a\u2003\" "})
    void quotesAreAsCommonsCsvReadsThem(String line) throws IOException {
        Path file = write("quotes.csv", line + "\n2,other\n3,other\n");
        String expected = CSVParser.parse(line, CSVFormat.DEFAULT.builder().setIgnoreSurroundingSpaces(true).get())
                .getRecords().get(0).get(1);
        assertTrue(open("csv:" + file + "+header=no").classNames().contains(expected), line);
    }

    /** A buffer holds 2^16 characters. */
    @Test
    void linesAcrossTheEndsOfBuffersAreWhole() throws IOException {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 9000; i++) {
            rows.append(i).append(".25,").append("\u00e9".repeat(i % 40)).append("k,a").append(i % 7).append("\r\n");
        }
        rows.append("1,").append("x".repeat(200_000)).append(",a0");
        Path file = write("long.csv", rows.toString());
        try (CsvRows read = new CsvRows(file)) {
            for (int i = 0; i < 9000; i++) {
                assertTrue(read.advance());
                assertEquals(List.of(i + ".25", "\u00e9".repeat(i % 40) + "k", "a" + i % 7), read.cells());
                assertEquals(i + 0.25f, read.number(0));
            }
            assertTrue(read.advance());
            assertEquals(200_000, read.cell(1).length());
            assertFalse(read.advance());
        }
        write("endless.csv", "1,a\n" + "7".repeat((1 << 24) + 1));
        assertEquals(folder.resolve("endless.csv") + " line 2: expected at most 16,777,216 characters, found more.",
                failure("csv:" + folder.resolve("endless.csv")));
    }

    @Test
    void separatorsWithinQuotesAreNone() throws IOException {
        Path file = write("quoted.csv", "\"width, in mm\";kind\n1;a\n2;b\n");
        assertEquals(2, open("csv:" + file).classes());
    }

    @Test
    void testValuesTooFarFromTheTrainingExamplesAreRefused() throws IOException {
        Path train = write("train.csv", "a,b,kind\n1,1e-30,x\n2,3e-30,y\n");
        Path test = write("test.csv", "a,b,kind\n1,1e20,x\n");
        assertTrue(failure("csv:" + train + "+test=" + test).startsWith(test + " holds 1.0E20 in column b: expected a"
                + " value that 32 bits hold when the mean of the training examples, "));
    }

    /** LIBSVM's site has a9a and a9a.t. */
    @Test
    void libsvmsFormatHasSparseRowsAndATestFileBesideIt() throws IOException {
        Path file = write("a9a", "# all\n+1 1:0.5 4:-2 # comment\n-1 2:1\n1.0 4:1e-1\n");
        write("a9a.t", "-1 5:3\n+1\n");
        DataSet set = open("libsvm:" + file);
        assertEquals(List.of("-1", "1"), set.classNames());
        assertEquals(new ImageShape(1, 1, 5), set.train().shape());
        assertArrayEquals(new float[] {0.5f, 0, 0, -2, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0.1f, 0}, set.train().features());
        assertArrayEquals(new int[] {1, 0, 1}, labels(set.train()));
        assertArrayEquals(new float[] {0, 0, 0, 0, 3, 0, 0, 0, 0, 0}, set.test().features());
        assertArrayEquals(new int[] {0, 1}, labels(set.test()));
        Files.move(folder.resolve("a9a.t"), folder.resolve("other"));
        assertEquals(set.fingerprint(), open("libsvm:" + file + "+test=" + folder.resolve("other")).fingerprint());
        assertEquals(1, open("libsvm:" + file).test().size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "''| is empty: expected lines of \"label index:value ...\".",
        "1 1:1\\nx 1:1| line 2: expected a number as label, found \"x\".",
        "1 2:1 1:1| line 1: expected index:value with an index above 2 and up to 16,777,216, found \"1:1\".",
        "1 0:1| line 1: expected index:value with an index above 0 and up to 16,777,216, found \"0:1\".",
        "1 99999999:1| line 1: expected index:value with an index above 0 and up to 16,777,216, found \"99999999:1\".",
        "1 3| line 1: expected index:value with an index above 0 and up to 16,777,216, found \"3\".",
        "1 3:a| line 1: expected a number behind the colon, found \"3:a\".",
    })
    void linesThatAreNotLibsvmsAreRefused(String content, String message) throws IOException {
        Path file = write("bad", content.replace("\\n", "\n"));
        assertEquals(file + " " + message, failure("libsvm:" + file));
    }

    @Test
    void whatTheHeapCannotHoldIsRefused() throws IOException {
        Path file = write("wide", "1 1:1\n".repeat(1000) + "2 16000000:1\n");
        assertTrue(failure("libsvm:" + file).startsWith(file + " holds 1,001 examples of 16,000,000 values, which take"
                + " 122,192 MiB: expected at most 2^31 - 9 values"));
    }

    /** Once read and once in two parts they take 1.4 of the heap. */
    @Test
    void whatTheHeapCannotHoldTwiceIsRefused() throws IOException {
        long width = Math.min(1 << 24, Runtime.getRuntime().maxMemory() / 10 * 7 / Float.BYTES / 101);
        Path file = write("wide", "1 1:1\n".repeat(100) + "2 " + width + ":1\n");
        assertTrue(failure("libsvm:" + file).startsWith(file + " holds 101 examples of "));
    }

    @Test
    void aTaskOfFilesReadsThemOnceAndOnlyWhenAsked() throws IOException {
        Task task = Task.parse("csv:" + folder.resolve("later.csv"));
        assertEquals(task, Task.parse(task.toString()));
        write("later.csv", "1,a\n2,b\n3,a\n");
        assertEquals(2, task.classes());
        DataSet content = ((FileTask) task).content();
        write("later.csv", "");
        assertSame(content, DataSets.open(task, null, null));
    }

    @Test
    void optionsThatThereAreNotBelongToTheName() {
        assertEquals(folder + "/a.csv+lable=b cannot be read (no such file or folder); options of csv:FILE are"
                + " +label=, +test=, +header=, +group=.",
                failure("csv:" + folder + "/a.csv+lable=b"));
        assertThrows(ConfigurationException.class, () -> Task.parse("csv:"));
        for (String name : List.of("folder:a+size=0", "folder:a+size=1025", "folder:a+colour=red")) {
            assertEquals("data-set must be " + Task.CATALOGUE.inWords() + ", got \"" + name + "\"; size has to be in"
                    + " [1, 1024], and colour rgb or grey", refusal(name));
        }
        assertTrue(refusal("csv:a+label=b+label=c").endsWith("; label is given once"));
        assertTrue(refusal("csv:a\0b").endsWith("got \"csv:a\\u0000b\"; Nul character not allowed"));
        assertThrows(ConfigurationException.class, () -> Task.parse("csv:a+test=\0"));
        assertThrows(ConfigurationException.class, () -> Task.parse("libsvm:a+test=\0"));
    }

    private static String refusal(String name) {
        return assertThrows(ConfigurationException.class, () -> Task.parse(name)).getMessage();
    }
}
