package dev.gossamer.engine.stacked.host;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.FloatPointer;

/** One thread's working memory for pieces of products a b, which stay in its cores' caches. */
final class ProductPiece implements AutoCloseable {

    /** Most values of a piece, 64 KiB. */
    private static final int VALUES = 1 << 14;

    private final FloatPointer piece = new FloatPointer(VALUES);
    private final FloatBuffer values = piece.asBuffer();
    private final FloatPointer ones;
    private final MovingPointer first = new MovingPointer();
    private final MovingPointer second = new MovingPointer();

    /** @param most largest number of columns of a */
    ProductPiece(int most) {
        float[] all = new float[most];
        Arrays.fill(all, 1);
        ones = new FloatPointer(all);
    }

    /**
     * Neighbouring values of a b, in C order.
     *
     * @param inner number of columns of a, and rows of b
     * @param a rows [rows, inner]
     * @param startA index of the first value
     * @param b rows [inner, columns]
     * @param startB index of the first value
     * @param from number of the first value of the product
     * @param to number after the last one
     * @param result receives them
     * @param at place of the first one there
     */
    void product(int inner, FloatPointer a, long startA, FloatPointer b, long startB, int columns, int from, int to,
            float[] result, int at) {
        int done = from;
        while (done < to) {
            int row = done / columns;
            int column = done % columns;
            int whole = column > 0 ? 0 : Math.min(to - done, VALUES) / columns;
            int height = Math.max(1, whole);
            int width = whole > 0 ? columns : Math.min(Math.min(columns - column, to - done), VALUES);
            multiply(height, width, inner, first.at(a, startA + (long) row * inner),
                    second.at(b, startB + column), columns);
            values.get(0, result, at + done - from, height * width);
            done += height * width;
        }
    }

    /** Neighbouring values of a 1, the sums of its rows; as for a product. */
    void sum(int inner, FloatPointer a, long startA, int from, int to, float[] result, int at) {
        product(inner, a, startA, ones, 0, 1, from, to, result, at);
    }

    /** The piece becomes a product [height, width] of parts of a and b, whose rows are so many values apart. */
    private void multiply(int height, int width, int inner, FloatPointer a, FloatPointer b, int apartB) {
        int status = dnnl.dnnl_sgemm((byte) 'N', (byte) 'N', height, width, inner, 1, a, inner, b, apartB, 0, piece,
                width);
        if (status != dnnl.dnnl_success) {
            throw new IllegalStateException("oneDNN product failed with status " + status);
        }
    }

    @Override
    public void close() {
        piece.close();
        ones.close();
    }
}
