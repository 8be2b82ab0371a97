package dev.gossamer.report.table;

import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunResult;
import dev.gossamer.report.analysis.MeanInterval;
import dev.gossamer.report.analysis.SeedDifference;
import dev.gossamer.report.analysis.SeedGroup;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * Means over the seeds of an experiment with their {@link MeanInterval 95 % intervals}, and {@link SeedDifference
 * paired differences}, as text.
 */
public final class SeedStatistics {

    private static final int PERCENT = 100;

    private final List<SeedGroup> means;
    private final List<SeedDifference> differences;

    private SeedStatistics(List<SeedGroup> groups) {
        means = groups.stream().filter(group -> group.accuracy().isPresent()).toList();
        differences = SeedDifference.of(groups);
    }

    /** The statistics of runs that have ended; empty where nothing was run with several seeds. */
    public static Optional<SeedStatistics> of(List<RecordedRun> runs) {
        List<SeedGroup> groups = SeedGroup.of(runs);
        return SeedGroup.haveSeeds(groups) ? Optional.of(new SeedStatistics(groups)) : Optional.empty();
    }

    /** Means, and the differences of all lines to the best one, for people. */
    public String table() {
        String text = "\nMean over seeds, ± 95 % interval of the mean (Student's t)\n" + meansTable().table(means);
        List<SeedDifference> toBest = SeedDifference.toBest(differences);
        return toBest.isEmpty() ? text : text + "\nPaired differences over seeds, each at its best learning rate: "
                + toBest.get(0).first().series() + " minus\n" + differencesTable().table(toBest);
    }

    private static Listing<SeedGroup> meansTable() {
        return new Listing<SeedGroup>()
                .text("", "line", SeedGroup::series)
                .number("", "learning rate", SeedGroup::learningRateText, Object::toString)
                .number("", "seeds", SeedStatistics::finished, Object::toString)
                .number("", "not finished", SeedStatistics::unfinished, Object::toString)
                .number("", "test accuracy (%)", SeedStatistics::accuracy, percent())
                .number("", "test loss", SeedStatistics::loss, plain());
    }

    private static int finished(SeedGroup group) {
        return accuracy(group).count();
    }

    private static int unfinished(SeedGroup group) {
        return group.runs().size() - finished(group);
    }

    private static MeanInterval accuracy(SeedGroup group) {
        return group.accuracy().orElseThrow();
    }

    /** Not a number where it was none in any run. */
    private static MeanInterval loss(SeedGroup group) {
        return group.mean(RunResult::testLoss).orElse(new MeanInterval(1, Double.NaN, OptionalDouble.empty()));
    }

    private static Listing<SeedDifference> differencesTable() {
        return new Listing<SeedDifference>()
                .text("", "line", difference -> difference.second().series())
                .number("", "learning rate", difference -> difference.second().learningRateText(), Object::toString)
                .number("", "pairs", difference -> difference.accuracy().count(), Object::toString)
                .number("", "test accuracy (points)", SeedDifference::accuracy, percent())
                .number("", "test loss", SeedDifference::loss, plain())
                .text("", "clear", difference -> difference.accuracy().excludesZero() ? "yes" : "no");
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
        return new Listing<SeedGroup>()
                .text("line", "", SeedGroup::series)
                .text("learning_rate", "", SeedGroup::learningRate)
                .text("seeds", "", SeedStatistics::finished)
                .text("not_finished", "", SeedStatistics::unfinished)
                .text("test_accuracy", "", group -> accuracy(group).mean())
                .text("test_accuracy_half_width", "", group -> half(accuracy(group)))
                .text("test_loss", "", group -> loss(group).mean())
                .text("test_loss_half_width", "", group -> half(loss(group)))
                .csv(means);
    }

    /** The differences of all pairs of lines, the better one first, with every digit. */
    public String differencesCsv() {
        return new Listing<SeedDifference>()
                .text("line", "", difference -> difference.first().series())
                .text("learning_rate", "", difference -> difference.first().learningRate())
                .text("other", "", difference -> difference.second().series())
                .text("other_learning_rate", "", difference -> difference.second().learningRate())
                .text("pairs", "", difference -> difference.accuracy().count())
                .text("test_accuracy_difference", "", difference -> difference.accuracy().mean())
                .text("test_accuracy_half_width", "", difference -> half(difference.accuracy()))
                .text("test_loss_difference", "", difference -> difference.loss().mean())
                .text("test_loss_half_width", "", difference -> half(difference.loss()))
                .csv(differences);
    }

    private static Object half(MeanInterval interval) {
        return interval.halfWidth().isPresent() ? interval.halfWidth().getAsDouble() : null;
    }
}
