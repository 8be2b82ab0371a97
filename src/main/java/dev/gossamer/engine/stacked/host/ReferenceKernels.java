package dev.gossamer.engine.stacked.host;

import dev.gossamer.engine.stacked.Backward;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Slice;
import dev.gossamer.engine.stacked.Tensor;
import java.nio.FloatBuffer;

/** Every operation as its definition reads, one value at a time, with sums in double precision. Slow, for tests. */
final class ReferenceKernels extends HostKernels {

    private final ReferenceNormalizations normalizations = new ReferenceNormalizations(this);
    private final ReferencePools pools = new ReferencePools(this);

    ReferenceKernels(int batch) {
        super(batch);
    }

    @Override
    long bytes(Tensor tensor) {
        return (long) batch * tensor.size() * Float.BYTES;
    }

    @Override
    long otherBytes() {
        return 0;
    }

    @Override
    public void close() {
        // owns nothing
    }

    @Override
    public Kernel convolve(Forward.Convolve op) {
        ConvolutionLoops loops = new ConvolutionLoops(op, batch);
        return replica -> {
            FloatBuffer x = values(op.x());
            FloatBuffer y = values(op.y());
            FloatBuffer w = parameters(replica, op.weight());
            FloatBuffer bias = op.bias() == null ? null : parameters(replica, op.bias());
            double[] sum = new double[1];
            loops.forEachOutput((image, out, i, j) -> {
                sum[0] = bias == null ? 0 : bias.get(out);
                loops.forEachTap(image, out, i, j, (input, weight) -> sum[0] += (double) x.get(input) * w.get(weight));
                y.put(op.y().index(image, out, i, j), (float) op.activation().of(sum[0]));
            });
        };
    }

    @Override
    public Kernel convolveBackwardWeights(Backward.ConvolveWeights op) {
        Forward.Convolve forward = op.forward();
        ConvolutionLoops loops = new ConvolutionLoops(forward, batch);
        return replica -> {
            FloatBuffer x = values(forward.x());
            FloatBuffer dz = values(op.dz());
            double[] dw = new double[(int) forward.weight().size()];
            double[] dbias = new double[forward.filter().out()];
            loops.forEachOutput((image, out, i, j) -> {
                double gradient = dz.get(op.dz().index(image, out, i, j));
                dbias[out] += gradient;
                loops.forEachTap(image, out, i, j, (input, weight) -> dw[weight] += gradient * x.get(input));
            });
            write(dw, replica, forward.weight());
            if (forward.bias() != null) {
                write(dbias, replica, forward.bias());
            }
        };
    }

    @Override
    public Kernel convolveBackwardInput(Backward.ConvolveInput op) {
        Forward.Convolve forward = op.forward();
        ConvolutionLoops loops = new ConvolutionLoops(forward, batch);
        return replica -> {
            FloatBuffer dz = values(op.dz());
            FloatBuffer w = parameters(replica, forward.weight());
            double[] dx = new double[batch * op.dx().size()];
            loops.forEachOutput((image, out, i, j) -> {
                double gradient = dz.get(op.dz().index(image, out, i, j));
                loops.forEachTap(image, out, i, j, (input, weight) -> dx[input] += gradient * w.get(weight));
            });
            FloatBuffer x = values(forward.x());
            for (int k = 0; k < dx.length; k++) {
                dx[k] = op.through().passes(x.get(k)) ? dx[k] : 0;
            }
            write(dx, values(op.dx()));
        };
    }

    @Override
    public Kernel multiply(Forward.Multiply op) {
        int in = op.x().size();
        int out = op.y().size();
        return replica -> {
            FloatBuffer x = values(op.x());
            FloatBuffer y = values(op.y());
            FloatBuffer w = parameters(replica, op.weight());
            FloatBuffer bias = parameters(replica, op.bias());
            for (int image = 0; image < batch; image++) {
                for (int o = 0; o < out; o++) {
                    double sum = bias.get(o);
                    for (int k = 0; k < in; k++) {
                        sum += (double) x.get(image * in + k) * w.get(o * in + k);
                    }
                    y.put(image * out + o, (float) op.activation().of(sum));
                }
            }
        };
    }

    @Override
    public Kernel multiplyBackwardWeights(Backward.MultiplyWeights op) {
        int in = op.forward().x().size();
        int out = op.dz().size();
        return replica -> {
            FloatBuffer x = values(op.forward().x());
            FloatBuffer dz = values(op.dz());
            double[] dw = new double[in * out];
            double[] dbias = new double[out];
            for (int image = 0; image < batch; image++) {
                for (int o = 0; o < out; o++) {
                    double gradient = dz.get(image * out + o);
                    dbias[o] += gradient;
                    for (int k = 0; k < in; k++) {
                        dw[o * in + k] += gradient * x.get(image * in + k);
                    }
                }
            }
            write(dw, replica, op.forward().weight());
            write(dbias, replica, op.forward().bias());
        };
    }

    @Override
    public Kernel multiplyBackwardInput(Backward.MultiplyInput op) {
        int in = op.dx().size();
        int out = op.dz().size();
        return replica -> {
            FloatBuffer dz = values(op.dz());
            FloatBuffer w = parameters(replica, op.forward().weight());
            double[] dx = new double[batch * in];
            for (int image = 0; image < batch; image++) {
                for (int o = 0; o < out; o++) {
                    for (int k = 0; k < in; k++) {
                        dx[image * in + k] += (double) dz.get(image * out + o) * w.get(o * in + k);
                    }
                }
            }
            write(dx, values(op.dx()));
        };
    }

