package dev.gossamer.engine.stacked;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.data.ImageShape;
import dev.gossamer.model.Network;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;

class BufferPlanTest {

    private static Program program(String model, boolean training) {
        ImageShape images = new ImageShape(3, 32, 32);
        return Compiler.compile(
                Network.of(model, 0.5, 0.5)
                .configuration(images, 10, 1, DataType.FLOAT), images, training);
    }

    private static long bytes(Tensor tensor) {
        return 4L * tensor.size() + 3;
    }

    /** Executes a program on tags instead of values: a place must hold the last value written for its tensor. */
    @ParameterizedTest
    @CsvSource({"vgg-11, true", "vgg-11, false", "resnet-20, true", "resnet-20, false", "mlp, true"})
    void noTensorIsOverwrittenBeforeItIsRead(String model, boolean training) {
        Program program = program(model, training);
        BufferPlan plan = new BufferPlan(
                program.operations(), List.of(program.input(), program.logits()), BufferPlanTest::bytes);
        Map<Long, Tensor> owners = new HashMap<>();
        write(plan, owners, program.input());
        for (Operation operation : program.operations()) {
            operation.reads().forEach(tensor -> checkIntact(plan, owners, tensor));
            operation.writes().forEach(tensor -> write(plan, owners, tensor));
            operation.reads().forEach(tensor -> checkIntact(plan, owners, tensor));
        }
        checkIntact(plan, owners, program.logits());
    }

    /** By cache lines. */
    private static void write(BufferPlan plan, Map<Long, Tensor> owners, Tensor tensor) {
        assertEquals(0, plan.offset(tensor) % 64);
        assertTrue(plan.offset(tensor) + bytes(tensor) <= plan.bytes());
        for (long at = plan.offset(tensor); at < plan.offset(tensor) + bytes(tensor); at += 64) {
            owners.put(at, tensor);
        }
    }

    private static void checkIntact(BufferPlan plan, Map<Long, Tensor> owners, Tensor tensor) {
        for (long at = plan.offset(tensor); at < plan.offset(tensor) + bytes(tensor); at += 64) {
            assertEquals(tensor, owners.get(at), "at byte " + at);
        }
    }

    /** What is alive during one operation is a lower bound; the plan stays within 5 % of it. */
    @ParameterizedTest
    @CsvSource({"vgg-11, true", "resnet-20, true", "resnet-20, false"})
    void memoryIsNearTheLowerBound(String model, boolean training) {
        Program program = program(model, training);
        List<Operation> operations = program.operations();
        long bound = 0;
        for (int i = 0; i < operations.size(); i++) {
            Set<Tensor> alive = new HashSet<>(written(program, operations.subList(0, i + 1)));
            alive.retainAll(needed(program, operations.subList(i, operations.size())));
            bound = Math.max(bound, alive.stream().mapToLong(BufferPlanTest::bytes).sum());
        }
        long planned = new BufferPlan(operations, List.of(program.input(), program.logits()), BufferPlanTest::bytes)
                .bytes();
        assertTrue(planned <= 1.05 * bound, planned + " bytes planned, " + bound + " needed");
    }

    private static List<Tensor> written(Program program, List<Operation> operations) {
        List<Tensor> written = new ArrayList<>(List.of(program.input()));
        operations.forEach(operation -> written.addAll(operation.writes()));
        return written;
    }

    private static List<Tensor> needed(Program program, List<Operation> operations) {
        List<Tensor> needed = new ArrayList<>(List.of(program.input(), program.logits()));
        operations.forEach(operation -> needed.addAll(operation.reads()));
        needed.addAll(operations.get(0).writes());
        return needed;
    }

    @Test
    void evaluationNeedsLessThanTraining() {
        Program training = program("resnet-20", true);
        Program evaluation = program("resnet-20", false);
        long more = new BufferPlan(training.operations(), List.of(training.input()), BufferPlanTest::bytes).bytes();
        long less = new BufferPlan(evaluation.operations(), List.of(evaluation.input()), BufferPlanTest::bytes).bytes();
        assertTrue(less < more / 5, less + " and " + more);
    }
}
