package dev.gossamer.engine.stacked.host;

import dev.gossamer.engine.stacked.Backward;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Tensor;
import dev.gossamer.model.ActivationFunction;
import java.nio.FloatBuffer;
import java.util.function.Supplier;
import org.bytedeco.dnnl.eltwise_backward;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;

/** Functions of single values, in the order of their input: by oneDNN where it has vectorised code, or in Java. */
final class OneDnnActivations {

    private static final int STRIP = 1024;

    private final OneDnnMemory memory;
    private final OneDnnTensors tensors;
    private final float[] values = new float[STRIP];
    private final float[] gradients = new float[STRIP];

    /** An elementwise function of oneDNN's, with its two parameters, and what that is multiplied with. */
    private record Eltwise(algorithm kind, double alpha, double beta, double scale) {

        Eltwise(algorithm kind, double alpha, double beta) {
            this(kind, alpha, beta, 1);
        }
    }

    OneDnnActivations(OneDnnMemory memory, OneDnnTensors tensors) {
        this.memory = memory;
        this.tensors = tensors;
    }

    private static Eltwise eltwise(ActivationFunction function) {
        return switch (function) {
            case IDENTITY -> new Eltwise(algorithm.eltwise_linear, 1, 0);
            case RELU -> new Eltwise(algorithm.eltwise_relu, 0, 0);
            case RELU6 -> new Eltwise(algorithm.eltwise_clip_v2, 0, 6);
            case LEAKYRELU -> new Eltwise(algorithm.eltwise_relu, ActivationFunction.LEAK, 0);
            case ELU -> new Eltwise(algorithm.eltwise_elu, 1, 0);
            case SELU -> new Eltwise(
                    algorithm.eltwise_elu, ActivationFunction.SELU_ALPHA, 0, ActivationFunction.SELU_SCALE);
            case GELU -> new Eltwise(algorithm.eltwise_gelu_erf, 0, 0);
            case GELU_TANH -> new Eltwise(algorithm.eltwise_gelu_tanh, 0, 0);
            case SIGMOID -> new Eltwise(algorithm.eltwise_logistic, 0, 0);
            case TANH -> new Eltwise(algorithm.eltwise_tanh, 0, 0);
            case SOFTPLUS -> new Eltwise(algorithm.eltwise_soft_relu, 1, 0);
            case SWISH -> new Eltwise(algorithm.eltwise_swish, 1, 0);
            case MISH -> new Eltwise(algorithm.eltwise_mish, 0, 0);
            case HARDSIGMOID -> new Eltwise(algorithm.eltwise_hardsigmoid, 0.2, 0.5);
            case HARDTANH -> new Eltwise(algorithm.eltwise_clip_v2, -1, 1);
            case SOFTSIGN, CUBE -> throw new IllegalArgumentException("oneDNN has no fast code for " + function);
        };
    }

    private static boolean inJava(ActivationFunction function) {
        return function == ActivationFunction.SOFTSIGN || function == ActivationFunction.CUBE;
    }

    /** y = f(x). */
    Kernel apply(Forward.Apply op) {
        OneDnnKernel kernel = tensors.kernel();
        memory.desc layout = tensors.unpadded(op.x());
        memory x = tensors.in(kernel, op.x(), layout);
        memory y = tensors.written(kernel, op.y(), layout, op.x());
        if (inJava(op.function())) {
            return inJava(op.function(), kernel, OneDnnMemory.values(x), OneDnnMemory.values(y));
        }
        Eltwise f = eltwise(op.function());
        kernel.end(kernel.call(forward(f, layout))
                .with(dnnl.DNNL_ARG_SRC, x)
                .with(dnnl.DNNL_ARG_DST, y));
        return finished(scaled(f, kernel, y, layout));
    }

