package dev.gossamer.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gossamer.configuration.Gossip;
import dev.gossamer.configuration.Optimization;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.ImageShape;
import dev.gossamer.engine.GradientProfile;
import dev.gossamer.engine.stacked.Compiler;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.model.Network;
import dev.gossamer.placement.Placement;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

class OperationTableTest {

    private static final int BATCH = 16;
    private static final int PARAMETERS = 784 * 10 + 10;

    private final Program program = Compiler.compile(
            Network.of("linear", 1, 0).configuration(new ImageShape(1, 28, 28), 10, 1, DataType.FLOAT),
            new ImageShape(1, 28, 28), true);

    /** The cells of the only line that begins so. */
    private String[] cells(String operation, Limits limits) {
        RunConfiguration run = RunConfiguration.of(Map.of(Network.MODEL, "linear", Gossip.WORKERS, "8",
                Optimization.BATCH_SIZE, "" + BATCH, Optimization.EMA, "0", Placement.ENGINE, "stacked",
                Placement.THREADS, "2"));
        GradientProfile profile = new GradientProfile(0.001, Collections.nCopies(program.operations().size(), 0.002));
        List<String> lines = OperationTable.of(run, program, profile, new StepDurations(0.04, 0.03, 0.008), limits)
                .lines().filter(line -> line.startsWith(operation)).toList();
        assertEquals(1, lines.size(), operation);
        return lines.get(0).substring(operation.length()).strip().split(" +");
    }

    /** Of two threads, each has half of the limits. */
    @Test
    void aFloorIsTheLargerOfArithmeticAndBytes() {
        double flop = 2.0 * BATCH * 784 * 10;
        Limits slowArithmetic = new Limits(2 * flop / 0.001, 1e15);
        assertEquals("1.00", cells("multiply 1 -> 10, 28x28 -> 1x1", slowArithmetic)[2]);
        double bytes = 4.0 * (BATCH * 784 + BATCH * 10 + PARAMETERS);
        Limits slowMemory = new Limits(1e15, 2 * bytes / 0.0005);
        String[] row = cells("multiply 1 -> 10, 28x28 -> 1x1", slowMemory);
        assertEquals(List.of("1", "2.00", "0.50", "25", "1.50"), List.of(row));
    }

    /** 8 replicas on two threads: a thread has a quarter of the step for each. */
    @Test
    void updateAndStepAreAThreadsShareForAReplica() {
        Limits limits = new Limits(1e15, 2 * 5 * 4.0 * PARAMETERS / 0.001);
        assertEquals(List.of("1", "2.00", "1.00", "50", "1.00"), List.of(cells("update", limits)));
        assertEquals("10.00", cells("measured step", limits)[1]);
        int operations = program.operations().size();
        assertEquals(String.format("%.2f", 2.0 * operations + 1 + 2), cells("sum", limits)[1]);
    }
}
