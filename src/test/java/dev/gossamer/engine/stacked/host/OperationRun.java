package dev.gossamer.engine.stacked.host;

import dev.gossamer.engine.stacked.BufferPlan;
import dev.gossamer.engine.stacked.Operation;
import dev.gossamer.engine.stacked.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;

/** Operations that are no whole program. */
final class OperationRun {

    private OperationRun() {}

    /**
     * Runs them once.
     *
     * @param kernels to be filled, which are closed
     * @param inputs what tensors hold before, in C order
     * @param results what tensors hold after, in C order, is written there
     * @param replica whose parameters are read and whose gradients are written; null where there are none
     */
    static void of(HostKernels kernels, List<Operation> operations, Map<Tensor, float[]> inputs,
            Map<Tensor, float[]> results, Replica replica) {
        try (kernels) {
            List<Kernel> sequence = operations.stream().map(operation -> operation.prepare(kernels)).toList();
            List<Tensor> outside = new ArrayList<>(inputs.keySet());
            outside.addAll(results.keySet());
            BufferPlan plan = new BufferPlan(operations, outside, kernels::bytes);
            try (BytePointer memory = new BytePointer(plan.bytes() + kernels.otherBytes() + BufferPlan.ALIGNMENT)) {
                kernels.place(plan, memory.getPointer(BufferPlan.aligned(memory.address()) - memory.address()));
                inputs.forEach((tensor, values) -> kernels.values(tensor).put(0, values));
                sequence.forEach(kernel -> kernel.run(replica));
                results.forEach((tensor, values) -> kernels.values(tensor).get(0, values));
            }
        }
    }
}
