package dev.gossamer.engine.stacked.cuda;

import static dev.gossamer.engine.stacked.cuda.driver.Divisor.quotientUp;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Update;
import dev.gossamer.engine.ReplicaMatrices;
import dev.gossamer.engine.stacked.cuda.driver.CudaException;
import dev.gossamer.engine.stacked.cuda.driver.Element;
import dev.gossamer.engine.stacked.cuda.driver.Gpu;
import dev.gossamer.topology.MixingMatrix;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;

/**
 * The matrices of the replicas. A block of threads takes some columns, so many that all their rows fit into its shared
 * memory: an update is one kernel, which reads each matrix once that it needs and writes each once that changes, for
 * SGD with momentum 5 n d values, 7 with the moving average; see {@link UpdateText}. Where products are in BF16,
 * whatever writes to X writes it rounded, too.
 */
final class CudaMatrices implements ReplicaMatrices {

    /** Updates that are timed where somebody wants to know. */
    private static final int MOST_TIMES = 10;

    private final Gpu gpu;
    private final Optional<Consumer<List<OperationTime>>> profile;
    private final ParameterLayout layout;
    private final ParameterMatrix parameters;
    private final Update rule;
    private final CudaUpdate update;
    private final Map<Stored, Long> matrices = new HashMap<>();
    private final Pieces pieces;
    private final long row;
    private final long sums;
    private final FloatPointer staging;
    private final List<Double> updateTimes = new ArrayList<>();

    /**
     * Reserves the matrices.
     *
     * @param layout how they lie
     * @param rule which matrices there are, and what a step does
     * @param profile who wants to know how long an update takes, if anybody does
     * @throws CudaException if there is no room for so many rows, or for what an update mixes, in shared memory
     */
    CudaMatrices(Gpu gpu, ParameterLayout layout, Update rule, Optional<Consumer<List<OperationTime>>> profile) {
        this.gpu = gpu;
        this.profile = profile;
        this.layout = layout;
        this.rule = rule;
        update = new CudaUpdate(gpu, layout, rule);
        pieces = update.pieces();
        parameters = ParameterMatrix.allocate(gpu, layout, "the matrix of " + rule.parameters());
        rule.stored().forEach(matrix -> matrices.put(matrix,
                matrix.equals(rule.parameters()) ? parameters.values() : allocate(matrix)));
        update.bind(parameters, matrices);
        long rowBytes = Float.BYTES * layout.columns();
        row = gpu.allocate(rowBytes, "a row of parameters");
        sums = gpu.allocate((long) Double.BYTES * pieces.count(), "sums of columns");
        staging = new FloatPointer(gpu.staging(rowBytes)).capacity(layout.columns());
    }

    private long allocate(Stored matrix) {
        return gpu.allocate(layout.bytes(Element.FP32), "the matrix of " + matrix);
    }

    @Override
    public Update rule() {
        return rule;
    }

    @Override
    public int workers() {
        return layout.rows();
    }

    @Override
    public long parameters() {
        return layout.parameters();
    }

    /** How the matrices lie. */
    ParameterLayout layout() {
        return layout;
    }

    /** The parameters X. */
    ParameterMatrix parameterMatrix() {
        return parameters;
    }

    /** Address of a matrix. */
    long address(Stored matrix) {
        return matrices.get(matrix);
    }

    @Override
    public void read(Stored matrix, int worker, FloatBuffer destination) {
        gpu.enter();
        copyRow(address(matrix), layout.rows(), layout.row(worker), row, 0, 1, 0, 1);
        gpu.download(staging, row, Float.BYTES * layout.columns());
        layout.gather(staging.asBuffer(), destination);
    }

    @Override
    public void write(Stored matrix, int worker, FloatBuffer source) {
        gpu.enter();
        int to = layout.row(worker);
        layout.scatter(source, staging.asBuffer());
        gpu.upload(row, staging, Float.BYTES * layout.columns());
        long rounded = matrix.equals(rule.parameters()) ? parameters.rounded() : 0;
        copyRow(row, 1, 0, address(matrix), rounded, layout.rows(), to, 1);
        gpu.await();
    }

    /** Fills parameters with copies of a worker's row. */
    void copyRow(Kept matrix, int worker, ParameterMatrix to) {
        int copies = to.layout().rows();
        copyRow(address(matrix), layout.rows(), layout.row(worker), to.values(), to.rounded(), copies, 0, copies);
    }

    private void copyRow(
            long from, int fromRows, int fromRow, long to, long rounded, int toRows, int toRow, int copies) {
        int blocks = quotientUp(pieces.count(), pieces.lanes(gpu.threads()));
        gpu.launch("copy_row", pieces.grid(blocks, gpu.threads(), 0), from, fromRows, fromRow, to, rounded, toRows,
                toRow, copies, pieces.address(), pieces.count());
    }

    /** Fills parameters with copies of the mean of all rows. */
    void copyMean(Kept matrix, ParameterMatrix to) {
        launch("mean_rows", address(matrix), to.values(), to.rounded(), pieces.address(), layout.rows(),
                to.layout().rows());
    }

    @Override
    public void step(Clock clock, MixingMatrix mixing) {
        gpu.enter();
        run(() -> update.step(clock, mixing));
    }

    private void run(Runnable step) {
        if (profile.isEmpty() || updateTimes.size() == MOST_TIMES) {
            step.run();
            return;
        }
        updateTimes.add(gpu.milliseconds(step));
        if (updateTimes.size() == MOST_TIMES) {
            double median = updateTimes.stream().sorted().skip(MOST_TIMES / 2).findFirst().orElseThrow();
            profile.get().accept(List.of(new OperationTime("update, " + layout.rows() + " times "
                    + layout.columns() + " values", "Step", pieces.columns() + " columns", median)));
        }
    }

    @Override
    public void await() {
        gpu.enter();
        gpu.await();
    }

    @Override
    public double consensusDistance(Kept matrix) {
        gpu.enter();
        launch("squared_distances", address(matrix), sums, pieces.address(), layout.rows());
        double[] values = new double[pieces.count()];
        try (DoublePointer host = new DoublePointer(values.length)) {
            gpu.download(host, sums, (long) Double.BYTES * values.length);
            host.get(values);
        }
        return Arrays.stream(values).sum() / layout.rows();
    }

    /** Launches a kernel that has a double of each of a block's threads in shared memory. */
    private void launch(String kernel, Object... arguments) {
        gpu.launch(kernel, pieces.grid(pieces.count(), gpu.threads(), gpu.threads() * Double.BYTES), arguments);
    }
}
