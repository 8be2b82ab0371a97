package dev.gossamer.bench.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.configuration.Gossip;
import dev.gossamer.configuration.Optimization;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.model.Network;
import dev.gossamer.placement.Placement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Several peers in turns, and the choice of their settings; with shell scripts in place of Python. */
@DisabledOnOs(OS.WINDOWS)
class PeersTest {

    /** Prints a rate that depends on mode, precision and malloc: the fastest is threads with memory kept, in bf16. */
    private static final String RATES = """
            rate=10
            case "$*" in *"--mode threads --"*) rate=20 ;; esac
            case "$*" in *"--precision bf16"*) rate=$((rate * 2)) ;; esac
            [ -n "$MALLOC_ARENA_MAX" ] || [ -z "$MALLOC_TOP_PAD_" ] || rate=$((rate + 1))
            echo "{\\"images_per_s\\": $rate}"
            """;

    @TempDir
    Path folder;

    private final List<String> progress = new ArrayList<>();

    private TorchPeer peer(String name, String then) throws IOException {
        Path script = folder.resolve(name);
        Files.writeString(script, "#!/bin/sh\nif [ \"$1\" = -c ]; then echo 1.13; exit; fi\ncat >" + folder
                + "/input\n" + then + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return TorchPeer.python(script.toString(), "cpu");
    }

    private static RunConfiguration run(String precision) {
        return RunConfiguration.of(Map.of(Network.MODEL, "mlp", Gossip.WORKERS, "4", Optimization.STEPS, "2",
                Placement.ENGINE, "stacked", Placement.PRECISION, precision));
    }

    private Peers.Rounds measure(Peers peers, RunConfiguration run, int rounds) {
        Peers.Rounds turns = peers.rounds(run);
        for (int i = 0; i < rounds; i++) {
            turns.measure(1, progress::add);
        }
        return turns;
    }

    @Test
    void theFastestSettingsAreMeasuredInEveryRoundAndTriedOnce() throws IOException {
        Peers.Rounds rounds = measure(new Peers(List.of(peer("one", RATES)), List.of("all")), run("tf32"), 3);
        PeerRates rates = rounds.rates().get(0);
        assertEquals(1, rounds.rates().size());
        assertEquals(new PeerSettings("threads", "fp32", Malloc.KEPT), rates.settings());
        assertEquals(List.of(21.0, 21.0, 21.0), rates.imagesPerSecond());
        assertEquals(2 + 2, progress.stream().filter(line -> line.startsWith("trial of ")).count());
        assertEquals(3, progress.stream().filter(line -> !line.startsWith("trial of ")).count());
    }

    @Test
    void aModeThatIsGivenIsTheOnlyOne() throws IOException {
        Peers.Rounds rounds = measure(new Peers(List.of(peer("one", RATES)), List.of("loop")), run("tf32"), 1);
        assertEquals(new PeerSettings("loop", "fp32", Malloc.KEPT), rounds.rates().get(0).settings());
        RunConfiguration linear = RunConfiguration.of(Map.of(Network.MODEL, "linear"));
        String unknown = assertThrows(ConfigurationException.class,
                () -> new Peers(List.of(peer("one", RATES)), List.of("all")).check(linear)).getMessage();
        assertTrue(unknown.matches("model must be one of vgg-11, .*, mlp beside this peer, got \"linear\""), unknown);
        Peers none = new Peers(List.of(peer("one", RATES)), List.of("grouped"));
        assertTrue(assertThrows(PeerException.class, () -> measure(none, run("tf32"), 1)).getMessage()
                .endsWith("/one: it has none of the modes grouped for mlp, only loop, threads"));
    }

    @Test
    void peersAreInFailuresLeftOutAndOthersGoOn() throws IOException {
        TorchPeer good = peer("good", RATES);
        TorchPeer dead = peer("dead", "kill -9 $$");
        TorchPeer rubbish = peer("rubbish", "echo rubbish");
        Path once = folder.resolve("count");
        TorchPeer later = peer("later", "echo x >>" + once + "; [ $(wc -l <" + once + ") -lt 6 ] || exit 5\n" + RATES);
        Peers.Rounds rounds = measure(new Peers(List.of(dead, later, rubbish, good), List.of("all")), run("tf32"), 2);
        assertEquals(List.of(good.name()), rounds.rates().stream().map(PeerRates::peer).toList());
        assertEquals(2, rounds.rates().get(0).answers().size());
        assertEquals("peer " + dead.name() + ": it ended with exit code 137", rounds.failures().get(dead.name()));
        assertEquals("peer " + later.name() + ": it ended with exit code 5", rounds.failures().get(later.name()));
        assertTrue(rounds.failures().get(rubbish.name()).endsWith("got \"rubbish\""));
        assertTrue(progress.contains("peer " + dead.name() + ": it ended with exit code 137; it is left out"));
    }

    @Test
    void oneAloneMustNotFail() throws IOException {
        Peers peers = new Peers(List.of(peer("dead", "exit 3")), List.of("all"));
        assertTrue(assertThrows(PeerException.class, () -> measure(peers, run("tf32"), 1)).getMessage()
                .endsWith("/dead: it ended with exit code 3"));
    }

    @Test
    void otherMallocsAreTriedInTheTwoFastestModesOnly() {
        List<PeerSettings> tried = new ArrayList<>();
        Map<String, Double> rates = Map.of("a", 1.0, "b", 3.0, "c", 2.0);
        Optional<PeerSettings> found = new PeerSearch(settings -> {
            tried.add(settings);
            if (settings.mode().equals("b") && settings.malloc() == Malloc.STANDARD) {
                throw new PeerException("crash");
            }
            return rates.get(settings.mode()) + (settings.malloc() == Malloc.STANDARD ? 1.5 : 0);
        }).fastest(List.of("a", "b", "c"), "fp32", List.of(Malloc.ONE_ARENA, Malloc.STANDARD));
        assertEquals(new PeerSettings("c", "fp32", Malloc.STANDARD), found.orElseThrow());
        PeerSettings threads = new PeerSearch(settings ->
                !settings.mode().equals("threads") ? 2 : settings.malloc() == Malloc.KEPT ? 5 : 1)
                .fastest(List.of("threads", "loop", "grouped"), "fp32", List.of(Malloc.ONE_ARENA, Malloc.KEPT)).get();
        assertEquals(new PeerSettings("threads", "fp32", Malloc.KEPT), threads);
        assertEquals(List.of("a", "b", "c", "b", "c"), tried.stream().map(PeerSettings::mode).toList());
    }
}
