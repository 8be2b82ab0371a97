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
import dev.gossamer.engine.stacked.cuda.driver.Gpu.Grid;
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
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * The matrices of the replicas. A block of threads takes some columns, so many that all their rows fit into its shared
 * memory: an update is one kernel, which reads each matrix once that it needs and writes each once that changes, for
 * SGD with momentum 5 n d values, 7 with the moving average; see {@link UpdateText}. Where products are in BF16,
 * whatever writes to X writes it rounded, too.
 */
final class CudaMatrices implements ReplicaMatrices {

    /** Columns that are read as whole pieces of memory, of 64 bytes. */
    private static final int LEAST_COLUMNS = 16;

    /** Columns of a block at most, where there are {@link #ROWS} or more. */
    private static final int MOST_COLUMNS = 128;

    /** With fewer rows a block takes more columns instead. */
    private static final int ROWS = 32;

    /** Blocks that are to be at work on a multiprocessor at a time: some read while others mix and write. */
    private static final int LEAST_BLOCKS = 3;

    /** Updates that are timed where somebody wants to know. */
    private static final int MOST_TIMES = 10;

    private final Gpu gpu;
    private final Optional<Consumer<List<OperationTime>>> profile;
    private final ParameterLayout layout;
    private final ParameterMatrix parameters;
    private final Update rule;
    private final UpdateKernel kernel;
    private final Map<Stored, Long> matrices = new HashMap<>();
    private final int columns;
    private final int blocks;
    private final long pieces;
    private final long row;
    private final long sums;
    private final FloatPointer staging;
    private final List<Double> updateTimes = new ArrayList<>();
    private final KernelCoefficients coefficients;
    private final DeviceWeights weights;

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
        kernel = UpdateKernel.of(rule);
        gpu.compile(kernel);
        parameters = ParameterMatrix.allocate(gpu, layout, "the matrix of " + rule.parameters());
        rule.stored().forEach(matrix -> matrices.put(matrix,
                matrix == rule.parameters() ? parameters.values() : allocate(matrix)));
        columns = columns(gpu);
        long[] table = layout.pieces(columns);
        blocks = table.length / 4;
        pieces = uploaded(new LongPointer(table), (long) Long.BYTES * table.length);
        long rowBytes = Float.BYTES * layout.columns();
        row = gpu.allocate(rowBytes, "a row of parameters");
        sums = gpu.allocate((long) Double.BYTES * blocks, "sums of columns");
        weights = new DeviceWeights(gpu);
        coefficients = new KernelCoefficients(gpu, kernel.coefficients(), layout.rows());
        staging = new FloatPointer(gpu.staging(rowBytes)).capacity(layout.columns());
    }

    private long allocate(Stored matrix) {
        return gpu.allocate(layout.bytes(Element.FP32), "the matrix of " + matrix);
    }

    /** Rows that a block has in shared memory: all of each matrix that is mixed. */
    private int sharedRows() {
        return layout.rows() * mixedMatrices();
    }

    private int mixedMatrices() {
        return Math.max(1, kernel.slots());
    }

    /** Columns of a block: a power of two. */
    private int columns(Gpu gpu) {
        int rows = sharedRows();
        long bytes = (long) Float.BYTES * rows;
        int wanted = MOST_COLUMNS * Math.max(1, ROWS / Integer.highestOneBit(rows));
        int columns = Math.min(wanted, ParameterLayout.PACK * gpu.threads());
        while (columns > LEAST_COLUMNS && columns * bytes > gpu.sharedBytes() / LEAST_BLOCKS) {
            columns /= 2;
        }
        while (columns >= ParameterLayout.PACK && columns * bytes > gpu.sharedBytes()) {
            columns /= 2;
        }
        if (columns < ParameterLayout.PACK) {
            int bytesOfWorker = Float.BYTES * ParameterLayout.PACK * mixedMatrices();
            throw new CudaException("this GPU mixes at most " + gpu.sharedBytes() / bytesOfWorker + " workers, got "
                    + layout.rows());
        }
        return columns;
    }

    private long uploaded(Pointer values, long bytes) {
        try (values) {
            long address = gpu.allocate(bytes, "tables");
            gpu.upload(address, values, bytes);
            gpu.await();
            return address;
        }
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
        long rounded = matrix == rule.parameters() ? parameters.rounded() : 0;
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
        Grid grid = grid(quotientUp(blocks, lanes(gpu.threads())), gpu.threads(), 0);
        gpu.launch("copy_row", grid, from, fromRows, fromRow, to, rounded, toRows, toRow, copies, pieces, blocks);
    }

    /** Fills parameters with copies of the mean of all rows. */
    void copyMean(Kept matrix, ParameterMatrix to) {
        launch("mean_rows", address(matrix), to.values(), to.rounded(), pieces, layout.rows(), to.layout().rows());
    }

    @Override
    public void step(Clock clock, MixingMatrix mixing) {
        gpu.enter();
        int shared = Float.BYTES * columns * sharedRows();
        boolean few = shared > gpu.sharedBytes() / (LEAST_BLOCKS + 1);
        Grid grid = grid(blocks, few ? 2 * gpu.threads() : gpu.threads(), shared);
        List<Object> arguments = new ArrayList<>();
        rule.stored().forEach(matrix -> arguments.add(address(matrix)));
        arguments.addAll(List.of(parameters.rounded(), pieces, layout.rows()));
        arguments.addAll(weights.arguments(mixing));
        arguments.addAll(coefficients.arguments(clock));
        Object[] all = arguments.toArray();
        run(() -> gpu.launch(kernel, grid, all));
    }

    private void run(Runnable update) {
        if (profile.isEmpty() || updateTimes.size() == MOST_TIMES) {
            update.run();
            return;
        }
        updateTimes.add(gpu.milliseconds(update));
        if (updateTimes.size() == MOST_TIMES) {
            double median = updateTimes.stream().sorted().skip(MOST_TIMES / 2).findFirst().orElseThrow();
            profile.get().accept(List.of(new OperationTime("update, " + layout.rows() + " times "
                    + layout.columns() + " values", "Step", columns + " columns", median)));
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
        launch("squared_distances", address(matrix), sums, pieces, layout.rows());
        double[] values = new double[blocks];
        try (DoublePointer host = new DoublePointer(blocks)) {
            gpu.download(host, sums, (long) Double.BYTES * blocks);
            host.get(values);
        }
        return Arrays.stream(values).sum() / layout.rows();
    }

    /** Launches a kernel that has a double of each of a block's threads in shared memory. */
    private void launch(String kernel, Object... arguments) {
        gpu.launch(kernel, grid(blocks, gpu.threads(), gpu.threads() * Double.BYTES), arguments);
    }

    private Grid grid(int blocks, int threads, int sharedBytes) {
        return new Grid(blocks, columns / ParameterLayout.PACK, lanes(threads), sharedBytes);
    }

    /** Lanes of a block of so many threads, of which some side by side take the columns. */
    private int lanes(int threads) {
        return threads / (columns / ParameterLayout.PACK);
    }
}
