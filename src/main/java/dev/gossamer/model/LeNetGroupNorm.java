package dev.gossamer.model;

/**
 * {@link LeNet} with group norm between convolution and ReLU, known as GN-LeNet; 89,834 parameters for 32x32 pixels of
 * 3 channels and 10 classes.
 */
public final class LeNetGroupNorm extends LeNet {

    @Override
    public String form() {
        return "lenet-groupnorm";
    }

    @Override
    String activated(GraphAssembly graph, int number, Filter filter, String from) {
        return graph.groupNorm("gn" + number, filter.out(), GroupNormSpec.GROUPS, true,
                graph.convolutionBias("conv" + number, filter, from));
    }
}