    /** dx = dy f'(x). */
    Kernel backward(Backward.Apply op) {
        Tensor input = op.forward().x();
        ActivationFunction function = op.forward().function();
        OneDnnKernel kernel = tensors.kernel();
        memory.desc layout = tensors.unpadded(input);
        memory x = tensors.in(kernel, input, layout);
        memory dy = tensors.in(kernel, op.dy(), layout);
        memory dx = tensors.written(kernel, op.dx(), layout, input);
        if (inJava(function)) {
            return inJava(function, kernel, OneDnnMemory.values(x), OneDnnMemory.values(dy), OneDnnMemory.values(dx));
        }
        Eltwise f = eltwise(function);
        eltwise_backward.primitive_desc backward = new eltwise_backward.primitive_desc(memory.engine(), f.kind, layout,
                layout, layout, (float) f.alpha, (float) f.beta, forward(f, layout), OneDnnMemory.attributes(), false);
        kernel.end(kernel.call(backward)
                .with(dnnl.DNNL_ARG_SRC, x)
                .with(dnnl.DNNL_ARG_DIFF_DST, dy)
                .with(dnnl.DNNL_ARG_DIFF_SRC, dx));
        return finished(scaled(f, kernel, dx, layout));
    }

    private eltwise_forward.primitive_desc forward(Eltwise f, memory.desc layout) {
        return new eltwise_forward.primitive_desc(memory.engine(), prop_kind.forward_training, f.kind, layout, layout,
                (float) f.alpha, (float) f.beta, OneDnnMemory.attributes(), false);
    }

    private OneDnnKernel scaled(Eltwise f, OneDnnKernel kernel, memory values, memory.desc layout) {
        if (f.scale != 1) {
            kernel.end(kernel.call(forward(new Eltwise(algorithm.eltwise_linear, f.scale, 0), layout))
                    .with(dnnl.DNNL_ARG_SRC, values)
                    .with(dnnl.DNNL_ARG_DST, values));
        }
        return kernel;
    }

    private static Kernel finished(OneDnnKernel kernel) {
        return replica -> {
            kernel.run(replica);
            kernel.finish();
        };
    }

    private Kernel inJava(
            ActivationFunction function, OneDnnKernel kernel, Supplier<FloatBuffer> x, Supplier<FloatBuffer> y) {
        return replica -> {
            kernel.run(replica);
            for (int from = 0; from < y.get().capacity(); from += STRIP) {
                int count = Math.min(STRIP, y.get().capacity() - from);
                x.get().get(from, values, 0, count);
                if (function == ActivationFunction.CUBE) {
                    cube(values, count);
                } else {
                    softsign(values, count);
                }
                y.get().put(from, values, 0, count);
            }
            kernel.finish();
        };
    }

    private Kernel inJava(ActivationFunction function, OneDnnKernel kernel, Supplier<FloatBuffer> x,
            Supplier<FloatBuffer> dy, Supplier<FloatBuffer> dx) {
        return replica -> {
            kernel.run(replica);
            for (int from = 0; from < dx.get().capacity(); from += STRIP) {
                int count = Math.min(STRIP, dx.get().capacity() - from);
                x.get().get(from, values, 0, count);
                dy.get().get(from, gradients, 0, count);
                if (function == ActivationFunction.CUBE) {
                    cubeBackward(values, gradients, count);
                } else {
                    softsignBackward(values, gradients, count);
                }
                dx.get().put(from, gradients, 0, count);
            }
            kernel.finish();
        };
    }

    private static void cube(float[] x, int count) {
        for (int i = 0; i < count; i++) {
            x[i] = x[i] * x[i] * x[i];
        }
    }

    private static void cubeBackward(float[] x, float[] gradients, int count) {
        for (int i = 0; i < count; i++) {
            gradients[i] *= 3 * x[i] * x[i];
        }
    }

    private static void softsign(float[] x, int count) {
        for (int i = 0; i < count; i++) {
            x[i] /= 1 + Math.abs(x[i]);
        }
    }

    private static void softsignBackward(float[] x, float[] gradients, int count) {
        for (int i = 0; i < count; i++) {
            float share = 1 / (1 + Math.abs(x[i]));
            gradients[i] *= share * share;
        }
    }
}
