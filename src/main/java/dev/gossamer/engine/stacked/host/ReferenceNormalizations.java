package dev.gossamer.engine.stacked.host;

import dev.gossamer.engine.stacked.Backward;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Tensor;
import java.nio.FloatBuffer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The normalisations among the {@link ReferenceKernels}. */
final class ReferenceNormalizations {

    private final ReferenceKernels kernels;

    /** @param kernels whose tensors are normalised */
    ReferenceNormalizations(ReferenceKernels kernels) {
        this.kernels = kernels;
    }

    /** Batch norm, activation. */
    Kernel normalize(Forward.Normalize op) {
        return replica -> {
            FloatBuffer x = kernels.values(op.x());
            FloatBuffer y = kernels.values(op.y());
            FloatBuffer gamma = ReferenceKernels.parameters(replica, op.gamma());
            FloatBuffer beta = ReferenceKernels.parameters(replica, op.beta());
            for (int c = 0; c < op.x().channels(); c++) {
                Moments moments = Moments.ofChannel(x, op.x(), kernels.batch, c);
                for (int k = 0; k < moments.indices().length; k++) {
                    int index = moments.indices()[k];
                    double value = (x.get(index) - moments.mean()) * moments.scale() * gamma.get(c) + beta.get(c);
                    y.put(index, (float) op.activation().of(value));
                }
            }
        };
    }

    /** Gradients of a batch norm. */
    Kernel normalizeBackward(Backward.Normalize op) {
        Forward.Normalize forward = op.forward();
        return replica -> {
            FloatBuffer x = kernels.values(forward.x());
            FloatBuffer dy = kernels.values(op.dy());
            FloatBuffer dx = kernels.values(op.dx());
            FloatBuffer gamma = ReferenceKernels.parameters(replica, forward.gamma());
            FloatBuffer beta = ReferenceKernels.parameters(replica, forward.beta());
            double[] dgamma = new double[forward.x().channels()];
            double[] dbeta = new double[dgamma.length];
            for (int c = 0; c < dgamma.length; c++) {
                Moments moments = Moments.ofChannel(x, forward.x(), kernels.batch, c);
                double[] normalized = new double[moments.indices().length];
                double[] dz = new double[moments.indices().length];
                for (int k = 0; k < dz.length; k++) {
                    normalized[k] = (x.get(moments.indices()[k]) - moments.mean()) * moments.scale();
                    boolean passes = forward.activation().passes(normalized[k] * gamma.get(c) + beta.get(c));
                    dz[k] = passes ? dy.get(moments.indices()[k]) : 0;
                    dgamma[c] += dz[k] * normalized[k];
                    dbeta[c] += dz[k];
                }
                for (int k = 0; k < dz.length; k++) {
                    double centred = dz[k] - (dbeta[c] + normalized[k] * dgamma[c]) / dz.length;
                    dx.put(moments.indices()[k], (float) (gamma.get(c) * moments.scale() * centred));
                }
            }
            ReferenceKernels.write(dgamma, replica, forward.gamma());
            ReferenceKernels.write(dbeta, replica, forward.beta());
        };
    }

    /** Group norm, activation. */
    Kernel groupNorm(Forward.GroupNorm op) {
        return replica -> {
            FloatBuffer x = kernels.values(op.x());
            FloatBuffer y = kernels.values(op.y());
            FloatBuffer gamma = ReferenceKernels.parameters(replica, op.gamma());
            FloatBuffer beta = ReferenceKernels.parameters(replica, op.beta());
            groups(x, op.x(), op.groups()).forEach(moments -> {
                for (int k : moments.indices()) {
                    int c = channel(op.x(), k);
                    double value = (x.get(k) - moments.mean()) * moments.scale() * gamma.get(c) + beta.get(c);
                    y.put(k, (float) op.activation().of(value));
                }
            });
        };
    }

