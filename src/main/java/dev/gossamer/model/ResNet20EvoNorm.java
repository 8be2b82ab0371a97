package dev.gossamer.model;

/** {@link ResNet20} with EvoNorm in place of batch norm; 272,394 parameters for 3 channels and 10 classes. */
public final class ResNet20EvoNorm extends ResNet {

    /** The model. */
    public ResNet20EvoNorm() {
        super("resnet-20-evonorm", Norm.EVO, 3, 16, 32, 64);
    }
}
