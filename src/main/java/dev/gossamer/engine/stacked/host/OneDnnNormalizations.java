package dev.gossamer.engine.stacked.host;

import dev.gossamer.engine.stacked.Backward;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Operation;
import dev.gossamer.engine.stacked.Tensor;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.bytedeco.dnnl.memory;

/** Normalisations: batch norms of channels in full blocks by oneDNN in pieces, all others in Java. */
final class OneDnnNormalizations {

    private final OneDnnMemory memory;
    private final OneDnnTensors tensors;
    private final boolean training;
    private final Map<Operation, BatchNorm> inJava = new HashMap<>();
    private final Map<Operation, OneDnnBatchNorm> inPieces = new HashMap<>();
    private final Map<Operation, GroupwiseNorm> groupwise = new HashMap<>();
    private final Map<Operation, LayerNorm> layerNorms = new HashMap<>();
    private final LayerNorm.Scratch scratchOfLayers = new LayerNorm.Scratch();
    private final BatchNorm.Scratch scratch = new BatchNorm.Scratch();
    private final OneDnnBatchNorm.Scratch scratchOfPieces = new OneDnnBatchNorm.Scratch();
    private final GroupwiseNorm.Scratch scratchOfGroups = new GroupwiseNorm.Scratch();

    /** @param training whether a backward pass follows */
    OneDnnNormalizations(OneDnnMemory memory, OneDnnTensors tensors, boolean training) {
        this.memory = memory;
        this.tensors = tensors;
        this.training = training;
    }

    /** Batch norm, ReLU. */
    Kernel normalize(Forward.Normalize op) {
        OneDnnKernel kernel = tensors.kernel();
        memory.desc layout = tensors.ordered(op.x());
        memory from = tensors.in(kernel, op.x(), layout);
        memory to = tensors.written(kernel, op.y(), layout, op.x());
        if (isInFullBlocks(op.x(), layout)) {
            return normalizePieces(op, kernel, from, to, tensors.block(op.x(), layout));
        }
        Supplier<FloatBuffer> x = OneDnnMemory.values(from);
        Supplier<FloatBuffer> y = OneDnnMemory.values(to);
        BatchNorm norm = new BatchNorm(
                tensors.batch(), op.x().channels(), op.x().height() * op.x().width(), tensors.block(op.x(), layout),
                op.activation().isRelu());
        inJava.put(op, norm);
        return forward(op, kernel, (gamma, beta) -> norm.forward(x.get(), gamma, beta, y.get(), scratch));
    }

    private boolean isInFullBlocks(Tensor tensor, memory.desc layout) {
        int block = tensors.block(tensor, layout);
        return block > 1 && tensor.channels() % block == 0;
    }

    private Kernel normalizePieces(Forward.Normalize op, OneDnnKernel kernel, memory x, memory y, int block) {
        OneDnnBatchNorm norm = new OneDnnBatchNorm(memory, tensors.batch(), op.x().channels(),
                op.x().height() * op.x().width(), block, op.activation().isRelu(), training);
        norm.prepare(kernel, x, y);
        inPieces.put(op, norm);
        return forward(op, kernel, norm::forward);
    }

    /** A kernel with a forward pass that is given scale and shift. */
    private static Kernel forward(Forward.Normalize op, OneDnnKernel kernel, BiConsumer<float[], float[]> pass) {
        float[] gamma = new float[op.x().channels()];
        float[] beta = new float[op.x().channels()];
        return replica -> {
            kernel.run(replica);
            replica.read(op.gamma(), gamma);
            replica.read(op.beta(), beta);
            pass.accept(gamma, beta);
            kernel.finish();
        };
    }

    /** Gradients of the input, the scale and the shift. */
    Kernel backward(Backward.Normalize op) {
        Forward.Normalize forward = op.forward();
        BatchNorm norm = inJava.get(forward);
        OneDnnKernel kernel = tensors.kernel();
        memory.desc layout = tensors.ordered(forward.x());
        memory input = tensors.in(kernel, forward.x(), layout);
        memory from = tensors.in(kernel, op.dy(), layout);
        memory to = tensors.written(kernel, op.dx(), layout, forward.x());
        if (norm == null) {
            return normalizePiecesBackward(forward, kernel, input, from, to);
        }
        Supplier<FloatBuffer> x = OneDnnMemory.values(input);
        Supplier<FloatBuffer> dy = OneDnnMemory.values(from);
        Supplier<FloatBuffer> dx = OneDnnMemory.values(to);
        int channels = forward.x().channels();
        float[] gamma = new float[channels];
        float[] beta = new float[channels];
        float[] dgamma = new float[channels];
        float[] dbeta = new float[channels];
        return replica -> {
            kernel.run(replica);
            replica.read(forward.gamma(), gamma);
            replica.read(forward.beta(), beta);
            norm.backward(x.get(), gamma, beta, dy.get(), dx.get(), dgamma, dbeta, scratch);
            kernel.finish();
            replica.write(forward.gamma(), dgamma);
            replica.write(forward.beta(), dbeta);
        };
    }

