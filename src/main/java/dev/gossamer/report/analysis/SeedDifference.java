package dev.gossamer.report.analysis;

import dev.gossamer.record.RunResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one series of runs is better by than another, seed by seed: with one seed, all runs draw the same images, so
 * that the difference of two runs is known better than either. Each series is taken at its best learning rate, the one
 * of highest mean test accuracy among those where every seed finished.
 *
 * @param first the one of higher mean test accuracy
 * @param second what is subtracted from it
 * @param accuracy difference of test accuracies in [-1, 1]
 * @param loss difference of test losses in nats
 */
public record SeedDifference(SeedGroup first, SeedGroup second, MeanInterval accuracy, MeanInterval loss) {

    /** The differences of all pairs of series with a seed in common: those to the best first. */
    public static List<SeedDifference> of(List<SeedGroup> groups) {
        List<SeedGroup> best = SeedGroup.mostAccurate(groups).stream()
                .filter(SeedGroup::isReliable)
                .sorted(SeedGroup.BY_ACCURACY.reversed())
                .toList();
        List<SeedDifference> differences = new ArrayList<>();
        for (int i = 0; i < best.size(); i++) {
            for (SeedGroup second : best.subList(i + 1, best.size())) {
                between(best.get(i), second).ifPresent(differences::add);
            }
        }
        return differences;
    }

    private static Optional<SeedDifference> between(SeedGroup first, SeedGroup second) {
        Optional<MeanInterval> accuracy = MeanInterval.ofDifferences(
                first.bySeed(RunResult::testAccuracy), second.bySeed(RunResult::testAccuracy));
        Optional<MeanInterval> loss =
                MeanInterval.ofDifferences(first.bySeed(RunResult::testLoss), second.bySeed(RunResult::testLoss));
        return accuracy.isPresent() && loss.isPresent()
                ? Optional.of(new SeedDifference(first, second, accuracy.get(), loss.get()))
                : Optional.empty();
    }

    /** Those to the first of the first, as a rule the best of all. */
    public static List<SeedDifference> toBest(List<SeedDifference> differences) {
        return differences.stream().filter(each -> each.first == differences.get(0).first).toList();
    }
}
