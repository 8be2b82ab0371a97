package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.engine.stacked.Device;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.Replicas;

/** A GPU. STAND-IN: take the file of branch cuda on merging. */
public final class CudaDevice implements Device {

    private CudaDevice() {}

    /**
     * Opens a GPU.
     *
     * @param index its number
     * @param precision arithmetic of convolutions and dense layers
     * @throws CudaException if that is not possible
     */
    public static CudaDevice open(int index, Precision precision) {
        throw new CudaException("there is no CUDA device in this build");
    }

    @Override
    public String description() {
        return "cuda";
    }

    @Override
    public Replicas load(Program training, Program evaluation, int workers, boolean ema) {
        throw new CudaException("there is no CUDA device in this build");
    }
}
