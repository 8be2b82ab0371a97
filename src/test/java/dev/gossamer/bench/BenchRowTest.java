package dev.gossamer.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.bench.peer.Malloc;
import dev.gossamer.bench.peer.PeerRates;
import dev.gossamer.bench.peer.PeerSettings;
import dev.gossamer.bench.peer.TorchPeer;
import dev.gossamer.configuration.Gossip;
import dev.gossamer.configuration.Optimization;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.model.Network;
import dev.gossamer.placement.Placement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BenchRowTest {

    /** 4 workers, 10 images each; two rounds, the second on a machine that is half as fast. */
    private static BenchRow row(String ema) {
        RunConfiguration run = RunConfiguration.of(Map.of(
                Network.MODEL, "mlp", Gossip.WORKERS, "4", Optimization.BATCH_SIZE, "10", Optimization.EMA, ema,
                Placement.ENGINE, "stacked"));
        Round fast = new Round(
                new Limits(2000, 800), new StepDurations(0.5, 0.4, 0.1));
        Round slow = new Round(
                new Limits(1000, 400), new StepDurations(1, 0.8, 0.2));
        return new BenchRow(run, "some engine", 1, 10, List.of(fast, slow), Optional.empty(), 0,
                List.of(peer("slow", "loop", 9, 4), peer("fast", "threads", 20, 5)), Map.of());
    }

    private static PeerRates peer(String name, String mode, double... rates) {
        return new PeerRates(name, "2.0", new PeerSettings(mode, "fp32", Malloc.KEPT),
                Arrays.stream(rates).mapToObj(rate -> new TorchPeer.Answer(rate, "")).toList());
    }

    @Test
    void sharesAndRatiosAreThoseOfARound() {
        BenchRow row = row("0");
        assertEquals(List.of(80.0, 40.0), row.imagesPerSecond().rounds());
        assertEquals(List.of(4.0, 8.0), row.ratio().orElseThrow().rounds());
        assertEquals("fast (threads, fp32, kept memory)", row.bestPeer().orElseThrow().label());
        assertEquals(List.of(0.4, 0.4), row.matrixProductShare().rounds());
        assertEquals(List.of(0.5, 0.5), row.gradientShare().rounds());
    }

    @Test
    void theFloorOfAnUpdateIsFiveValuesPerParameterAndSevenWithTheMovingAverage() {
        assertEquals(5 * 4 * 4 / 0.1 / 800, row("0").updateShare().median(), 1e-12);
        assertEquals(7 * 4 * 4 / 0.1 / 800, row("0.9").updateShare().median(), 1e-12);
    }

    @Test
    void tablesHaveMedianAndRangeAndNoPeerWhereThereIsNone() {
        String table = BenchListing.of(true).table(List.of(row("0")));
        assertTrue(table.contains("60 (40 to 80)"), table);
        assertTrue(table.contains("13 (5 to 20)"), table);
        assertTrue(table.contains("fast (threads, fp32, kept memory)"), table);
        assertTrue(table.contains("6.00 (4.00 to 8.00)"), table);
        assertTrue(table.contains("40 (40 to 40)"), table);
        assertTrue(!BenchListing.of(false).table(List.of(row("0"))).contains("PyTorch"));
    }

    @Test
    void theMedianOfAnEvenNumberIsTheMeanOfTheTwoInTheMiddle() {
        Sample sample = new Sample(List.of(9.0, 1.0, 4.0, 2.0));
        assertEquals(3, sample.median());
        assertEquals(1, sample.least());
        assertEquals(9, sample.most());
    }
}
