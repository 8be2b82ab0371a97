package dev.gossamer.model;

/** {@link ResNet18} with group norm in place of batch norm; as many parameters. */
public final class ResNet18GroupNorm extends ResNet {

    /** The model. */
    public ResNet18GroupNorm() {
        super("resnet-18-groupnorm", Norm.GROUP, 2, 64, 128, 256, 512);
    }
}
