package dev.gossamer.experiment;

import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.DataSet;
import dev.gossamer.data.ImageShape;
import dev.gossamer.engine.ReplicaEngine;
import java.util.Map;

/** Makes the engine of a run. */
@FunctionalInterface
public interface EngineFactory {

    /**
     * An engine with the configuration's model and workers, all equal, as the seed says.
     *
     * @param configuration what the run is
     * @param data gives the shape of the images and the number of classes
     * @return an engine that the caller closes
     * @throws IllegalArgumentException if the model does not fit the images
     */
    ReplicaEngine create(RunConfiguration configuration, DataSet data);

    /**
     * Checks, without making an engine, whether there can be one.
     *
     * @param configuration what the run is
     * @param images shape of the images
     * @param classes number of classes
     * @throws ConfigurationException if the model does not fit the images
     * @throws MemoryException if it needs more memory than there is
     */
    default void check(RunConfiguration configuration, ImageShape images, int classes) {}

    /**
     * Opens the device of a run that was checked, before anything is made for it.
     *
     * @param configuration what the run is
     * @throws ConfigurationException if it insists on a device that cannot be opened
     * @throws MemoryException if another one has to take its place, and lacks memory
     */
    default void open(RunConfiguration configuration) {}

    /**
     * What is recorded of the device of a run, beside the engine's description.
     *
     * @param configuration a run that was checked
     */
    default Map<String, Object> environment(RunConfiguration configuration) {
        return Map.of();
    }

    /**
     * Estimates the memory that an engine takes, in bytes; 0 where that is not known.
     *
     * @param configuration what the run is
     * @param images shape of the images
     * @param classes number of classes
     */
    default long memory(RunConfiguration configuration, ImageShape images, int classes) {
        return 0;
    }

    /** Memory that there is for engines, in bytes. */
    default long availableMemory() {
        return Long.MAX_VALUE;
    }
}