    /** Gradients of a group norm. */
    Kernel groupNormBackward(Backward.GroupNorm op) {
        Forward.GroupNorm forward = op.forward();
        return replica -> {
            FloatBuffer x = kernels.values(forward.x());
            double[][] sums = new double[2][forward.x().channels()];
            groups(x, forward.x(), forward.groups()).forEach(moments -> groupNormBackward(op, replica, moments, sums));
            ReferenceKernels.write(sums[0], replica, forward.gamma());
            ReferenceKernels.write(sums[1], replica, forward.beta());
        };
    }

    /** The gradient of one group's input; adds to the gradients of the parameters gamma and beta. */
    private void groupNormBackward(Backward.GroupNorm op, Replica replica, Moments moments, double[][] sums) {
        FloatBuffer x = kernels.values(op.forward().x());
        FloatBuffer dy = kernels.values(op.dy());
        FloatBuffer gamma = ReferenceKernels.parameters(replica, op.forward().gamma());
        FloatBuffer beta = ReferenceKernels.parameters(replica, op.forward().beta());
        int count = moments.indices().length;
        double[] normalized = new double[count];
        double[] scaled = new double[count];
        double offset = 0;
        double slope = 0;
        for (int k = 0; k < count; k++) {
            int index = moments.indices()[k];
            int c = channel(op.dx(), index);
            normalized[k] = (x.get(index) - moments.mean()) * moments.scale();
            boolean passes = op.forward().activation().passes(normalized[k] * gamma.get(c) + beta.get(c));
            double dz = passes ? dy.get(index) : 0;
            sums[0][c] += dz * normalized[k];
            sums[1][c] += dz;
            scaled[k] = dz * gamma.get(c);
            offset += scaled[k] / count;
            slope += scaled[k] * normalized[k] / count;
        }
        for (int k = 0; k < count; k++) {
            double gradient = moments.scale() * (scaled[k] - offset - normalized[k] * slope);
            kernels.values(op.dx()).put(moments.indices()[k], (float) gradient);
        }
    }

    /** Layer norm. */
    Kernel layerNorm(Forward.LayerNorm op) {
        return replica -> {
            FloatBuffer x = kernels.values(op.x());
            FloatBuffer gamma = ReferenceKernels.parameters(replica, op.gamma());
            FloatBuffer beta = ReferenceKernels.parameters(replica, op.beta());
            tokens(x, op.x()).forEach(moments -> {
                for (int c = 0; c < op.x().channels(); c++) {
                    int k = moments.indices()[c];
                    double value = (x.get(k) - moments.mean()) * moments.scale() * gamma.get(c) + beta.get(c);
                    kernels.values(op.y()).put(k, (float) value);
                }
            });
        };
    }

    /** Gradients of a layer norm. */
    Kernel layerNormBackward(Backward.LayerNorm op) {
        Forward.LayerNorm forward = op.forward();
        return replica -> {
            FloatBuffer x = kernels.values(forward.x());
            FloatBuffer gamma = ReferenceKernels.parameters(replica, forward.gamma());
            double[][] sums = new double[2][forward.x().channels()];
            tokens(x, forward.x()).forEach(moments -> layerNormBackward(op, gamma, moments, sums));
            ReferenceKernels.write(sums[0], replica, forward.gamma());
            ReferenceKernels.write(sums[1], replica, forward.beta());
        };
    }

    /** The gradient of one token; adds to the gradients of the parameters gamma and beta. */
    private void layerNormBackward(Backward.LayerNorm op, FloatBuffer gamma, Moments moments, double[][] sums) {
        FloatBuffer x = kernels.values(op.forward().x());
        FloatBuffer dy = kernels.values(op.dy());
        int channels = moments.indices().length;
        double offset = 0;
        double slope = 0;
        for (int c = 0; c < channels; c++) {
            int k = moments.indices()[c];
            double normalized = (x.get(k) - moments.mean()) * moments.scale();
            sums[0][c] += dy.get(k) * normalized;
            sums[1][c] += dy.get(k);
            offset += (double) dy.get(k) * gamma.get(c) / channels;
            slope += dy.get(k) * gamma.get(c) * normalized / channels;
        }
        for (int c = 0; c < channels; c++) {
            int k = moments.indices()[c];
            double normalized = (x.get(k) - moments.mean()) * moments.scale();
            double centred = (double) dy.get(k) * gamma.get(c) - offset - normalized * slope;
            kernels.values(op.dx()).put(k, (float) (moments.scale() * centred));
        }
    }

