package dev.gossamer.engine.stacked.host;

import dev.gossamer.data.Mixup;
import dev.gossamer.engine.stacked.Program;
import org.bytedeco.javacpp.FloatPointer;

/** What the reference makes of any images, also those that are of no set. */
public final class ReferenceGradients {

    private ReferenceGradients() {}

    /**
     * The gradients [d] of one replica, without dropout.
     *
     * @param parameters of the replica [d]
     * @param images [b, c, h, w]
     * @param labels [b]
     */
    public static float[] of(Program program, float[] parameters, float[] images, int[] labels) {
        return of(program, new ReferenceKernels(labels.length), parameters, images, labels);
    }

    /** Those that any kernels of a program make. */
    static float[] of(Program program, HostKernels kernels, float[] parameters, float[] images, int[] labels) {
        float[] gradients = new float[parameters.length];
        try (FloatPointer from = new FloatPointer(parameters);
                FloatPointer to = new FloatPointer(parameters.length);
                Lane lane = new Lane(program, kernels)) {
            lane.input().put(images);
            lane.replica().readFrom(from, 0);
            lane.replica().writeTo(to, 0);
            lane.replica().turnTo(labels, Mixup.NONE, 0, 0, labels.length, 0);
            lane.run();
            to.get(gradients);
        }
        return gradients;
    }
}
