package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.engine.stacked.cuda.driver.Gpu;

/**
 * Memory of a GPU that convolutions, and dense layers in BF16, use during a launch, one after the other: the same for
 * all programs.
 */
final class Workspace {

    private final Gpu gpu;
    private final long most;
    private long address;
    private long bytes;
    private long sums;

    /** @param most bytes that all may have, unless one of them needs more */
    Workspace(Gpu gpu, long most) {
        this.gpu = gpu;
        this.most = most;
    }

    /**
     * Its address, once it has at least so many bytes. It has as many as all may have from the first time on, since
     * what was recorded with it keeps its place.
     */
    long address(long needed) {
        if (needed > bytes) {
            bytes = Math.max(needed, most);
            address = gpu.allocate(bytes, "the workspace of products");
        }
        return address;
    }

    /** Bytes that all may have, unless one of them needs more. */
    long most() {
        return most;
    }

    /** Memory for the parts of a sketch, see {@link Sketch}. */
    long sums() {
        if (sums == 0) {
            sums = gpu.allocate(Sketch.bytes(gpu), "sums of the trials");
        }
        return sums;
    }

    /** Its size in bytes, without that of the sums. */
    long bytes() {
        return bytes;
    }
}
