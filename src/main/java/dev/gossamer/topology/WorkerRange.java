package dev.gossamer.topology;

import java.util.ArrayList;
import java.util.List;

/**
 * Some of the workers, equally spaced: {@code first, first + stride, ...}, count of them.
 *
 * @param first the first worker
 * @param stride distance from one to the next, at least 1
 * @param count number of workers
 */
record WorkerRange(int first, int stride, int count) {

    /** The worker at a position of this range. */
    int get(int position) {
        return first + position * stride;
    }

    /** So many consecutive positions of this range. */
    WorkerRange part(int position, int size) {
        return new WorkerRange(get(position), stride, size);
    }

    /** Cuts this range into consecutive parts of equal size, which divides the count. */
    List<WorkerRange> cut(int size) {
        List<WorkerRange> parts = new ArrayList<>();
        for (int position = 0; position < count; position += size) {
            parts.add(part(position, size));
        }
        return parts;
    }
}
