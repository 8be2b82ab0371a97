package dev.gossamer.experiment;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Update;
import dev.gossamer.data.Batch;
import dev.gossamer.data.ImageSet;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.engine.Score;
import dev.gossamer.topology.MixingMatrix;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongToDoubleFunction;

/** Trains nothing: notes what it is asked for, and answers as a script says. */
final class ScriptedEngine implements ReplicaEngine {

    /** Parameters alone. */
    private final Update rule = Update.of(step -> step.parameters().becomes(step.parameters()));
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

    private final int workers;
    private boolean closed;

    ScriptedEngine(int workers) {
        this.workers = workers;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public String description() {
        return "script";
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
        return new Score(evaluatedLoss.applyAsDouble(mixings.size()), worker == MEAN ? 0.99 : worker / 100.0);
    }

    @Override
    public double consensusDistance() {
        return consensusDistance.applyAsDouble(mixings.size());
    }

    @Override
    public Update rule() {
        return rule;
    }

    @Override
    public void read(Stored matrix, int worker, FloatBuffer destination) {
        destination.put(0);
    }

    @Override
    public void write(Stored matrix, int worker, FloatBuffer source) {
        source.get();
    }

    @Override
    public void close() {
        closed = true;
    }
}