    /** The moments of each pixel's channels. */
    private Stream<Moments> tokens(FloatBuffer x, Tensor tensor) {
        return IntStream.range(0, kernels.batch * tensor.height() * tensor.width())
                .mapToObj(token -> Moments.ofToken(x, tensor, token));
    }

    /** EvoNorm-S0. */
    Kernel evoNorm(Forward.EvoNorm op) {
        return replica -> {
            FloatBuffer x = kernels.values(op.x());
            FloatBuffer y = kernels.values(op.y());
            FloatBuffer gamma = ReferenceKernels.parameters(replica, op.gamma());
            FloatBuffer beta = ReferenceKernels.parameters(replica, op.beta());
            FloatBuffer v = ReferenceKernels.parameters(replica, op.v());
            groups(x, op.x(), op.groups()).forEach(moments -> {
                for (int k : moments.indices()) {
                    int c = channel(op.x(), k);
                    double swish = x.get(k) * sigmoid((double) v.get(c) * x.get(k));
                    y.put(k, (float) (gamma.get(c) * swish * moments.scale() + beta.get(c)));
                }
            });
        };
    }

    /** The moments of each group of each image, in order. */
    private Stream<Moments> groups(FloatBuffer x, Tensor tensor, int groups) {
        return IntStream.range(0, kernels.batch * groups)
                .mapToObj(group -> Moments.ofGroup(x, tensor, groups, group));
    }

    private static int channel(Tensor tensor, int index) {
        return index / (tensor.height() * tensor.width()) % tensor.channels();
    }

    private static double sigmoid(double value) {
        return 1 / (1 + Math.exp(-value));
    }

    /** Gradients of an EvoNorm. */
    Kernel evoNormBackward(Backward.EvoNorm op) {
        Forward.EvoNorm forward = op.forward();
        return replica -> {
            FloatBuffer x = kernels.values(forward.x());
            double[][] sums = new double[3][forward.x().channels()];
            groups(x, forward.x(), forward.groups()).forEach(moments -> evoNormBackward(op, replica, moments, sums));
            ReferenceKernels.write(sums[0], replica, forward.gamma());
            ReferenceKernels.write(sums[1], replica, forward.beta());
            ReferenceKernels.write(sums[2], replica, forward.v());
        };
    }

    /** The gradient of one group's input; adds to the gradients of the parameters gamma, beta and v. */
    private void evoNormBackward(Backward.EvoNorm op, Replica replica, Moments moments, double[][] sums) {
        FloatBuffer x = kernels.values(op.forward().x());
        FloatBuffer dy = kernels.values(op.dy());
        FloatBuffer gamma = ReferenceKernels.parameters(replica, op.forward().gamma());
        FloatBuffer v = ReferenceKernels.parameters(replica, op.forward().v());
        double ofDeviation = 0;
        for (int k : moments.indices()) {
            int c = channel(op.dx(), k);
            double sigmoid = sigmoid((double) v.get(c) * x.get(k));
            double swish = x.get(k) * sigmoid;
            sums[0][c] += dy.get(k) * swish * moments.scale();
            sums[1][c] += dy.get(k);
            sums[2][c] += dy.get(k) * gamma.get(c) * moments.scale() * x.get(k) * swish * (1 - sigmoid);
            ofDeviation += dy.get(k) * gamma.get(c) * swish;
        }
        double slope = ofDeviation * Math.pow(moments.scale(), 3) / moments.indices().length;
        for (int k : moments.indices()) {
            int c = channel(op.dx(), k);
            double sigmoid = sigmoid((double) v.get(c) * x.get(k));
            double bend = sigmoid + v.get(c) * x.get(k) * sigmoid * (1 - sigmoid);
            double direct = dy.get(k) * gamma.get(c) * moments.scale() * bend;
            kernels.values(op.dx()).put(k, (float) (direct - slope * (x.get(k) - moments.mean())));
        }
    }
}
