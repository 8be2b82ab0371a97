package dev.gossamer.configuration;

import dev.gossamer.text.Decimal;
import dev.gossamer.text.Numbers;
import dev.gossamer.text.Shown;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Factors on the learning rate, stage after stage of a run. Written as {@code 1:0.75+0.1:0.25}, the full learning rate
 * for three quarters of the run and a tenth of it for the last quarter. A stage in place of whose factor there is
 * {@code linear} or {@code cosine} goes from the factor of the stage before, 1 at the start, to 0, and
 * {@code cosine-to-0.01} to another one: {@code 1:0.8+linear:0.2}. A stage that is the whole run is written without its
 * share, and {@code 1} as {@code constant}.
 *
 * @param stages at least one; their shares add up to 1
 */
public record LearningRateSchedule(List<Stage> stages) {

    /** The full learning rate from the first step to the last. */
    public static final LearningRateSchedule CONSTANT = new LearningRateSchedule(List.of(new Stage(1, 1)));

    private static final String CONSTANT_NAME = "constant";
    private static final String TO = "-to-";
    private static final double ROUNDING = 1e-9;

    /** How the factor changes from the end of the stage before to the end of a stage. */
    public enum Course {

        /** At once. */
        STEP {
            @Override
            double left(double time) {
                return 0;
            }
        },

        /** In a straight line. */
        LINEAR {
            @Override
            double left(double time) {
                return 1 - time;
            }
        },

        /**
         * In half a cosine (Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017,
         * equation 5, without restarts).
         */
        COSINE {
            @Override
            double left(double time) {
                double sine = Math.sin(Math.PI * (1 - time) / 2); // 1 + cos(pi time) cancels near the end
                return sine * sine;
            }
        };

        /**
         * What is left of the difference between the factors before and after.
         *
         * @param time share of the stage that is over, in [0, 1)
         */
        abstract double left(double time);

        private String form() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A part of a run.
     *
     * @param factor factor on the learning rate where it ends, in (0, 1e6], or 0 for other courses than a step
     * @param share its share of the run's steps, in (0, 1]
     * @param course how it gets there
     */
    public record Stage(double factor, double share, Course course) {

        /** Checks the ranges. */
        public Stage {
            boolean isInside = factor > 0 || factor == 0 && course != Course.STEP;
            if (!(isInside && factor <= 1e6 && share > 0 && share <= 1)) {
                throw new IllegalArgumentException("a stage has a factor in (0, 1e6], or 0 where it falls in a line or"
                        + " half a cosine, and a share in (0, 1]");
            }
            factor += 0.0; // without the sign of -0
        }

        /** One that has its factor from its first step. */
        public Stage(double factor, double share) {
            this(factor, share, Course.STEP);
        }

        private static Stage parse(String text) {
            String[] parts = text.split(":", -1);
            if (parts.length > 2) {
                throw new IllegalArgumentException("a stage is written factor:share, got " + Shown.value(text));
            }
            double share = parts.length == 2 ? Numbers.decimal(parts[1]) : 1;
            for (Course course : List.of(Course.LINEAR, Course.COSINE)) {
                if (parts[0].equals(course.form())) {
                    return new Stage(0, share, course);
                }
                if (parts[0].startsWith(course.form() + TO)) {
                    String factor = parts[0].substring(course.form().length() + TO.length());
                    return new Stage(Numbers.decimal(factor), share, course);
                }
            }
            if (parts.length == 1) {
                throw new IllegalArgumentException("a stage is written factor:share, got " + Shown.value(text));
            }
            return new Stage(Numbers.decimal(parts[0]), share);
        }

        @Override
        public String toString() {
            String end = Decimal.format(factor);
            String head = course == Course.STEP ? end : course.form() + (factor == 0 ? "" : TO + end);
            return course != Course.STEP && share == 1 ? head : head + ":" + Decimal.format(share);
        }
    }

    /**
     * A stage of a run whose length is known.
     *
     * @param stage the stage
     * @param start factor on the learning rate where the stage before ends
     * @param from its first step, counted from 0
     * @param to the step after its last
     */
    public record Span(Stage stage, double start, long from, long to) {

        /** Number of steps. */
        public long steps() {
            return to - from;
        }

        /**
         * The factor on the learning rate in a step: of the k-th of K steps, counted from 0, that at k / K of the
         * stage, so that the first step has the factor that the stage starts from, and the step after the last would
         * have the one that it ends with.
         *
         * @param step in [from, to)
         */
        public double factor(long step) {
            double end = stage.factor;
            return end + (start - end) * stage.course.left((double) (step - from) / steps());
        }
    }

    /** Checks that the shares add up to 1, and that no stage goes on from 0. */
    public LearningRateSchedule {
        stages = List.copyOf(stages);
        double sum = stages.stream().mapToDouble(Stage::share).sum();
        if (Math.abs(sum - 1) > ROUNDING) {
            throw new IllegalArgumentException("the shares of the stages must add up to 1, got " + Decimal.format(sum));
        }
        if (stages.stream().limit(stages.size() - 1).anyMatch(stage -> stage.factor == 0)) {
            throw new IllegalArgumentException("only the last stage can end at 0");
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
            stages.add(Stage.parse(stage));
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
        double start = 1;
        for (Stage stage : stages) {
            long to = from + Decimal.wholePart(stage.share, steps);
            spans.add(new Span(stage, start, from, to));
            from = to;
            start = stage.factor;
        }
        return spans;
    }

    @Override
    public String toString() {
        return equals(CONSTANT) ? CONSTANT_NAME
                : stages.stream().map(Stage::toString).collect(Collectors.joining("+"));
    }
}
