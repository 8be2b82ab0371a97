package dev.gossamer.bench.libtorch;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Parameters and momenta of all replicas, [n, d] each, and views of their tensors. Where replicas are stacked, the same
 * memory holds one block [n, size] after another, a block for each tensor. A unit is what one backward pass is for: a
 * replica, or all of them stacked.
 */
final class Replicas {

    private final boolean grouped;
    private final boolean channelsLast;
    private final int workers;
    private final Network network;
    private final Tensor parameters;
    private final Tensor momenta;

    Replicas(Options options, Network network) {
        grouped = options.grouped();
        channelsLast = options.channelsLast();
        workers = options.workers();
        this.network = network;
        parameters = torch.zeros(workers, network.size());
        momenta = torch.zeros(workers, network.size());
    }

    int units() {
        return grouped ? 1 : workers;
    }

    Tensor[] parametersOf(int unit) {
        return views(parameters, unit);
    }

    Tensor[] momentaOf(int unit) {
        return views(momenta, unit);
    }

    /** Gives every replica the same parameters. */
    void start(float[] values) {
        for (int i = 0; i < workers; i++) {
            for (Parameter parameter : network.parameters()) {
                float[] part = Arrays.copyOfRange(values, (int) parameter.offset(),
                        (int) (parameter.offset() + parameter.size()));
                ofReplica(i, parameter).copy_(torch.tensor(part).view(parameter.shape()));
            }
        }
    }

    /** Draws parameters of one replica. */
    float[] draw(long seed) {
        Random random = new Random(seed);
        float[] values = new float[(int) network.size()];
        for (Parameter parameter : network.parameters()) {
            for (int j = 0; j < parameter.size(); j++) {
                values[(int) parameter.offset() + j] = (float) switch (parameter.start()) {
                    case ONE -> 1;
                    case NORMAL -> parameter.spread() == 0 ? 0 : parameter.spread() * random.nextGaussian();
                    case UNIFORM -> parameter.spread() * (2 * random.nextDouble() - 1);
                };
            }
        }
        return values;
    }

    /** Parameters of replica i in the order and shapes of {@code torch_peer.py}. */
    float[] read(int i) {
        float[] values = new float[(int) network.size()];
        for (Parameter parameter : network.parameters()) {
            Tensor view = ofReplica(i, parameter).contiguous();
            new FloatPointer(view.data_ptr()).get(values, (int) parameter.offset(), (int) parameter.size());
        }
        return values;
    }

    /** The matrices [n, columns] that together are the parameters: one, or one for each block. */
    List<Tensor> matrices() {
        return grouped
                ? network.parameters().stream()
                        .map(parameter -> block(parameters, parameter).view(workers, parameter.size())).toList()
                : List.of(parameters);
    }

    private Tensor[] views(Tensor matrix, int unit) {
        List<Parameter> all = network.parameters();
        return IntStream.range(0, all.size()).mapToObj(k -> view(matrix, unit, all.get(k))).toArray(Tensor[]::new);
    }

    private Tensor block(Tensor matrix, Parameter parameter) {
        return matrix.view(-1).narrow(0, workers * parameter.offset(), workers * parameter.size());
    }

    private Tensor view(Tensor matrix, int unit, Parameter parameter) {
        Tensor values = grouped
                ? block(matrix, parameter)
                : matrix.select(0, unit).narrow(0, parameter.offset(), parameter.size());
        long[] shape = parameter.shape();
        long outputs = (grouped ? workers : 1) * shape[0];
        return switch (parameter.kind()) {
            case FILTER -> channelsLast
                    ? values.view(outputs, shape[2], shape[3], shape[1]).permute(0, 3, 1, 2)
                    : values.view(outputs, shape[1], shape[2], shape[3]);
            case WEIGHT -> grouped ? values.view(workers, shape[1], shape[0]) : values.view(shape[0], shape[1]);
            case DENSE_BIAS -> grouped ? values.view(workers, 1, shape[0]) : values.view(shape[0]);
            case VECTOR -> values.view(outputs);
        };
    }

    /** A tensor of one replica in the shape that PyTorch's modules give it. */
    private Tensor ofReplica(int i, Parameter parameter) {
        Tensor view = view(parameters, i, parameter);
        if (!grouped) {
            return view;
        }
        return switch (parameter.kind()) {
            case WEIGHT -> view.select(0, i).transpose(0, 1);
            case DENSE_BIAS -> view.select(0, i).select(0, 0);
            case FILTER, VECTOR -> view.narrow(0, i * parameter.shape()[0], parameter.shape()[0]);
        };
    }
}
