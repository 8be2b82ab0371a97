package dev.gossamer.model;

/**
 * {@link Vgg11} with group norm between convolution and ReLU; 9,756,426 parameters for 3 channels and 10 classes.
 */
public final class Vgg11GroupNorm extends Vgg11 {

    @Override
    public String form() {
        return "vgg-11-groupnorm";
    }

    @Override
    String activated(GraphAssembly graph, int number, Filter filter, String from) {
        return graph.groupNorm("gn" + number, filter.out(), GroupNormSpec.GROUPS, true,
                graph.convolutionBias("conv" + number, filter, from));
    }
}
