package dev.gossamer.engine.stacked.host;

import dev.gossamer.engine.stacked.Forward;
import java.nio.FloatBuffer;
import java.util.function.Supplier;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * The forward pass of a dense layer whose weights stay in a core's cache, for few images: the matrix times the vector
 * of each image. A product of matrices would bring the weights into an order of its own first, which takes longer. See
 * docs/performance.md.
 */
final class SmallProduct implements Kernel {

    private static final int MOST_IMAGES = 8;

    /** Half a MiB of weights. */
    private static final int MOST_VALUES = 1 << 17;

    private final Forward.Multiply layer;
    private final int images;
    private final Kernel before;
    private final Supplier<Pointer> x;
    private final Supplier<FloatBuffer> y;
    private final Supplier<Pointer> placeOfY;
    private final float[] bias;
    private final MovingPointer from = new MovingPointer();
    private final MovingPointer to = new MovingPointer();

    /**
     * @param before brings the input into C order
     * @param x where the input is [b, in]
     * @param y the result [b, out]
     * @param placeOfY where that is
     */
    SmallProduct(Forward.Multiply layer, int images, Kernel before, Supplier<Pointer> x, Supplier<FloatBuffer> y,
            Supplier<Pointer> placeOfY) {
        this.layer = layer;
        this.images = images;
        this.before = before;
        this.x = x;
        this.y = y;
        this.placeOfY = placeOfY;
        bias = new float[layer.y().size()];
    }

    /** Whether a layer is small. */
    static boolean isFor(Forward.Multiply layer, int images) {
        return images <= MOST_IMAGES && layer.weight().size() <= MOST_VALUES;
    }

    @Override
    public void run(Replica replica) {
        before.run(replica);
        replica.read(layer.bias(), bias);
        for (int i = 0; i < images; i++) {
            y.get().put(i * bias.length, bias);
            addProduct(replica, i);
        }
        if (layer.activation().isRelu()) {
            rectify(y.get());
        }
    }

    private void addProduct(Replica replica, int image) {
        int in = layer.x().size();
        int out = bias.length;
        openblas_nolapack.cblas_sgemv(openblas_nolapack.CblasRowMajor, openblas_nolapack.CblasNoTrans, out, in, 1,
                replica.parameter(layer.weight().offset()), in,
                from.at(x.get().address() + (long) image * in * Float.BYTES), 1, 1,
                to.at(placeOfY.get().address() + (long) image * out * Float.BYTES), 1);
    }

    private static void rectify(FloatBuffer values) {
        for (int k = 0; k < values.capacity(); k++) {
            values.put(k, Math.max(0, values.get(k)));
        }
    }
}
