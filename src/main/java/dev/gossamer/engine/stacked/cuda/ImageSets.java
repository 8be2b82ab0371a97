package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.data.ImageSet;
import dev.gossamer.engine.stacked.cuda.driver.Gpu;
import java.util.IdentityHashMap;
import java.util.Map;

/** The sets of images that have come to a GPU. */
final class ImageSets {

    private final Map<ImageSet, DeviceImages> sets = new IdentityHashMap<>();
    private final Gpu gpu;

    ImageSets(Gpu gpu) {
        this.gpu = gpu;
    }

    /** A set on the GPU, copied there the first time. */
    DeviceImages get(ImageSet images) {
        return sets.computeIfAbsent(images, set -> new DeviceImages(gpu, set));
    }
}
