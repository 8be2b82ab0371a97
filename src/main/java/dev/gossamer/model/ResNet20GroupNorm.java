package dev.gossamer.model;

/** {@link ResNet20} with group norm in place of batch norm; as many parameters. */
public final class ResNet20GroupNorm extends ResNet {

    /** The model. */
    public ResNet20GroupNorm() {
        super("resnet-20-groupnorm", Norm.GROUP, 3, 16, 32, 64);
    }
}
