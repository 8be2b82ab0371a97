package dev.gossamer.model;

/**
 * ResNet-20 with batch norm: He et al., "Deep residual learning", 2016, section 4.2; 272,474 parameters for 3 channels
 * and 10 classes. At 32x32 the final average is over 8x8 pixels.
 */
public final class ResNet20 extends ResNet {

    /** The model. */
    public ResNet20() {
        super("resnet-20", Norm.BATCH, 3, 16, 32, 64);
    }
}
