package dev.gossamer.placement;

import dev.gossamer.algorithm.Update;
import dev.gossamer.data.ImageShape;
import dev.gossamer.data.Purpose;
import dev.gossamer.data.Seeds;
import dev.gossamer.engine.stacked.Compiler;
import dev.gossamer.engine.stacked.UnknownLayerException;
import dev.gossamer.model.Models;
import dev.gossamer.model.Network;
import java.util.Optional;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Replicas that are to be trained.
 *
 * @param network makes the configuration of one, a new but equal object at each call
 * @param images shape of the images
 * @param classes number of classes
 * @param workers number of workers n
 * @param batchSize images per worker and step
 * @param rule what a step does
 * @param seed the run's seed
 */
public record Replication(
        Supplier<ComputationGraphConfiguration> network,
        ImageShape images,
        int classes,
        int workers,
        int batchSize,
        Update rule,
        long seed) {

    /** Replicas of a network in single precision, all equal, as the seed says. */
    public static Replication of(
            Network network, ImageShape images, int classes, int workers, int batchSize, Update rule, long seed) {
        long initial = Seeds.derive(seed, Purpose.INITIALIZATION);
        return new Replication(() -> network.configuration(images, classes, initial, DataType.FLOAT), images, classes,
                workers, batchSize, rule, seed);
    }

    /** Which layer the stacked engine does not know, in a clause; empty where it knows all. */
    public Optional<String> unknownLayer() {
        try {
            Compiler.compile(network.get(), images, false);
            return Optional.empty();
        } catch (UnknownLayerException e) {
            return Optional.of(e.getMessage());
        }
    }

    /** Number of parameters d of a replica. */
    public long parameters() {
        return Models.parameters(network.get());
    }
}
