package dev.gossamer.engine.stacked.host;

import dev.gossamer.engine.stacked.Backward;
import dev.gossamer.engine.stacked.Forward;
import java.nio.FloatBuffer;

/** The self-attentions among the {@link ReferenceKernels}. */
final class ReferenceAttention {

    private final ReferenceKernels kernels;
    private final Forward.Attend op;
    private final int tokens;
    private final int channels;

    /** @param kernels whose tensors attend */
    ReferenceAttention(ReferenceKernels kernels, Forward.Attend op) {
        this.kernels = kernels;
        this.op = op;
        tokens = op.weights().height();
        channels = op.channelsOfHead();
    }

    /** Index of a channel of a token's query (0), key (1) or value (2) in a tensor [b, 3 c, t]. */
    private int index(int part, int image, int head, int channel, int token) {
        return (((image * 3 + part) * op.heads() + head) * channels + channel) * tokens + token;
    }

    private int indexOfResult(int image, int head, int channel, int token) {
        return ((image * op.heads() + head) * channels + channel) * tokens + token;
    }

    private int indexOfWeight(int image, int head, int query, int key) {
        return ((image * op.heads() + head) * tokens + query) * tokens + key;
    }

    /** What is done for each query of each head of each image. */
    @FunctionalInterface
    private interface Query {

        void run(int image, int head, int query);
    }

    private void forEachQuery(Query work) {
        for (int image = 0; image < kernels.batch; image++) {
            for (int head = 0; head < op.heads(); head++) {
                for (int query = 0; query < tokens; query++) {
                    work.run(image, head, query);
                }
            }
        }
    }

    /** The result, and the weights. */
    void forward() {
        FloatBuffer x = kernels.values(op.x());
        FloatBuffer y = kernels.values(op.y());
        FloatBuffer weights = kernels.values(op.weights());
        forEachQuery((image, head, query) -> {
            double[] shares = shares(x, image, head, query);
            for (int key = 0; key < tokens; key++) {
                weights.put(indexOfWeight(image, head, query, key), (float) shares[key]);
            }
            for (int c = 0; c < channels; c++) {
                double sum = 0;
                for (int key = 0; key < tokens; key++) {
                    sum += shares[key] * x.get(index(2, image, head, c, key));
                }
                y.put(indexOfResult(image, head, c, query), (float) sum);
            }
        });
    }

    private double[] shares(FloatBuffer x, int image, int head, int query) {
        double[] products = new double[tokens];
        double largest = Double.NEGATIVE_INFINITY;
        for (int key = 0; key < tokens; key++) {
            for (int c = 0; c < channels; c++) {
                products[key] += (double) x.get(index(0, image, head, c, query)) * x.get(index(1, image, head, c, key));
            }
            products[key] /= Math.sqrt(channels);
            largest = Math.max(largest, products[key]);
        }
        double sum = 0;
        for (int key = 0; key < tokens; key++) {
            products[key] = Math.exp(products[key] - largest);
            sum += products[key];
        }
        for (int key = 0; key < tokens; key++) {
            products[key] /= sum;
        }
        return products;
    }

    /** The gradient of the input [b, 3 c, t]. */
    double[] backward(Backward.Attend backward) {
        FloatBuffer x = kernels.values(op.x());
        FloatBuffer dy = kernels.values(backward.dy());
        double[] dx = new double[kernels.batch * op.x().size()];
        forEachQuery((image, head, query) -> {
            double[] shares = shares(x, image, head, query);
            double[] ofShares = new double[tokens];
            double mean = 0;
            for (int key = 0; key < tokens; key++) {
                for (int c = 0; c < channels; c++) {
                    double gradient = dy.get(indexOfResult(image, head, c, query));
                    ofShares[key] += gradient * x.get(index(2, image, head, c, key));
                    dx[index(2, image, head, c, key)] += gradient * shares[key];
                }
                mean += shares[key] * ofShares[key];
            }
            for (int key = 0; key < tokens; key++) {
                double ofProduct = shares[key] * (ofShares[key] - mean) / Math.sqrt(channels);
                for (int c = 0; c < channels; c++) {
                    dx[index(0, image, head, c, query)] += ofProduct * x.get(index(1, image, head, c, key));
                    dx[index(1, image, head, c, key)] += ofProduct * x.get(index(0, image, head, c, query));
                }
            }
        });
        return dx;
    }
}
