package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.engine.stacked.Backward;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.cuda.driver.Divisor;
import dev.gossamer.engine.stacked.cuda.driver.Gpu;

/** Self-attention and position embeddings on a GPU, see {@code tokens.cu}. */
final class TokenKernels {

    private final Gpu gpu;
    private final ProgramMemory memory;

    /** @param memory where the arrays lie */
    TokenKernels(Gpu gpu, ProgramMemory memory) {
        this.gpu = gpu;
        this.memory = memory;
    }

    /** Self-attention. */
    CudaKernel attend(Forward.Attend op) {
        int heads = op.heads();
        int size = op.y().size();
        int tokens = op.weights().height();
        long squares = memory.values(op.weights());
        float scale = (float) op.scale();
        return () -> {
            gpu.forEach("attention_products", squares, memory.at(op.x()), memory.at(op.weights()), scale, heads,
                    Divisor.of(heads), size, tokens, Divisor.of(tokens), Divisor.of(tokens * tokens));
            gpu.forEach("attention_softmax", squares / tokens, memory.at(op.weights()), tokens);
            gpu.forEach("attention_results", memory.values(op.y()), memory.at(op.x()), memory.at(op.weights()),
                    memory.at(op.y()), heads, Divisor.of(heads), size, tokens, Divisor.of(tokens),
                    Divisor.of(size / heads));
        };
    }

    /** Gradient of a self-attention's input. */
    CudaKernel attendBackward(Backward.Attend backward) {
        Forward.Attend op = backward.forward();
        int heads = op.heads();
        int size = op.y().size();
        int tokens = op.weights().height();
        long squares = memory.values(op.weights());
        long gradients = memory.at(backward.ofWeights());
        float scale = (float) op.scale();
        return () -> {
            gpu.forEach("attention_weights_backward", squares, memory.at(op.x()), memory.at(backward.dy()), gradients,
                    heads, Divisor.of(heads), size, tokens, Divisor.of(tokens), Divisor.of(tokens * tokens));
            gpu.forEach("attention_softmax_backward", squares / tokens, memory.at(op.weights()), gradients, scale,
                    tokens);
            gpu.forEach("attention_inputs_backward", memory.values(op.x()), memory.at(op.x()), memory.at(op.weights()),
                    gradients, memory.at(backward.dy()), memory.at(backward.dx()), heads, Divisor.of(heads), size,
                    tokens, Divisor.of(tokens), Divisor.of(size), Divisor.of(size / heads), Divisor.of(3));
        };
    }

    /** Position embedding. */
    CudaKernel embed(Forward.Embed op) {
        int size = memory.workers() * op.y().size();
        return () -> gpu.forEach("embed", memory.values(op.y()), memory.at(op.x()), memory.parameter(op.positions()),
                memory.at(op.y()), size, Divisor.of(size));
    }

    /** Gradient of a position embedding. */
    CudaKernel embedBackward(Backward.EmbedPositions op) {
        int size = memory.workers() * op.dz().size();
        return () -> gpu.forEach(4, "sum_images", size, memory.at(op.dz()),
                memory.gradient(op.forward().positions()), memory.batch());
    }
}
