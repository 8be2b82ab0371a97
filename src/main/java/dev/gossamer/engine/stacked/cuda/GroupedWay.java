package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.engine.stacked.cuda.driver.Gpu;
import dev.gossamer.engine.stacked.cuda.driver.GroupedShape.Pass;

/** Convolutions of all replicas as one grouped convolution of the library. */
final class GroupedWay implements ConvolutionWay {

    private final Gpu gpu;
    private final ConvolutionShape shape;
    private final Gpu.GroupedConvolution convolution;
    private final long workspace;

    /** @param workspace address of memory that is this one's during a launch */
    GroupedWay(Gpu gpu, ConvolutionShape shape, Gpu.GroupedConvolution convolution, long workspace) {
        this.gpu = gpu;
        this.shape = shape;
        this.convolution = convolution;
        this.workspace = workspace;
    }

    @Override
    public String name() {
        return convolution.name();
    }

    @Override
    public void launch(Operands operands) {
        convolution.run(operands.x(), operands.weights(), operands.y(), workspace);
        CudaKernels.applyMask(gpu, operands, shape);
        if (shape.pass() == Pass.FORWARD && (operands.bias() != 0 || operands.relu())) {
            CudaKernels.addBias(gpu, operands.y(), operands.bias(), shape.batch(),
                    shape.workers() * shape.filter().out(), shape.rows() * shape.columns(), operands.relu());
        }
    }
}
