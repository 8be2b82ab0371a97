package dev.gossamer.model;

/**
 * ResNet-18 with batch norm in the form that is usual for CIFAR: He et al., "Deep residual learning", 2016, table 1,
 * with a stem of 3x3 kernels and stride 1 and no pooling after it; 11,173,962 parameters for 3 channels and 10 classes.
 * At 32x32 the final average is over 4x4 pixels.
 */
public final class ResNet18 extends ResNet {

    /** The model. */
    public ResNet18() {
        super("resnet-18", Norm.BATCH, 2, 64, 128, 256, 512);
    }
}
