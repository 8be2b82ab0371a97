package dev.gossamer.engine.stacked.cuda;

/** An operation on all replicas, ready to be launched. */
@FunctionalInterface
interface CudaKernel {

    /** Launches it; does not wait. */
    void launch();

    /** The same way with more to launch after it. */
    default CudaKernel and(CudaKernel next) {
        CudaKernel first = this;
        return new CudaKernel() {

            @Override
            public void launch() {
                first.launch();
                next.launch();
            }

            @Override
            public String way() {
                return first.way();
            }
        };
    }

    /** The way that was chosen for it, where there are several. */
    default String way() {
        return "";
    }
}
