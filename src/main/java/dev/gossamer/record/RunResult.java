package dev.gossamer.record;

import dev.gossamer.algorithm.Sent;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The outcome of a run: its row in {@code lr-accuracy.csv}, and {@code summary.json}. Accuracies and losses are means
 * over the evaluated workers at the last evaluation, empty where there is none. Of a diverged run that is the state in
 * which it ended: workers that the divergence has not reached count with their accuracy, and those whose loss is not
 * finite with what the evaluation gave them, which is about chance. Of an interrupted or failed run it may be of an
 * earlier step than the last one done; {@code metrics.csv} has the step.
 *
 * @param experiment name of the experiment
 * @param topology name of the topology
 * @param workers number of workers n
 * @param model name of the model
 * @param learningRate learning rate of the run, without schedule factor
 * @param seed seed of the run
 * @param status how it ended
 * @param steps training steps done
 * @param testAccuracy in [0, 1]
 * @param testLoss in nats
 * @param trainAccuracy in [0, 1]
 * @param trainLoss in nats
 * @param consensusDistance at the last evaluation
 * @param imagesPerSecond images of all workers over the median duration of a training step
 * @param sent what all workers together had sent until the last evaluation; empty in records of earlier versions
 */
public record RunResult(
        String experiment,
        String topology,
        int workers,
        String model,
        double learningRate,
        long seed,
        RunStatus status,
        long steps,
        OptionalDouble testAccuracy,
        OptionalDouble testLoss,
        OptionalDouble trainAccuracy,
        OptionalDouble trainLoss,
        OptionalDouble consensusDistance,
        OptionalDouble imagesPerSecond,
        Optional<Sent> sent) {

    private static final double ROUNDING = 1e-12;

    /** Bytes that all workers together sent in a step, the mean; empty where not all steps are known. */
    public OptionalDouble bytesPerStep() {
        return sent.isPresent() && status.isFinal() && steps > 0
                ? OptionalDouble.of((double) sent.get().bytes() / steps)
                : OptionalDouble.empty();
    }

    /** Whether another result is the same but for the rounding of means, and for what was sent where one lacks it. */
    public boolean isNearly(RunResult other) {
        Map<String, Object> here = RunResults.fields(this);
        Map<String, Object> there = RunResults.fields(other);
        return here.keySet().stream()
                .filter(name -> !SentFields.NAMES.contains(name) || sent.isPresent() && other.sent.isPresent())
                .allMatch(name -> isNearly(here.get(name), there.get(name)));
    }

    private static boolean isNearly(Object here, Object there) {
        return Objects.equals(here, there)
                || here instanceof Double a
                        && there instanceof Double b
                        && Math.abs(a - b) <= ROUNDING * Math.max(Math.abs(a), Math.abs(b));
    }
}
