package dev.gossamer.model;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Self-attention by ND4J's operations, see {@link AttentionSpec}: one image and head after another. */
final class ArrayAttention {

    private static final int QUERIES = 0;
    private static final int KEYS = 1;
    private static final int VALUES = 2;

    private final INDArray parts;
    private final int heads;
    private final long channelsOfHead;
    private final long tokens;

    /** @param x input [b, 3 c, h, w] */
    ArrayAttention(INDArray x, int heads) {
        this.heads = heads;
        channelsOfHead = x.size(1) / 3 / heads;
        tokens = x.size(2) * x.size(3);
        parts = thirds(x);
    }

    private INDArray thirds(INDArray x) {
        return x.reshape('c', x.size(0), 3, heads, channelsOfHead, tokens);
    }

    private INDArray inHeads(INDArray y) {
        return y.reshape('c', y.size(0), heads, channelsOfHead, tokens);
    }

    /** Queries, keys or values of an image and head [d, t]. */
    private static INDArray part(INDArray parts, int image, int which, int head) {
        return parts.slice(image).slice(which).slice(head);
    }

    /** How much each query's result takes of each value [t, t]. */
    private INDArray weights(int image, int head) {
        INDArray products = part(parts, image, QUERIES, head).transpose().mmul(part(parts, image, KEYS, head));
        return Transforms.softmax(products.muli(scale()).dup('c'), false);
    }

    private double scale() {
        return 1 / Math.sqrt(channelsOfHead);
    }

    /** The result [b, c, h, w]. */
    void forward(INDArray y) {
        for (int image = 0; image < y.size(0); image++) {
            for (int head = 0; head < heads; head++) {
                INDArray values = part(parts, image, VALUES, head);
                inHeads(y).slice(image).slice(head).assign(values.mmul(weights(image, head).transpose()));
            }
        }
    }

    /** The gradient of the input from that of the result. */
    void backward(INDArray dy, INDArray dx) {
        INDArray packed = dy.dup('c');
        for (int image = 0; image < dy.size(0); image++) {
            for (int head = 0; head < heads; head++) {
                backward(image, head, inHeads(packed).slice(image).slice(head), thirds(dx));
            }
        }
    }

    private void backward(int image, int head, INDArray dy, INDArray gradients) {
        INDArray weights = weights(image, head);
        INDArray ofWeights = dy.transpose().mmul(part(parts, image, VALUES, head));
        INDArray centred = ofWeights.subColumnVector(ofWeights.mul(weights).sum(true, 1));
        INDArray ofProducts = centred.muli(weights).muli(scale());
        part(gradients, image, QUERIES, head).assign(part(parts, image, KEYS, head).mmul(ofProducts.transpose()));
        part(gradients, image, KEYS, head).assign(part(parts, image, QUERIES, head).mmul(ofProducts));
        part(gradients, image, VALUES, head).assign(dy.mmul(weights));
    }
}