    @Override
    public Kernel normalize(Forward.Normalize op) {
        return normalizations.normalize(op);
    }

    @Override
    public Kernel normalizeBackward(Backward.Normalize op) {
        return normalizations.normalizeBackward(op);
    }

    @Override
    public Kernel groupNorm(Forward.GroupNorm op) {
        return normalizations.groupNorm(op);
    }

    @Override
    public Kernel groupNormBackward(Backward.GroupNorm op) {
        return normalizations.groupNormBackward(op);
    }

    @Override
    public Kernel layerNorm(Forward.LayerNorm op) {
        return normalizations.layerNorm(op);
    }

    @Override
    public Kernel layerNormBackward(Backward.LayerNorm op) {
        return normalizations.layerNormBackward(op);
    }

    @Override
    public Kernel attend(Forward.Attend op) {
        ReferenceAttention attention = new ReferenceAttention(this, op);
        return replica -> attention.forward();
    }

    @Override
    public Kernel attendBackward(Backward.Attend op) {
        ReferenceAttention attention = new ReferenceAttention(this, op.forward());
        return replica -> write(attention.backward(op), values(op.dx()));
    }

    @Override
    public Kernel embed(Forward.Embed op) {
        return replica -> {
            FloatBuffer x = values(op.x());
            FloatBuffer y = values(op.y());
            FloatBuffer positions = parameters(replica, op.positions());
            for (int k = 0; k < batch * op.y().size(); k++) {
                y.put(k, x.get(k) + positions.get(k % op.y().size()));
            }
        };
    }

    @Override
    public Kernel embedBackward(Backward.EmbedPositions op) {
        return replica -> {
            FloatBuffer dz = values(op.dz());
            double[] sums = new double[op.dz().size()];
            for (int k = 0; k < batch * sums.length; k++) {
                sums[k % sums.length] += dz.get(k);
            }
            write(sums, replica, op.forward().positions());
        };
    }

    @Override
    public Kernel evoNorm(Forward.EvoNorm op) {
        return normalizations.evoNorm(op);
    }

    @Override
    public Kernel evoNormBackward(Backward.EvoNorm op) {
        return normalizations.evoNormBackward(op);
    }

    @Override
    public Kernel maxPool(Forward.MaxPool op) {
        return pools.max(op);
    }

    @Override
    public Kernel maxPoolBackward(Backward.MaxPool op) {
        return pools.maxBackward(op);
    }

    @Override
    public Kernel averagePool(Forward.AveragePool op) {
        return pools.average(op);
    }

    @Override
    public Kernel averagePoolBackward(Backward.AveragePool op) {
        return pools.averageBackward(op);
    }

    @Override
    public Kernel add(Forward.Add op) {
        return replica -> {
            FloatBuffer a = values(op.a());
            FloatBuffer b = values(op.b());
            FloatBuffer sum = values(op.sum());
            for (int k = 0; k < batch * op.sum().size(); k++) {
                sum.put(k, (float) op.activation().of(a.get(k) + b.get(k)));
            }
        };
    }

    @Override
    public Kernel apply(Forward.Apply op) {
        return replica -> {
            FloatBuffer x = values(op.x());
            FloatBuffer y = values(op.y());
            for (int k = 0; k < batch * op.y().size(); k++) {
                y.put(k, (float) op.function().value(x.get(k)));
            }
        };
    }

    @Override
    public Kernel applyBackward(Backward.Apply op) {
        return replica -> {
            FloatBuffer x = values(op.forward().x());
            FloatBuffer dy = values(op.dy());
            FloatBuffer dx = values(op.dx());
            for (int k = 0; k < batch * op.dx().size(); k++) {
                dx.put(k, (float) (dy.get(k) * op.forward().function().derivative(x.get(k))));
            }
        };
    }

    @Override
    public Kernel activateBackward(Backward.Activate op) {
        return replica -> {
            FloatBuffer y = values(op.y());
            FloatBuffer dy = values(op.dy());
            FloatBuffer dz = values(op.dz());
            for (int k = 0; k < batch * op.dz().size(); k++) {
                dz.put(k, op.activation().passes(y.get(k)) ? dy.get(k) : 0);
            }
        };
    }

    @Override
    public Kernel activateBackwardOfSum(Backward.ActivateSum op) {
        return replica -> {
            FloatBuffer y = values(op.y());
            FloatBuffer a = values(op.a());
            FloatBuffer b = values(op.b());
            FloatBuffer dz = values(op.dz());
            for (int k = 0; k < batch * op.dz().size(); k++) {
                dz.put(k, op.activation().passes(y.get(k)) ? a.get(k) + b.get(k) : 0);
            }
        };
    }

    @Override
    public Kernel drop(Forward.Drop op) {
        return replica -> drop(op, values(op.x()), replica);
    }

    /** The values of a parameter. */
    static FloatBuffer parameters(Replica replica, Slice slice) {
        float[] values = new float[Math.toIntExact(slice.size())];
        replica.read(slice, values);
        return FloatBuffer.wrap(values);
    }

    /** Writes the gradient of a parameter. */
    static void write(double[] gradient, Replica replica, Slice slice) {
        float[] values = new float[gradient.length];
        write(gradient, FloatBuffer.wrap(values));
        replica.write(slice, values);
    }

    static void write(double[] source, FloatBuffer destination) {
        for (int k = 0; k < source.length; k++) {
            destination.put(k, (float) source[k]);
        }
    }
}
