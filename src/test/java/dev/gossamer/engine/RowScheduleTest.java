package dev.gossamer.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.Topologies;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowScheduleTest {

    private static Weights weights(String topology, int n) {
        return new Weights(Topologies.parse(topology, n).at(1));
    }

    private static RowSchedule schedule(String topology, int n) {
        return RowSchedule.of(List.of(List.of(), List.of(weights(topology, n))), n);
    }

    @ParameterizedTest
    @CsvSource({"ring, 4096, 5", "ring, 257, 5", "time-varying-exponential, 1024, 5", "grid-8x128, 1024, 20",
        "solo, 65, 1", "torus-8x64, 512, 40"})
    void fewRowsHavePlacesWhereSendersAreFew(String topology, int n, int most) {
        int places = schedule(topology, n).places();
        assertTrue(places <= most, places + " places");
    }

    @ParameterizedTest
    @CsvSource({"fully-connected, 64", "star, 64", "ring, 3"})
    void oneStageFollowsTheOtherWhereManySend(String topology, int n) {
        RowSchedule schedule = schedule(topology, n);
        for (int time = 0; time < 2 * n; time++) {
            assertEquals(time / n, schedule.stage(time));
            assertEquals(time % n, schedule.row(time));
            assertEquals(time % n, schedule.place(time % n));
            assertEquals(time % n > 0, schedule.followsRowBefore(time));
        }
    }

    /** Each stage looks for what the stage before has left in the places of the rows that it receives. */
    @ParameterizedTest
    @CsvSource({"solo, 1", "ring, 2", "ring, 63", "ring, 65", "ring, 257", "torus-8x16, 128", "grid-5x13, 65",
        "binary-tree, 100", "star, 33", "fully-connected, 20", "time-varying-exponential, 64", "static-exponential, 65",
        "solo, 7", "hypercube, 64"})
    void nothingIsOverwrittenBeforeItIsRead(String topology, int n) {
        Weights some = weights(topology, n);
        Weights others = weights(n > 1 ? "ring" : "solo", n);
        List<List<Weights>> mixed = List.of(List.of(), List.of(some), List.of(), List.of(others, some));
        RowSchedule schedule = RowSchedule.of(mixed, n);
        assertEquals(mixed.size() * n, schedule.length());
        int[] stagesDone = new int[n];
        int[] rowsAtPlaces = new int[schedule.places()];
        Arrays.fill(rowsAtPlaces, -1);
        for (int time = 0; time < schedule.length(); time++) {
            int row = schedule.row(time);
            int stage = schedule.stage(time);
            if (stage == 0) {
                rowsAtPlaces[schedule.place(row)] = row;
            }
            assertEquals(row, rowsAtPlaces[schedule.place(row)]);
            assertEquals(stage, stagesDone[row]++);
            for (Weights weights : mixed.get(stage)) {
                for (int k = weights.start(row); k < weights.start(row + 1); k++) {
                    int sender = weights.sender(k);
                    assertEquals(sender, rowsAtPlaces[schedule.place(sender)]);
                    assertTrue(stagesDone[sender] >= stage, "stage " + stage + " of " + row + " receives " + sender);
                }
            }
        }
    }

    @Test
    void rowsThatAreEqualStayTogether() {
        int n = 64;
        MixingMatrix groups = MixingMatrix.ofRows(n, i -> {
            double[] row = new double[n];
            Arrays.fill(row, i / 8 * 8, i / 8 * 8 + 8, 1.0 / 8);
            return row;
        });
        RowSchedule schedule = RowSchedule.of(List.of(List.of(), List.of(new Weights(groups))), n);
        assertEquals(8, schedule.places());
        for (int time = 0; time < schedule.length(); time++) {
            assertEquals(time % 8 > 0, schedule.followsRowBefore(time), "at " + time);
        }
    }
}
