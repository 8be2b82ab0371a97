package dev.gossamer.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class DownloaderTest {

    private static final String NAME = "images.gz";
    private static final byte[] CONTENT = Fixtures.randomBytes(300_000, 4);

    @TempDir
    Path directory;

    private final List<String> progress = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private FileServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = new FileServer();
        server.files.put(NAME, CONTENT);
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    private void fetch(String name, byte[] published) {
        fetch(server.uri(), name, published);
    }

    private void fetch(URI source, String name, byte[] published) {
        FileDownload.Patience patience =
                new FileDownload.Patience(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofMillis(5), 3);
        ProgressListener listener = new ProgressListener() {
            @Override
            public void progress(String file, long done, long total) {
                progress.add(file + " " + done + "/" + total);
            }

            @Override
            public void warn(String sentence) {
                warnings.add(sentence);
            }
        };
        new Downloader(source, listener, patience).fetch(
                List.of(new PublishedTask.RemoteFile(name, md5(published))), null,
                directory, "set");
    }

    private static String md5(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private String failure(byte[] published) {
        return assertThrows(DataException.class, () -> fetch(NAME, published)).getMessage();
    }

    private void assertComplete() throws IOException {
        assertArrayEquals(CONTENT, Files.readAllBytes(directory.resolve("set").resolve(NAME)));
        assertEquals(List.of(NAME), names(directory.resolve("set")));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private Path writePart(int length) throws IOException {
        Files.createDirectories(directory.resolve("set"));
        return Files.write(directory.resolve("set").resolve(NAME + ".part"), Arrays.copyOf(CONTENT, length));
    }

    @Test
    void wholeFile() throws IOException {
        fetch(NAME, CONTENT);
        assertComplete();
        assertEquals(List.of(""), server.ranges);
        assertEquals(NAME + " 300000/300000", progress.get(progress.size() - 1));
    }

    @Test
    void fileThatIsThereIsNotDownloadedAgain() throws IOException {
        fetch(NAME, CONTENT);
        fetch(NAME, CONTENT);
        assertEquals(1, server.ranges.size());
        assertEquals(List.of(), warnings);
    }

    @Test
    void anotherFileOfThatNameIsKeptAndThatIsSaid() throws IOException {
        Files.createDirectories(directory.resolve("set"));
        Path file = Files.write(directory.resolve("set").resolve(NAME), new byte[10]);
        fetch(NAME, CONTENT);
        Path kept = directory.resolve("set").resolve(NAME + ".other");
        assertArrayEquals(new byte[10], Files.readAllBytes(kept));
        Files.delete(kept);
        assertComplete();
        assertEquals(
                List.of(file + " is not the published file: expected MD5 " + md5(CONTENT) + ", found "
                        + md5(new byte[10]) + "; it is downloaded anew, and this one is kept as " + NAME + ".other"),
                warnings);
    }

    @Test
    void partialFileIsContinued() throws IOException {
        writePart(100_000);
        fetch(NAME, CONTENT);
        assertComplete();
        assertEquals(List.of("bytes=100000-"), server.ranges);
        assertEquals(NAME + " 300000/300000", progress.get(progress.size() - 1));
    }

    @Test
    void serverWithoutRangesSendsTheWholeFile() throws IOException {
        server.ranged = false;
        writePart(100_000);
        fetch(NAME, CONTENT);
        assertComplete();
    }

    @Test
    void completePartialFileIsTaken() throws IOException {
        writePart(CONTENT.length);
        fetch(NAME, CONTENT);
        assertComplete();
        assertEquals(1, server.ranges.size());
    }

    @Test
    void partialFileThatIsTooLongIsDropped() throws IOException {
        writePart(CONTENT.length + 5);
        fetch(NAME, CONTENT);
        assertComplete();
    }

    @Test
    void wrongPartialFileIsDroppedAfterItsChecksum() throws IOException {
        Files.write(writePart(0), new byte[1000]);
        fetch(NAME, CONTENT);
        assertComplete();
        assertEquals(List.of("bytes=1000-", ""), server.ranges);
    }

    @Test
    void wrongChecksumIsAnErrorAndKeepsNothing() throws IOException {
        String message = failure(new byte[1]);
        assertEquals(server.uri() + NAME + " is not the published file: expected MD5 " + md5(new byte[1]) + ", found "
                + md5(CONTENT) + " (the download was deleted).", message);
        assertEquals(List.of(), names(directory.resolve("set")));
    }

    @Test
    void brokenConnectionsAreContinued() throws IOException {
        server.breakAfter = 80_000;
        fetch(NAME, CONTENT);
        assertComplete();
        assertTrue(server.ranges.size() >= 4, server.ranges.toString());
        assertTrue(server.ranges.stream().skip(1).allMatch(range -> range.startsWith("bytes=")));
    }

    @Test
    void truncatedBodyOfServerWithoutRangesIsAnErrorInTheEnd() {
        server.ranged = false;
        server.breakAfter = 80_000;
        String message = failure(CONTENT);
        assertTrue(message.startsWith(server.uri() + NAME + " could not be downloaded: it broke off ("), message);
        assertTrue(message.contains("3 attempts; "), message);
        assertTrue(Files.exists(directory.resolve("set").resolve(NAME + ".part")));
    }

    @Test
    void stalledConnectionIsContinued() throws IOException {
        server.breakAfter = 200_000;
        server.hangs = true;
        fetch(NAME, CONTENT);
        assertComplete();
        assertEquals(2, server.ranges.size());
    }

    @Test
    void busyServerIsAskedAgain() throws IOException {
        server.refusals = 2;
        fetch(NAME, CONTENT);
        assertComplete();
        server.refusals = 9;
        Files.delete(directory.resolve("set").resolve(NAME));
        String message = failure(CONTENT);
        assertTrue(message.contains("the server answered with status 503 (3 attempts; 0 bytes"), message);
    }

    @Test
    void missingFileIsAnErrorAtOnce() {
        server.files.clear();
        assertEquals(server.uri() + NAME + " could not be downloaded: the server answered with status 404.",
                failure(CONTENT));
        assertEquals(1, server.ranges.size());
    }

    @Test
    void refusedConnectionIsAnErrorAtOnce() throws IOException {
        int port;
        try (ServerSocket closedSoon = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closedSoon.getLocalPort();
        }
        long start = System.nanoTime();
        DataException failure = assertThrows(DataException.class,
                () -> fetch(URI.create("http://127.0.0.1:" + port + "/"), NAME, CONTENT));
        assertTrue(failure.getMessage().startsWith("127.0.0.1 cannot be reached ("), failure.getMessage());
        assertTrue(Duration.ofNanos(System.nanoTime() - start).toMillis() < 2500);
    }

    @Test
    void unknownHostIsAnErrorAtOnce() {
        DataException failure = assertThrows(DataException.class,
                () -> fetch(URI.create("http://gossamer.invalid/"), NAME, CONTENT));
        assertTrue(failure.getMessage().startsWith("gossamer.invalid cannot be reached"), failure.getMessage());
    }

    @Test
    void silentServerIsGivenUpSoon() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            URI uri = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/");
            DataException failure = assertThrows(DataException.class, () -> fetch(uri, NAME, CONTENT));
            assertEquals("127.0.0.1 cannot be reached: no answer within 2 seconds.", failure.getMessage());
        }
    }

    @Test
    void folderThatCannotBeWrittenIsAnError() throws IOException {
        Files.writeString(directory.resolve("set"), "a file where the folder should be");
        String message = failure(CONTENT);
        assertTrue(message.startsWith("downloading to " + directory.resolve("set") + " failed ("), message);
    }

    @Test
    void archiveBecomesTheFolder() throws IOException {
        byte[] archive = Archives.tarGz(Map.of("set/a.bin", "first".getBytes(), "set/b.bin", "second".getBytes()));
        server.files.put("set.tar.gz", archive);
        fetch("set.tar.gz", archive);
        assertEquals(List.of("set"), names(directory));
        assertEquals(List.of("a.bin", "b.bin"), names(directory.resolve("set")));
        assertEquals("second", Files.readString(directory.resolve("set/b.bin")));
    }

    @Test
    void archiveCompletesAFolderThatIsThere() throws IOException {
        byte[] archive = Archives.tarGz(Map.of("set/a.bin", "first".getBytes(), "set/b.bin", "second".getBytes()));
        server.files.put("set.tar.gz", archive);
        Files.createDirectories(directory.resolve("set"));
        Files.writeString(directory.resolve("set/a.bin"), "old");
        Files.writeString(directory.resolve("set/notes.txt"), "kept");
        fetch("set.tar.gz", archive);
        assertEquals(List.of("a.bin", "a.bin.other", "b.bin", "notes.txt"), names(directory.resolve("set")));
        assertEquals("first", Files.readString(directory.resolve("set/a.bin")));
        assertEquals("old", Files.readString(directory.resolve("set/a.bin.other")));
        assertEquals(List.of(directory.resolve("set/a.bin")
                + " is not the published file; it is replaced, and kept as a.bin.other"), warnings);
    }

    @Test
    void anArchiveThatTheUserHadStays() throws IOException {
        byte[] archive = Archives.tarGz(Map.of("set/a.bin", "first".getBytes()));
        Files.write(directory.resolve("set.tar.gz"), archive);
        fetch("set.tar.gz", archive);
        assertEquals(List.of(), server.ranges);
        assertEquals(List.of("set", "set.tar.gz"), names(directory));
    }

    /** What a link leads to is not written. */
    @Test
    void aPartialFileThatIsALinkIsNotFollowed() throws IOException {
        Path elsewhere = Files.write(directory.resolve("elsewhere"), Arrays.copyOf(CONTENT, 100));
        Files.createDirectories(directory.resolve("set"));
        Files.createSymbolicLink(directory.resolve("set").resolve(NAME + ".part"), elsewhere);
        failure(CONTENT);
        assertEquals(100, Files.size(elsewhere));
    }

    @Test
    void archiveThatEscapesLeavesNothing() throws IOException {
        byte[] archive = Archives.tarGz(Map.of("set/a.bin", new byte[5], "../escaped", new byte[5]));
        server.files.put("set.tar.gz", archive);
        DataException failure = assertThrows(DataException.class, () -> fetch("set.tar.gz", archive));
        assertTrue(failure.getMessage().contains("'../escaped', which lies outside"), failure.getMessage());
        assertEquals(List.of("set.tar.gz"), names(directory));
        assertFalse(Files.exists(directory.resolveSibling("escaped")));
    }

    @Test
    void archiveWithoutTheFolderIsAnError() throws IOException {
        byte[] archive = Archives.tarGz(Map.of("other/a.bin", new byte[5]));
        server.files.put("set.tar.gz", archive);
        DataException failure = assertThrows(DataException.class, () -> fetch("set.tar.gz", archive));
        assertTrue(failure.getMessage().endsWith("does not hold the folder set."), failure.getMessage());
        assertEquals(List.of("set.tar.gz"), names(directory));
    }

    @Test
    void dataThatIsPresentIsLeftAlone() throws IOException {
        Fixtures.writeFashion(directory, 3, 2);
        new Downloader(server.uri(), ProgressListener.NONE).fetch(new FashionMnist(), directory);
        assertEquals(List.of(), server.ranges);
        assertFalse(Files.exists(directory.resolve("fashion-mnist")));
    }

    @Test
    void openTriesTheDownloadAndSaysWhyItFailed() {
        Downloader downloader = new Downloader(server.uri(), ProgressListener.NONE);
        DataException failure =
                assertThrows(DataException.class, () -> DataSets.open(new FashionMnist(), directory, downloader));
        assertEquals(
                "there is no fashion-mnist data in " + directory + " (or its folder fashion-mnist), and the"
                        + " download failed: " + server.uri() + "train-images-idx3-ubyte.gz could not be downloaded:"
                        + " the server answered with status 404; name the folder that holds it with --data DIR, or"
                        + " train on generated images with --data synthetic.",
                failure.getMessage());
    }
}
