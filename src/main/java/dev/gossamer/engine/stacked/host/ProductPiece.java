package dev.gossamer.engine.stacked.host;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.FloatPointer;

/** One thread's working memory for pieces of products a^T b, which stay in its cores' caches. */
final class ProductPiece implements AutoCloseable {

    /** Most values of a piece, 64 KiB. */
    private static final int VALUES = 1 << 14;

    private final FloatPointer piece = new FloatPointer(VALUES);
    private final FloatBuffer values = piece.asBuffer();
    private final FloatPointer ones;
    private final MovingPointer first = new MovingPointer();
    private final MovingPointer second = new MovingPointer();

    /** @param most largest number of rows of a and b */
    ProductPiece(int most) {
        float[] all = new float[most];
        Arrays.fill(all, 1);
        ones = new FloatPointer(all);
    }

    /**
     * Neighbouring values of a^T b, in C order.
     *
     * @param count number of rows of a and b
     * @param a rows [count, rows]
     * @param startA index of the first value
     * @param b rows [count, columns]
     * @param startB index of the first value
     * @param from number of the first value of the product
     * @param to number after the last one
     * @param result receives them
     * @param at place of the first one there
     */
    void product(int count, FloatPointer a, long startA, int rows, FloatPointer b, long startB, int columns, int from,
            int to, float[] result, int at) {
        int done = from;
        while (done < to) {
            int row = done / columns;
            int column = done % columns;
            int whole = column > 0 ? 0 : Math.min(to - done, VALUES) / columns;
            int width = whole > 0 ? columns : Math.min(Math.min(columns - column, to - done), VALUES);
            multiply(Math.max(1, whole), width, count, first.at(a, startA + row), rows,
                    second.at(b, startB + column), columns);
            int length = Math.max(1, whole) * width;
            values.get(0, result, at + done - from, length);
            done += length;
        }
    }

    /** Neighbouring values of a^T 1, the sums of its rows; as for a product. */
    void sum(int count, FloatPointer a, long startA, int rows, int from, int to, float[] result, int at) {
        product(count, ones, 0, 1, a, startA, rows, from, to, result, at);
    }

    /** The piece becomes a product [height, width] of parts of a and b, whose rows are so many values apart. */
    private void multiply(int height, int width, int count, FloatPointer a, int apartA, FloatPointer b, int apartB) {
        int status = dnnl.dnnl_sgemm((byte) 'T', (byte) 'N', height, width, count, 1, a, apartA, b, apartB, 0, piece,
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
