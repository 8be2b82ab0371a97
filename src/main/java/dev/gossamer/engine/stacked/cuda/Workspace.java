package dev.gossamer.engine.stacked.cuda;

/**
 * Memory of a GPU that convolutions, and dense layers in BF16, use during a launch, one after the other: the same for all
 * programs.
 */
final class Workspace {

    private final Gpu gpu;
    private long address;
    private long bytes;
    private long sums;

    Workspace(Gpu gpu) {
        this.gpu = gpu;
    }

    /** Its address, once it has at least so many bytes. A program that was recorded before keeps the smaller one. */
    long address(long needed) {
        if (needed > bytes) {
            address = gpu.allocate(needed, "the workspace of products");
            bytes = needed;
        }
        return address;
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
