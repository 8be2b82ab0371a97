package dev.gossamer.engine.stacked.host;

import dev.gossamer.engine.Columns;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Slice;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * What the gradients of a dense layer are products of, for all workers: its input x [n, b, in] and the gradient dz [n,
 * out, b] of its result, whose images lie side by side, so that a few outputs are neighbours in memory. The gradient of
 * its weights is dz x [out, in], that of its bias dz 1 [out].
 */
final class DenseFactors implements AutoCloseable {

    /**
     * Most images of a mini-batch: with more, arithmetic takes longer than the way to memory and back. MLP 784-5000-10,
     * see docs/performance.md.
     */
    static final int MOST_IMAGES = 64;

    /** Values of the gradient for each value of the factors, at least: those go to memory and back too. */
    private static final int LEAST_RATIO = 2;

    /** Gradients of a layer below are left to a whole row's, in a core's cache. */
    private static final int LEAST_VALUES = 8192;

    private final Forward.Multiply layer;
    private final FloatBuffer[] dzOfWorkers;
    private final int workers;
    private final int in;
    private final int out;
    private int images;
    private boolean isInUse;
    private FloatPointer x = new FloatPointer(0);
    private FloatPointer dz = new FloatPointer(0);

    DenseFactors(Forward.Multiply layer, int workers) {
        this.layer = layer;
        dzOfWorkers = new FloatBuffer[workers];
        this.workers = workers;
        in = layer.x().size();
        out = layer.y().size();
    }

    /** Whether a layer is worth it for any mini-batch. */
    static boolean isWorth(Forward.Multiply layer) {
        return isWorth(layer, 1);
    }

    private static boolean isWorth(Forward.Multiply layer, int images) {
        long values = layer.weight().size();
        return images <= MOST_IMAGES && values >= LEAST_VALUES
                && values >= (long) LEAST_RATIO * images * (layer.x().size() + layer.y().size());
    }

    /** Gets ready for mini-batches of so many images. */
    void begin(int images) {
        isInUse = false;
        boolean isWorth = isWorth(layer, images);
        if (isWorth && images != this.images) {
            this.images = 0; // until there is memory for so many
            close();
            x = new FloatPointer((long) workers * images * in);
            dz = new FloatPointer((long) workers * images * out);
            this.images = images;
            Arrays.setAll(dzOfWorkers, worker -> new FloatPointer(dz)
                    .position((long) worker * images * out).limit((worker + 1L) * images * out).asBuffer());
        }
        isInUse = isWorth;
    }

    /** Whether they stand for the gradient in mini-batches of the present size. */
    boolean isInUse() {
        return isInUse;
    }

    Slice weight() {
        return layer.weight();
    }

    /** The columns of the weights, and those of the bias. */
    List<Columns> columns() {
        return List.of(columns(layer.weight()), columns(layer.bias()));
    }

    private static Columns columns(Slice slice) {
        return new Columns(Math.toIntExact(slice.offset()), Math.toIntExact(slice.offset() + slice.size()));
    }

    /**
     * Keeps those of a lane's images.
     *
     * @param count number of images
     * @param laneX input [count, in]
     * @param laneDz gradient [count, out]
     * @param place the lane's own, to be turned
     */
    void keep(Replica replica, int count, Pointer laneX, FloatBuffer laneDz, MovingPointer place) {
        long image = (long) replica.worker() * images + replica.firstImage();
        Pointer.memcpy(place.at(x, image * in), laneX, (long) count * in * Float.BYTES);
        FloatBuffer gradients = dzOfWorkers[replica.worker()];
        for (int i = 0; i < count; i++) {
            for (int o = 0; o < out; o++) {
                gradients.put(o * images + replica.firstImage() + i, laneDz.get(i * out + o));
            }
        }
    }

    /**
     * Some of the gradients.
     *
     * @param isBias whether of the bias
     * @param from the first one, in the order of the tensor
     * @param piece a thread's working memory
     */
    void read(int worker, boolean isBias, int from, int to, ProductPiece piece, float[] values, int at) {
        long image = (long) worker * images;
        if (isBias) {
            piece.sum(images, dz, image * out, from, to, values, at);
        } else {
            piece.product(images, dz, image * out, x, image * in, in, from, to, values, at);
        }
    }

    @Override
    public void close() {
        x.close();
        dz.close();
    }
}
