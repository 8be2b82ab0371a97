package dev.gossamer.model;

/** ResNet-20 with EvoNorm in place of batch norm, see {@link ResNet20}. */
public final class ResNet20EvoNorm extends ResNet20 {

    /** The model. */
    public ResNet20EvoNorm() {
        super(true);
    }

    @Override
    public String form() {
        return "resnet-20-evonorm";
    }
}
