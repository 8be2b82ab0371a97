package dev.gossamer.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gossamer.configuration.Gossip;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.placement.Placement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExecutionTest {

    private static final Execution EXECUTION = new Execution(4, Duration.ZERO, List.of(5, 2));

    private static RunConfiguration run(String workers) {
        return Sample.configuration(Map.of(Gossip.WORKERS, workers, Placement.THREADS, "9",
                Gossip.TOPOLOGY, workers.equals("1") ? "solo" : "ring"));
    }

    @Test
    void runsSideBySideShareThreadsAndTakeDevicesInTurn() {
        assertEquals(2, EXECUTION.place(run("4"), 0).placement().threads());
        assertEquals(List.of(5, 2, 5), List.of(EXECUTION.place(run("4"), 0).placement().gpu(),
                EXECUTION.place(run("4"), 1).placement().gpu(), EXECUTION.place(run("4"), 2).placement().gpu()));
        assertEquals(2, EXECUTION.places());
    }

    /** Its sums would be rounded differently. */
    @Test
    void aSingleWorkerKeepsItsThreads() {
        assertEquals(9, EXECUTION.place(run("1"), 1).placement().threads());
    }

    @Test
    void oneRunAfterAnotherIsAsItIs() {
        assertEquals(run("4"), Execution.STANDARD.place(run("4"), 0));
        assertEquals(1, Execution.STANDARD.places());
    }
}
