package dev.gossamer.report;

import dev.gossamer.record.Decimal;
import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Means over the seeds of an experiment with their {@link MeanInterval 95 % intervals}, and paired differences: with one
 * seed, all runs draw the same images, so that the difference of two runs is known better than either. Lines of runs
 * (those that differ in learning rate and seed only) are compared at their best learning rates: the ones of highest
 * mean test accuracy among those where every seed finished.
 */
public final class SeedStatistics {

    private static final int PERCENT = 100;

    private final List<Mean> means;
    private final List<Difference> differences = new ArrayList<>();

    /** The runs of a line and a learning rate, by seed; those that did not finish are only counted. */
    private record Mean(String series, double learningRate, Map<Long, Double> accuracies, Map<Long, Double> losses,
            int unfinished) {

        double accuracy() {
            return MeanInterval.of(accuracies.values()).mean();
        }
    }

    /** What the first is better by, seed by seed. */
    private record Difference(Mean first, Mean second, MeanInterval accuracy, MeanInterval loss) {}

    private SeedStatistics(List<Mean> means) {
        this.means = means;
        List<Mean> best = means.stream()
                .filter(mean -> mean.unfinished == 0)
                .collect(Collectors.toMap(Mean::series, Function.identity(),
                        (a, b) -> a.accuracy() >= b.accuracy() ? a : b, LinkedHashMap::new))
                .values().stream()
                .sorted(Comparator.comparingDouble(Mean::accuracy).reversed())
                .toList();
        for (Mean first : best) {
            for (Mean second : best.subList(best.indexOf(first) + 1, best.size())) {
                add(first, second);
            }
        }
    }

    private void add(Mean first, Mean second) {
        Optional<MeanInterval> accuracy = MeanInterval.ofDifferences(first.accuracies, second.accuracies);
        Optional<MeanInterval> loss = MeanInterval.ofDifferences(first.losses, second.losses);
        if (accuracy.isPresent() && loss.isPresent()) {
            differences.add(new Difference(first, second, accuracy.get(), loss.get()));
        }
    }

    /** The statistics of runs that have ended; empty where nothing was run with several seeds. */
    public static Optional<SeedStatistics> of(List<RecordedRun> runs) {
        VariedKeys varied = new VariedKeys(runs);
        Map<String, List<RecordedRun>> groups = runs.stream().collect(Collectors.groupingBy(
                run -> varied.series(run) + " " + run.result().learningRate(), LinkedHashMap::new,
                Collectors.toList()));
        if (groups.values().stream().noneMatch(group -> seeds(group) > 1)) {
            return Optional.empty();
        }
        List<Mean> means = new ArrayList<>();
        for (List<RecordedRun> group : groups.values()) {
            mean(group, varied.series(group.get(0))).ifPresent(means::add);
        }
        return Optional.of(new SeedStatistics(means));
    }

    /** A run given twice counts once. */
    private static int seeds(List<RecordedRun> group) {
        return (int) group.stream().map(run -> run.result().seed()).distinct().count();
    }

    private static Optional<Mean> mean(List<RecordedRun> group, String series) {
        Map<Long, Double> accuracies = new TreeMap<>();
        Map<Long, Double> losses = new TreeMap<>();
        for (RecordedRun run : group) {
            if (run.result().status() == RunStatus.FINISHED && run.result().testAccuracy().isPresent()) {
                accuracies.put(run.result().seed(), run.result().testAccuracy().getAsDouble());
                losses.put(run.result().seed(), run.result().testLoss().orElseThrow());
            }
        }
        return accuracies.isEmpty()
                ? Optional.empty()
                : Optional.of(new Mean(series, group.get(0).result().learningRate(), accuracies, losses,
                        seeds(group) - accuracies.size()));
    }

    /** Means, and the differences of all lines to the best one, for people. */
    public String table() {
        String text = "\nMean over seeds, ± 95 % interval of the mean (Student's t)\n" + meansTable().table(means);
        List<Difference> toBest = differences.stream()
                .filter(difference -> difference.first.series.equals(differences.get(0).first.series))
                .toList();
        return toBest.isEmpty() ? text : text + "\nPaired differences over seeds, each at its best learning rate: "
                + toBest.get(0).first.series + " minus\n" + differencesTable().table(toBest);
    }

    private static Listing<Mean> meansTable() {
        return new Listing<Mean>()
                .text("", "line", Mean::series)
                .number("", "learning rate", mean -> Decimal.format(mean.learningRate), Object::toString)
                .number("", "seeds", mean -> mean.accuracies.size(), Object::toString)
                .number("", "not finished", Mean::unfinished, Object::toString)
                .number("", "test accuracy (%)", mean -> MeanInterval.of(mean.accuracies.values()), percent())
                .number("", "test loss", mean -> MeanInterval.of(mean.losses.values()), plain());
    }

    private static Listing<Difference> differencesTable() {
        return new Listing<Difference>()
                .text("", "line", difference -> difference.second.series)
                .number("", "learning rate", difference -> Decimal.format(difference.second.learningRate), Object::toString)
                .number("", "pairs", difference -> difference.accuracy.count(), Object::toString)
                .number("", "test accuracy (points)", Difference::accuracy, percent())
                .number("", "test loss", Difference::loss, plain())
                .text("", "clear", difference -> difference.accuracy.excludesZero() ? "yes" : "no");
    }

    private static Function<Object, String> percent() {
        return value -> text((MeanInterval) value, "%.2f", PERCENT);
    }

    private static Function<Object, String> plain() {
        return value -> text((MeanInterval) value, "%.4f", 1);
    }

    private static String text(MeanInterval interval, String format, double unit) {
        String mean = String.format(Locale.ROOT, format, unit * interval.mean());
        OptionalDouble half = interval.halfWidth();
        return half.isEmpty() ? mean : mean + " ± " + String.format(Locale.ROOT, format, unit * half.getAsDouble());
    }

    /** Means with every digit; accuracies in [0, 1], an empty half-width where there is a single seed. */
    public String meansCsv() {
        return new Listing<Mean>()
                .text("line", "", Mean::series)
                .text("learning_rate", "", Mean::learningRate)
                .text("seeds", "", mean -> mean.accuracies.size())
                .text("not_finished", "", Mean::unfinished)
                .text("test_accuracy", "", Mean::accuracy)
                .text("test_accuracy_half_width", "", mean -> half(MeanInterval.of(mean.accuracies.values())))
                .text("test_loss", "", mean -> MeanInterval.of(mean.losses.values()).mean())
                .text("test_loss_half_width", "", mean -> half(MeanInterval.of(mean.losses.values())))
                .csv(means);
    }

    /** The differences of all pairs of lines, the better one first, with every digit. */
    public String differencesCsv() {
        return new Listing<Difference>()
                .text("line", "", difference -> difference.first.series)
                .text("learning_rate", "", difference -> difference.first.learningRate)
                .text("other", "", difference -> difference.second.series)
                .text("other_learning_rate", "", difference -> difference.second.learningRate)
                .text("pairs", "", difference -> difference.accuracy.count())
                .text("test_accuracy_difference", "", difference -> difference.accuracy.mean())
                .text("test_accuracy_half_width", "", difference -> half(difference.accuracy))
                .text("test_loss_difference", "", difference -> difference.loss.mean())
                .text("test_loss_half_width", "", difference -> half(difference.loss))
                .csv(differences);
    }

    private static Object half(MeanInterval interval) {
        return interval.halfWidth().isPresent() ? interval.halfWidth().getAsDouble() : null;
    }
}
