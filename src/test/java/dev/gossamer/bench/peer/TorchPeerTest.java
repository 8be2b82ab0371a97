package dev.gossamer.bench.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.configuration.Gossip;
import dev.gossamer.configuration.Optimization;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.model.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** With shell scripts in place of Python. */
@DisabledOnOs(OS.WINDOWS)
class TorchPeerTest {

    private static final RunConfiguration RUN = RunConfiguration.of(Map.of(
            Network.MODEL, "resnet-20", Gossip.WORKERS, "4", Optimization.BATCH_SIZE, "7", Optimization.LEARNING_RATE,
            "0.01"));

    @TempDir
    Path folder;

    private static final PeerSettings SETTINGS = new PeerSettings("loop", "fp32", Malloc.KEPT);

    /** A stand-in that has PyTorch 9.9, keeps what it is given, and does this with it. */
    private TorchPeer peer(String then) throws IOException {
        return TorchPeer.python(script("""
                if [ "$1" = -c ]; then echo 9.9; exit; fi
                cat >%1$s/input
                echo "$@" >%1$s/arguments
                """.formatted(folder) + then), "cpu");
    }

    private String script(String content) throws IOException {
        Path script = folder.resolve("python");
        Files.writeString(script, "#!/bin/sh\n" + content + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script.toString();
    }

    private static String failure(TorchPeer peer) {
        return assertThrows(PeerException.class, () -> peer.train(RUN, SETTINGS, 2, 1, 3, 60)).getMessage();
    }

    @Test
    void theLastLineIsTheResultOfTheSameTraining() throws IOException {
        TorchPeer peer = peer("echo warming up; echo '{\"model\": \"resnet-20\", \"images_per_s\": 123.4}'");
        assertEquals("9.9", peer.version());
        assertEquals(new TorchPeer.Answer(123.4, ""), peer.train(RUN, SETTINGS, 2, 1, 3, 60));
        assertEquals("- --device cpu --mode loop --model resnet-20 --topology ring --workers 4 --batch 7 --lr 0.01 --momentum 0.9"
                        + " --weight-decay 1.0E-4 --dropout 0.0 --threads 2 --warmup 1 --steps 3 --precision fp32 --seconds 60\n",
                Files.readString(folder.resolve("arguments")));
        assertTrue(Files.readString(folder.resolve("input")).contains("import torch"));
    }

    @Test
    void deviceAndModeArePassedOn() throws IOException {
        peer("echo '{\"images_per_s\": 1, \"way\": \"compiled update, dense mixing\"}'");
        TorchPeer peer = TorchPeer.python(folder.resolve("python").toString(), "cuda:1");
        PeerSettings streams = new PeerSettings("streams", "tf32", Malloc.STANDARD);
        assertEquals(new TorchPeer.Answer(1, "compiled update, dense mixing"), peer.train(RUN, streams, 2, 1, 3, 600));
        String arguments = Files.readString(folder.resolve("arguments"));
        assertTrue(arguments.startsWith("- --device cuda:1 --mode streams --model "), arguments);
        assertTrue(arguments.endsWith(" --precision tf32 --seconds 60\n"), arguments);
    }

    @Test
    void aFailureIsGivenWithItsReason() throws IOException {
        assertTrue(failure(peer("echo Traceback >&2; echo 'MemoryError: too much' >&2; exit 3"))
                .endsWith("exit code 3, MemoryError: too much"));
    }

    @Test
    void anythingElseThanAResultIsShown() throws IOException {
        assertTrue(failure(peer("echo done")).endsWith("in its last line, got \"done\""));
        assertTrue(failure(peer("echo '{\"loss\": 1}'")).endsWith("in its last line, got \"{\"loss\": 1}\""));
        assertTrue(failure(peer("true")).endsWith("in its last line, got \"\""));
        assertTrue(failure(peer("head -c 5000 /dev/zero | tr '\\0' x"))
                .endsWith(", got \"" + "x".repeat(200) + "...\""));
    }

    @Test
    void aRateIsAFinitePositiveNumber() throws IOException {
        for (String rate : List.of("0", "-5", "1e999")) {
            String line = "{\"images_per_s\": " + rate + "}";
            assertEquals("peer " + folder.resolve("python") + ": it must print a positive images_per_s as JSON in its"
                    + " last line, got \"" + line + "\"", failure(peer("echo '" + line + "'")));
        }
    }

    @Test
    void aPythonWithoutPyTorchOrNoneAtAllIsRefused() throws IOException {
        String without = script("echo \"ModuleNotFoundError: No module named 'torch'\" >&2; exit 1");
        String message =
                assertThrows(ConfigurationException.class, () -> TorchPeer.python(without, "cpu")).getMessage();
        assertEquals("peer must be a Python with PyTorch, got " + without
                + ": it ended with exit code 1, ModuleNotFoundError: No module named 'torch'", message);
        String missing = folder.resolve("missing").toString();
        message = assertThrows(ConfigurationException.class, () -> TorchPeer.python(missing, "cpu")).getMessage();
        assertEquals("peer must be a Python with PyTorch, got " + missing + ", which cannot be started", message);
    }

    @Test
    void thePeerHasItsNetworksAtTheirOwnWidth() {
        RunConfiguration wide = RunConfiguration.of(Map.of(Network.WIDTH, "2"));
        assertEquals("width must be 1 beside a peer, got 2.0",
                assertThrows(ConfigurationException.class, () -> TorchPeer.check(wide)).getMessage());
        TorchPeer.check(RUN);
    }

    @Test
    void mallocIsSetWhateverItIsHere() throws IOException {
        String show = """
                echo "{\\"images_per_s\\": 1, \\"way\\": \\"$MALLOC_TOP_PAD_ $MALLOC_ARENA_MAX\\"}"
                """;
        TorchPeer peer = peer(show);
        for (Malloc malloc : Malloc.values()) {
            String expected = malloc == Malloc.STANDARD ? " " : malloc == Malloc.KEPT ? "67108864 " : "67108864 1";
            PeerSettings settings = new PeerSettings("loop", "fp32", malloc);
            assertEquals(expected, peer.train(RUN, settings, 2, 1, 3, 60).way());
        }
    }

    @Test
    void aPeerThatHangsIsEndedWithWhatItStarted() {
        Duration limit = Duration.ofMillis(300);
        String message = assertThrows(PeerException.class, () -> PeerProcess.run(
                List.of("/bin/sh", "-c", "sleep 600; echo late"), Malloc.STANDARD::set, new byte[0], limit))
                .getMessage();
        assertEquals("it had not ended after 0 s", message);
        assertTrue(ProcessHandle.current().descendants().noneMatch(
                child -> child.info().commandLine().orElse("").contains("sleep 600")));
    }

    @Test
    void whatAPeerLeavesRunningIsNotWaitedFor() throws IOException {
        long start = System.nanoTime();
        assertEquals("done", PeerProcess.run(List.of("/bin/sh", "-c", "sleep 30 & echo done"), Malloc.STANDARD::set,
                new byte[0], Duration.ofSeconds(20)));
        assertTrue(System.nanoTime() - start < 20_000_000_000L);
    }

    @Test
    void modesAreThoseOfTheVersionAndTheModel() throws IOException {
        RunConfiguration mlp = RunConfiguration.of(Map.of(Network.MODEL, "mlp"));
        assertEquals(List.of("loop", "threads", "vmap"), peer("").modes(mlp));
        String old = script("echo 1.13.0a0");
        assertEquals(List.of("loop", "loop-channels-last", "threads", "threads-channels-last"),
                TorchPeer.python(old, "cpu").modes(RUN));
        assertEquals(List.of("loop", "vmap", "graph", "streams"), TorchPeer.python(old, "cuda:0").modes(RUN));
    }
}
