package dev.gossamer.engine.stacked.cuda;

import static dev.gossamer.engine.stacked.cuda.driver.Divisor.quotientUp;

import dev.gossamer.engine.stacked.cuda.driver.Divisor;
import dev.gossamer.engine.stacked.cuda.driver.Element;
import dev.gossamer.engine.stacked.cuda.driver.Gpu;
import dev.gossamer.engine.stacked.cuda.driver.GroupedShape.Pass;
import dev.gossamer.engine.stacked.cuda.driver.Product;
import dev.gossamer.engine.stacked.cuda.driver.Product.Factor;
import java.util.List;

/**
 * Convolutions as batched matrix products of patches, as many replicas at a time as the workspace has room for. Shapes
 * and kernels are explained in {@code patches.cu}. What is a factor of a product lies in the workspace as the precision
 * has it, results lie there in FP32.
 */
final class PatchWay implements ConvolutionWay {

    private static final long ALIGNMENT = 256;

    private final Gpu gpu;
    private final ConvolutionShape shape;
    private final Element factors;
    private final SizedKernel kernel;
    private final int taps;
    private final int out;
    private final int outcomes;
    private final int group;
    private final long patches;
    private final long products;

    /**
     * @param workspace address of memory that is this one's during a launch
     * @param bytes its size, at least {@link #bytes}
     */
    PatchWay(Gpu gpu, ConvolutionShape shape, long workspace, long bytes) {
        this.gpu = gpu;
        this.shape = shape;
        factors = Element.ofFactors(gpu.precision());
        kernel = new SizedKernel(shape.pass() == Pass.DATA ? "sum_patches" : gathering("gather_patches"), sizes(shape));
        taps = shape.taps();
        out = shape.filter().out();
        outcomes = shape.outcomes();
        group = (int) Math.min(shape.workers(), bytes / bytes(shape, factors));
        patches = workspace;
        products = workspace + aligned(patchBytes(shape.pass(), factors) * (long) group * taps * outcomes);
    }

    /** Sizes of the kernels of {@code patches.cu}. */
    static List<Integer> sizes(ConvolutionShape shape) {
        return List.of(shape.batch(), shape.filter().in(), shape.height(), shape.width(), shape.filter().kernel(),
                shape.filter().stride(), shape.filter().padding(), shape.rows(), shape.columns());
    }

    /**
     * Bytes of workspace for one replica.
     *
     * @param factors type of products' factors
     */
    static long bytes(ConvolutionShape shape, Element factors) {
        long perOutcome = (long) patchBytes(shape.pass(), factors) * shape.taps()
                + (long) productBytes(shape.pass(), factors) * shape.filter().out();
        return shape.outcomes() * perOutcome + ALIGNMENT;
    }

    /** Bytes of a patch's value; in the pass to the data patches are results. */
    private static int patchBytes(Pass pass, Element factors) {
        return (pass == Pass.DATA ? Element.FP32 : factors).bytes();
    }

    /** Bytes of an outcome; in the forward pass outcomes are results. */
    private static int productBytes(Pass pass, Element factors) {
        return (pass == Pass.FORWARD ? Element.FP32 : factors).bytes();
    }

    /** Bytes up to where another array may start. */
    static long aligned(long bytes) {
        return quotientUp(bytes, ALIGNMENT) * ALIGNMENT;
    }

    @Override
    public String name() {
        return "patches";
    }

    @Override
    public void compile(Epilogue epilogue) {
        gpu.compile(kernel);
    }

    @Override
    public void launch(Operands operands) {
        for (int first = 0; first < shape.workers(); first += group) {
            int count = Math.min(group, shape.workers() - first);
            switch (shape.pass()) {
                case FORWARD -> forward(operands, first, count);
                case WEIGHTS -> backwardWeights(operands, first, count);
                case DATA -> backwardData(operands, first, count);
            }
        }
        CudaKernels.applyMask(gpu, operands, shape);
    }

    private void forward(Operands operands, int first, int count) {
        gatherPatches(operands.x(), first, count);
        gpu.multiply(new Product(outcomes, out, taps,
                patchesByColumns(), Factor.byColumns(weightFactors(operands, first), taps, (long) out * taps),
                productsByColumns(), count, factors, true));
        int plane = shape.rows() * shape.columns();
        gpu.forEachRow(4, "scatter_outcomes", count * out, outcomes, products, operands.bias(), operands.y(), first,
                shape.workers(), out, plane, Divisor.of(plane), operands.relu() ? 1 : 0);
    }

    private void backwardWeights(Operands operands, int first, int count) {
        gatherPatches(operands.x(), first, count);
        gatherOutcomes(operands.y(), first, count);
        long gradient = operands.weights() + Float.BYTES * (long) first * out * taps;
        gpu.multiply(new Product(taps, out, outcomes,
                Factor.byRows(patches, outcomes, (long) taps * outcomes), productsByColumns(),
                Factor.byColumns(gradient, taps, (long) out * taps), count, factors, true));
    }

    private void backwardData(Operands operands, int first, int count) {
        gatherOutcomes(operands.y(), first, count);
        gpu.multiply(new Product(outcomes, taps, out,
                productsByColumns(), Factor.byRows(weightFactors(operands, first), taps, (long) out * taps),
                patchesByColumns(), count, factors, true));
        long values = (long) count * shape.filter().in() * shape.batch() * shape.height() * shape.width();
        gpu.forEach(1, kernel, values, patches, operands.x(), first, shape.workers());
    }

    private Factor patchesByColumns() {
        return Factor.byColumns(patches, outcomes, (long) taps * outcomes);
    }

    private Factor productsByColumns() {
        return Factor.byColumns(products, outcomes, (long) out * outcomes);
    }

    private long weightFactors(Operands operands, int first) {
        return operands.factors() + factors.bytes() * (long) first * out * taps;
    }

    /** The kernel that writes factors of products. */
    private String gathering(String kernel) {
        return factors == Element.BF16 ? kernel + "_bf16" : kernel;
    }

    private void gatherPatches(long x, int first, int count) {
        long values = (long) count * shape.filter().in() * outcomes;
        gpu.forEach(4, kernel, values, x, patches, first, shape.workers());
    }

    private void gatherOutcomes(long values, int first, int count) {
        int plane = shape.rows() * shape.columns();
        gpu.forEachRow(4, gathering("gather_outcomes"), count * out, outcomes, values, products, first, shape.workers(),
                out, plane, Divisor.of(plane));
    }
}
