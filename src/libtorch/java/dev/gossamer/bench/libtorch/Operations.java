package dev.gossamer.bench.libtorch;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Operations on one replica, or on all n stacked along the channels. With bf16 they cast what autocast casts on a CPU:
 * the factors of convolutions and dense layers; parameters, statistics and the loss stay single precision.
 */
final class Operations {

    private static final long[] ZERO = {0, 0};
    private static final long[] ONE = {1, 1};
    private static final long[] TWO = {2, 2};
    private static final TensorOptional NONE = new TensorOptional();

    private final boolean grouped;
    private final boolean half;
    private final int workers;
    private final int batch;
    private final double dropout;

    Operations(Options options) {
        grouped = options.grouped();
        half = options.half();
        workers = options.workers();
        batch = options.whole("batch");
        dropout = options.number("dropout", 0);
    }

    private Tensor factor(Tensor values) {
        return half ? values.to(torch.ScalarType.BFloat16) : values;
    }

    /** @param bias null for none */
    Tensor convolve(Tensor x, Tensor filter, Tensor bias, int stride, int padding) {
        return torch.conv2d(factor(x), factor(filter), bias == null ? NONE : new TensorOptional(factor(bias)),
                stride == 2 ? TWO : ONE, padding == 1 ? ONE : ZERO, ONE, grouped ? workers : 1);
    }

    Tensor dense(Tensor x, Tensor weight, Tensor bias) {
        return grouped
                ? torch.baddbmm(factor(bias), factor(x), factor(weight))
                : torch.linear(factor(x), factor(weight), new TensorOptional(factor(bias)));
    }

    Tensor normalize(Tensor x, Tensor scale, Tensor shift) {
        return torch.batch_norm(x, new TensorOptional(scale), new TensorOptional(shift), NONE, NONE, true, 0.1, 1e-5,
                false);
    }

    Tensor pool(Tensor x) {
        return torch.max_pool2d(x, TWO, TWO, ZERO, ONE, false);
    }

    Tensor average(Tensor x, int size) {
        return torch.avg_pool2d(x, size, size);
    }

    Tensor drop(Tensor x) {
        return dropout > 0 ? torch.dropout(x, dropout, true) : x;
    }

    /** From [b, c, 1, 1] to [b, c]; stacked, from [b, n c, 1, 1] to [n, b, c]. */
    Tensor flat(Tensor x, int channels) {
        return grouped ? x.reshape(batch, workers, channels).transpose(0, 1) : x.reshape(batch, channels);
    }

    /** The mean loss over the images of a replica; stacked, the sum of those of all replicas. */
    Tensor loss(Tensor outcome, Tensor labels) {
        Tensor single = half ? outcome.to(torch.ScalarType.Float) : outcome;
        if (!grouped) {
            return torch.cross_entropy_loss(single, labels);
        }
        Tensor mean = torch.cross_entropy_loss(single.reshape((long) workers * batch, single.size(2)), labels);
        return mean.mul(new Scalar((double) workers));
    }
}
