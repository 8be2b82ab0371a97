package dev.gossamer.experiment;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Update;
import dev.gossamer.data.Batch;
import dev.gossamer.data.ImageSet;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.engine.ReplicaMatrices;
import dev.gossamer.engine.Replicas;
import dev.gossamer.engine.Score;
import dev.gossamer.engine.Scoring;
import dev.gossamer.topology.MixingMatrix;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.LongToDoubleFunction;

/** Trains nothing: notes what it is asked for, and answers as a script says. */
final class ScriptedEngine extends ReplicaEngine {

    /** One parameter of each worker, which stays 0 and is sent. */
    private static final class Zeros implements ReplicaMatrices {

        private final Update rule = Update.of(step -> step.parameters().becomes(step.mixed(step.parameters())));
        private final int workers;
        private DoubleSupplier consensusDistance;

        Zeros(int workers) {
            this.workers = workers;
        }

        @Override
        public Update rule() {
            return rule;
        }

        @Override
        public int workers() {
            return workers;
        }

        @Override
        public long parameters() {
            return 1;
        }

        @Override
        public void step(Clock clock, MixingMatrix mixing) {
            throw new UnsupportedOperationException("the engine notes updates itself");
        }

        @Override
        public double consensusDistance(Kept matrix) {
            return consensusDistance.getAsDouble();
        }

        @Override
        public void read(Stored matrix, int worker, FloatBuffer destination) {
            destination.put(0);
        }

        @Override
        public void write(Stored matrix, int worker, FloatBuffer source) {
            source.get();
        }
    }


    /** What was asked for, in order: {@code gradients 0}, {@code update}, {@code evaluate 2 60}. */
    final List<String> calls = new ArrayList<>();

    /** The mixing matrices of the updates. */
    final List<MixingMatrix> mixings = new ArrayList<>();

    /** Training loss by step. */
    LongToDoubleFunction trainingLoss = step -> 1;

    /** The learning rates of the updates. */
    final List<Double> learningRates = new ArrayList<>();

    /** Evaluated loss by number of updates. */
    LongToDoubleFunction evaluatedLoss = updates -> 1;

    /** Consensus distance by number of updates. */
    LongToDoubleFunction consensusDistance = updates -> 0.25;

    private boolean closed;

    ScriptedEngine(int workers) {
        this(new Zeros(workers));
    }

    private ScriptedEngine(Zeros zeros) {
        super("script", Sample.data().train().shape(), 0, new Replicas((batch, seeds, losses) -> {}, zeros,
                (matrix, worker, images) -> new Score(1, 0, predictions(images)), () -> {}));
        zeros.consensusDistance = () -> consensusDistance.applyAsDouble(mixings.size());
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public double computeGradients(Batch batch, long step) {
        calls.add("gradients " + step);
        return trainingLoss.applyAsDouble(step);
    }

    @Override
    public void update(Clock clock, MixingMatrix mixing) {
        calls.add("update");
        learningRates.add(clock.learningRate());
        mixings.add(mixing);
    }

    /** A worker's accuracy is a hundredth of its number, and that of the mean model 0.99. */
    @Override
    public Score evaluate(int worker, ImageSet images) {
        calls.add("evaluate " + worker + " " + images.size());
        return new Score(evaluatedLoss.applyAsDouble(mixings.size()), worker == Scoring.MEAN ? 0.99 : worker / 100.0,
                predictions(images));
    }

    private static List<Integer> predictions(ImageSet images) {
        return Collections.nCopies(images.size(), 0);
    }

    @Override
    public void close() {
        closed = true;
    }
}
