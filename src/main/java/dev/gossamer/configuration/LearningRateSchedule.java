package dev.gossamer.configuration;

import dev.gossamer.text.Decimal;
import dev.gossamer.text.Numbers;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Factors on the learning rate, stage after stage of a run. Written as {@code 1:0.75+0.1:0.25}, the full learning rate
 * for three quarters of the run and a tenth of it for the last quarter, or as {@code constant}.
 *
 * @param stages at least one; their shares add up to 1
 */
public record LearningRateSchedule(List<Stage> stages) {

    /** The full learning rate from the first step to the last. */
    public static final LearningRateSchedule CONSTANT = new LearningRateSchedule(List.of(new Stage(1, 1)));

    private static final String CONSTANT_NAME = "constant";
    private static final double ROUNDING = 1e-9;

    /**
     * A part of a run.
     *
     * @param factor factor on the learning rate, in (0, 1e6]
     * @param share its share of the run's steps, in (0, 1]
     */
    public record Stage(double factor, double share) {

        /** Checks the ranges. */
        public Stage {
            if (!(factor > 0 && factor <= 1e6 && share > 0 && share <= 1)) {
                throw new IllegalArgumentException("a stage has a factor in (0, 1e6] and a share in (0, 1]");
            }
        }
    }

    /**
     * A stage of a run whose length is known.
     *
     * @param factor factor on the learning rate
     * @param share its share of the run
     * @param from its first step, counted from 0
     * @param to the step after its last
     */
    public record Span(double factor, double share, long from, long to) {

        /** Number of steps. */
        public long steps() {
            return to - from;
        }
    }

    /** Checks that the shares add up to 1. */
    public LearningRateSchedule {
        stages = List.copyOf(stages);
        double sum = stages.stream().mapToDouble(Stage::share).sum();
        if (Math.abs(sum - 1) > ROUNDING) {
            throw new IllegalArgumentException("the shares of the stages must add up to 1, got " + Decimal.format(sum));
        }
    }

    /**
     * Reads what {@link #toString} writes.
     *
     * @throws IllegalArgumentException if the text has another form
     */
    public static LearningRateSchedule parse(String text) {
        if (text.equals(CONSTANT_NAME)) {
            return CONSTANT;
        }
        List<Stage> stages = new ArrayList<>();
        for (String stage : text.split("\\+", -1)) {
            String[] parts = stage.split(":", -1);
            if (parts.length != 2) {
                throw new IllegalArgumentException("a stage is written factor:share, got " + stage);
            }
            stages.add(new Stage(Numbers.decimal(parts[0]), Numbers.decimal(parts[1])));
        }
        return new LearningRateSchedule(stages);
    }

    /**
     * The stages of a run, one after another. Each has int(share * steps) steps, as in the original experiments, so
     * that the run may be shorter by up to a step per stage.
     *
     * @param steps length of the run that is shared out
     */
    public List<Span> over(long steps) {
        List<Span> spans = new ArrayList<>();
        long from = 0;
        for (Stage stage : stages) {
            long to = from + BigDecimal.valueOf(stage.share).multiply(BigDecimal.valueOf(steps)).longValue();
            spans.add(new Span(stage.factor, stage.share, from, to));
            from = to;
        }
        return spans;
    }

    @Override
    public String toString() {
        return equals(CONSTANT) ? CONSTANT_NAME : stages.stream()
                .map(stage -> Decimal.format(stage.factor) + ":" + Decimal.format(stage.share))
                .collect(Collectors.joining("+"));
    }
}
