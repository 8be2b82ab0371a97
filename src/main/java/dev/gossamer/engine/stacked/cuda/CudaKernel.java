package dev.gossamer.engine.stacked.cuda;

/** An operation on all replicas, ready to be launched. */
@FunctionalInterface
interface CudaKernel {

    /** Launches it; does not wait. */
    void launch();

    /** The way that was chosen for it, where there are several. */
    default String way() {
        return "";
    }
}