    private Kernel normalizePiecesBackward(
            Forward.Normalize forward, OneDnnKernel kernel, memory x, memory dy, memory dx) {
        OneDnnBatchNorm norm = inPieces.get(forward);
        norm.prepareBackward(kernel, x, dy, dx);
        float[] gamma = new float[forward.x().channels()];
        float[] dgamma = new float[forward.x().channels()];
        float[] dbeta = new float[forward.x().channels()];
        return replica -> {
            kernel.run(replica);
            replica.read(forward.gamma(), gamma);
            norm.backward(gamma, dgamma, dbeta, scratchOfPieces);
            kernel.finish();
            replica.write(forward.gamma(), dgamma);
            replica.write(forward.beta(), dbeta);
        };
    }

    /** Group norm, ReLU. */
    Kernel groupNorm(Forward.GroupNorm op) {
        return groupwise(op, new GroupNorm(tensors.batch(), op, tensors.block(op.x(), tensors.ordered(op.x()))));
    }

    /** Layer norm. */
    Kernel layerNorm(Forward.LayerNorm op) {
        OneDnnKernel kernel = tensors.kernel();
        memory.desc layout = tensors.unpadded(op.x());
        LayerNorm norm = new LayerNorm(tensors.batch(), op, tensors.block(op.x(), layout));
        layerNorms.put(op, norm);
        Supplier<FloatBuffer> x = OneDnnMemory.values(tensors.in(kernel, op.x(), layout));
        Supplier<FloatBuffer> y = OneDnnMemory.values(tensors.written(kernel, op.y(), layout, op.x()));
        return replica -> {
            kernel.run(replica);
            norm.forward(replica, x.get(), y.get(), scratchOfLayers);
            kernel.finish();
        };
    }

    /** Gradients of a layer norm's input, scale and shift. */
    Kernel layerNormBackward(Backward.LayerNorm op) {
        Tensor input = op.forward().x();
        LayerNorm norm = layerNorms.get(op.forward());
        OneDnnKernel kernel = tensors.kernel();
        memory.desc layout = tensors.unpadded(input);
        Supplier<FloatBuffer> x = OneDnnMemory.values(tensors.in(kernel, input, layout));
        Supplier<FloatBuffer> dy = OneDnnMemory.values(tensors.in(kernel, op.dy(), layout));
        Supplier<FloatBuffer> dx = OneDnnMemory.values(tensors.written(kernel, op.dx(), layout, input));
        return replica -> {
            kernel.run(replica);
            norm.backward(replica, x.get(), dy.get(), dx.get(), scratchOfLayers);
            kernel.finish();
        };
    }

    /** EvoNorm-S0. */
    Kernel evoNorm(Forward.EvoNorm op) {
        return groupwise(op, new EvoNorm(tensors.batch(), op, tensors.block(op.x(), tensors.ordered(op.x()))));
    }

    private Kernel groupwise(Forward.Unary op, GroupwiseNorm norm) {
        OneDnnKernel kernel = tensors.kernel();
        memory.desc layout = tensors.ordered(op.x());
        Supplier<FloatBuffer> x = OneDnnMemory.values(tensors.in(kernel, op.x(), layout));
        Supplier<FloatBuffer> y = OneDnnMemory.values(tensors.written(kernel, op.y(), layout, op.x()));
        groupwise.put(op, norm);
        return replica -> {
            kernel.run(replica);
            norm.forward(replica, x.get(), y.get(), scratchOfGroups);
            kernel.finish();
        };
    }

    /** Gradients of the input and the parameters of an operation that normalises each image by itself. */
    Kernel groupwiseBackward(Forward.Unary forward, Tensor gradient, Tensor inputGradient) {
        GroupwiseNorm norm = groupwise.get(forward);
        OneDnnKernel kernel = tensors.kernel();
        memory.desc layout = tensors.ordered(forward.x());
        Supplier<FloatBuffer> x = OneDnnMemory.values(tensors.in(kernel, forward.x(), layout));
        Supplier<FloatBuffer> dy = OneDnnMemory.values(tensors.in(kernel, gradient, layout));
        Supplier<FloatBuffer> dx = OneDnnMemory.values(tensors.written(kernel, inputGradient, layout, forward.x()));
        return replica -> {
            kernel.run(replica);
            norm.backward(replica, x.get(), dy.get(), dx.get(), scratchOfGroups);
            kernel.finish();
        };
    }
}
