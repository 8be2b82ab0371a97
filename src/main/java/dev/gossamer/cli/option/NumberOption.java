package dev.gossamer.cli.option;

import dev.gossamer.text.Numbers;
import dev.gossamer.text.Shown;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.DoublePredicate;
import java.util.function.Function;
import org.apache.commons.cli.CommandLine;

/** An option whose value is a number, or several with commas in between. */
public enum NumberOption {
    /** Numbers of workers, those that a run can have. */
    WORKERS("32", "a whole number in [1, 4096]", n -> n >= 1 && n <= 4096),
    /** Decays of the random walk. */
    GAMMA("0.951", "a number in [0, 1)", gamma -> gamma >= 0 && gamma < 1),
    /** Noise of the gradients of random quadratics. */
    ZETA("50", "a number in [1, 1e8]", zeta -> zeta >= 1 && zeta <= 1e8),
    /** Step sizes of random quadratics. */
    LEARNING_RATE("0.001,0.003,0.01,0.03,0.1,0.3", "a number above 0", rate -> rate > 0),
    /** Number of parameters of one worker; none where it is not given. */
    PARAMETERS("", "a whole number of at least 1", d -> d >= 1),
    /** Rounds of measurements. */
    ROUNDS("5", "a whole number in [1, 1000]", rounds -> rounds >= 1 && rounds <= 1000),
    /** Most minutes; no limit where it is not given. */
    MINUTES("", "a number in [0.1, 10000]", minutes -> minutes >= 0.1 && minutes <= 10_000);

    private final String standard;
    private final String allowed;
    private final DoublePredicate condition;

    NumberOption(String standard, String allowed, DoublePredicate condition) {
        this.standard = standard;
        this.allowed = allowed;
        this.condition = condition;
    }

    /** Adds the option for one number. */
    public void addTo(CommandLineOptions options, String meaning) {
        options.value(toString(), "NUMBER", meaning + (standard.isEmpty() ? "" : " (" + standard + ")"));
    }

    /** Adds the option for a list of numbers. */
    public void addListTo(CommandLineOptions options, String meaning) {
        options.list(toString(), "NUMBER", meaning + " (" + standard + ")");
    }

    public boolean isGiven(CommandLine line) {
        return line.hasOption(toString());
    }

    /**
     * The whole number that the user gave.
     *
     * @throws UsageException if it is none, or not allowed
     */
    public long wholeNumber(CommandLine line) {
        return parsed(line.getOptionValue(toString(), standard), Numbers::whole);
    }

    /**
     * The number that the user gave.
     *
     * @throws UsageException if it is none, or not allowed
     */
    public double number(CommandLine line) {
        return parsed(line.getOptionValue(toString(), standard), NumberOption::decimal);
    }

    /**
     * The whole numbers that the user gave.
     *
     * @throws UsageException if one is none, not allowed, or given twice
     */
    public List<Integer> wholeNumbers(CommandLine line) {
        return list(line, Numbers::integer);
    }

    /**
     * The numbers that the user gave.
     *
     * @throws UsageException if one is none, not allowed, or given twice
     */
    public List<Double> numbers(CommandLine line) {
        return list(line, NumberOption::decimal);
    }

    private <N extends Number> List<N> list(CommandLine line, Function<String, N> parser) {
        Set<N> numbers = new LinkedHashSet<>();
        String texts = line.getOptionValue(toString(), standard);
        for (String text : texts.split(",", -1)) {
            N number = parsed(text.strip(), parser);
            if (!numbers.add(number)) {
                throw new UsageException(this + " takes each value once, got " + text.strip() + " again in "
                        + Shown.shortened(texts));
            }
        }
        return List.copyOf(numbers);
    }

    /** Without the sign of -0. */
    private static double decimal(String text) {
        return Numbers.decimal(text) + 0.0;
    }

    private <N extends Number> N parsed(String text, Function<String, N> parser) {
        N number;
        try {
            number = parser.apply(text);
        } catch (NumberFormatException e) {
            throw rejected(text);
        }
        if (!condition.test(number.doubleValue())) {
            throw rejected(text);
        }
        return number;
    }

    private UsageException rejected(String text) {
        return new UsageException(this + " must be " + allowed + ", got "
                + (text.isEmpty() ? "an empty value" : Shown.shortened(text)));
    }

    /** The name of the option: {@code learning-rate}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
