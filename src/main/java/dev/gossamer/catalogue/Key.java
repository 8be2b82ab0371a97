package dev.gossamer.catalogue;

import dev.gossamer.text.Decimal;
import dev.gossamer.text.Nearest;
import dev.gossamer.text.Numbers;
import dev.gossamer.text.Shown;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A key of a configuration, defined once: what it means, what is allowed, how a text is read and a value written. It is
 * written in kebab-case in experiment files ({@code learning-rate: 0.1}) and as an option ({@code --learning-rate
 * 0.1}). Two keys are the same only if they are the same object.
 *
 * @param <T> what its values are
 */
public final class Key<T> {

    /** A path has at most 4,096 characters, and everything else fewer. */
    private static final int LONGEST = 5000;

    private final String name;
    private final String standard;
    private final String allowed;
    private final String meaning;
    private final Function<String, T> reader;
    private final Predicate<T> valid;
    private final Function<T, Object> writer;
    private final boolean varies;
    private final Function<String, String> hint;
    private final Optional<String> before;

    private Key(String name, String standard, String allowed, String meaning, Function<String, T> reader,
            Predicate<T> valid, Function<T, Object> writer, boolean varies, Function<String, String> hint,
            Optional<String> before) {
        this.name = name;
        this.standard = standard;
        this.allowed = allowed;
        this.meaning = meaning;
        this.reader = reader;
        this.valid = valid;
        this.writer = writer;
        this.varies = varies;
        this.hint = hint;
        this.before = before;
    }

    /**
     * A key.
     *
     * @param name as it is written
     * @param standard the text where nothing is given; empty for none
     * @param allowed the allowed values in words, as they follow "must be"
     * @param meaning what it is, in a few words
     * @param reader reads a text without blanks around; throws an IllegalArgumentException where it is none of the
     *     allowed ones, with a message where that says more than the allowed values do
     */
    public static <T> Key<T> of(
            String name, String standard, String allowed, String meaning, Function<String, T> reader) {
        return new Key<>(name, standard, allowed, meaning, reader, value -> true, value -> value, true,
                text -> "", Optional.empty());
    }

    /**
     * A key of one of some words.
     *
     * @param words the allowed ones, in words
     */
    public static Key<String> word(String name, String standard, String words, String meaning) {
        List<String> allowed = List.of(words.split(", | or "));
        return of(name, standard, words, meaning, text -> text).checked(allowed::contains)
                .hinting(text -> Nearest.question(text, allowed));
    }

    /** A key of one of the constants of an enum, which are written in kebab-case. */
    public static <E extends Enum<E>> Key<E> choice(String name, E standard, String meaning) {
        Map<String, E> constants = new LinkedHashMap<>();
        for (E constant : standard.getDeclaringClass().getEnumConstants()) {
            constants.put(kebabCase(constant), constant);
        }
        String words = String.join(", ", constants.keySet()).replaceFirst(", (?=[^,]*$)", " or ");
        return Key.<E>of(name, kebabCase(standard), words, meaning, text -> Optional.ofNullable(constants.get(text))
                        .orElseThrow(IllegalArgumentException::new))
                .hinting(text -> Nearest.question(text, constants.keySet())).written(Key::kebabCase);
    }

    private static String kebabCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A key that is true or false, and false where nothing is given. */
    public static Key<Boolean> flag(String name, String meaning) {
        return of(name, "false", "true or false", meaning, text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException();
        });
    }

    /**
     * A key of a number.
     *
     * @param interval where it has to be, as {@code (0, 1e6]}
     */
    public static Key<Double> number(String name, String standard, String interval, String meaning) {
        return of(name, standard, "a number in " + interval, meaning,
                text -> Numbers.decimal(text) + 0.0) // without the sign of -0
                .checked(Interval.of(interval)::contains)
                .written(Key::decimal);
    }

    /**
     * A key of a whole number.
     *
     * @param interval where it has to be, as {@code [1, 4096]}
     */
    public static Key<Integer> integer(String name, String standard, String interval, String meaning) {
        return of(name, standard, "a whole number in " + interval, meaning, text -> Numbers.integer(text))
                .checked(Interval.of(interval)::contains);
    }

    /**
     * A key of a whole number that need not fit into 32 bits.
     *
     * @param interval where it has to be, as {@code [1, 1000000000]}
     */
    public static Key<Long> wide(String name, String standard, String interval, String meaning) {
        return of(name, standard, "a whole number in " + interval, meaning, text -> Numbers.whole(text))
                .checked(Interval.of(interval)::contains);
    }

    /** The same key, whose allowed values are told in other words. */
    public Key<T> allowing(String words) {
        return new Key<>(name, standard, words, meaning, reader, valid, writer, varies, hint, before);
    }

    /** The same key, whose values have to be valid besides. */
    public Key<T> checked(Predicate<? super T> condition) {
        return new Key<>(name, standard, allowed, meaning, reader, valid.and(condition), writer, varies, hint, before);
    }

    /** The same key, whose values are written so in records. */
    public Key<T> written(Function<T, Object> form) {
        return new Key<>(name, standard, allowed, meaning, reader, valid, form, varies, hint, before);
    }

    /** The same key, which ends what it says of a text that is not allowed with what that may stand for. */
    public Key<T> hinting(Function<String, String> end) {
        return new Key<>(name, standard, allowed, meaning, reader, valid, writer, varies, end, before);
    }

    /** The same key, which is the same for all runs of a grid. */
    public Key<T> ofAllRuns() {
        return new Key<>(name, standard, allowed, meaning, reader, valid, writer, false, hint, before);
    }

    /**
     * The same key, which came later than the first records: what went without saying in those.
     *
     * @param text the value that they are of
     */
    public Key<T> before(String text) {
        return new Key<>(name, standard, allowed, meaning, reader, valid, writer, varies, hint, Optional.of(text));
    }

    /** A number that prints as people write it: {@code 0.0001}, {@code 16}. */
    public static BigDecimal decimal(double value) {
        return new BigDecimal(BigDecimal.valueOf(value).stripTrailingZeros().toPlainString());
    }

    /**
     * The value of a text.
     *
     * @throws ConfigurationException if it is none of the allowed ones
     */
    public T parse(String text) {
        if (text.length() > LONGEST) {
            throw rejectsText(text);
        }
        String stripped = text.strip();
        T value;
        try {
            value = reader.apply(stripped);
        } catch (IllegalArgumentException e) {
            throw hasReason(e)
                    ? new ConfigurationException(rejectsText(stripped).getMessage() + "; " + e.getMessage())
                    : hinted(stripped);
        }
        return check(value);
    }

    /**
     * The value itself, where it is allowed.
     *
     * @throws ConfigurationException where it is not
     */
    public T check(T value) {
        if (!valid.test(value)) {
            throw value instanceof String text ? hinted(text)
                    : rejects(value instanceof Double number ? Decimal.format(number) : value);
        }
        return value;
    }

    /** Whether it says more than the allowed values: that a number is to stand somewhere, these do. */
    private static boolean hasReason(IllegalArgumentException e) {
        return e.getMessage() != null && !(e instanceof NumberFormatException);
    }

    private ConfigurationException hinted(String text) {
        return new ConfigurationException(rejectsText(text).getMessage() + hint.apply(text));
    }

    /** A value as it is recorded: a text, or a number that prints as people write it. */
    public Object write(T value) {
        return writer.apply(value);
    }

    /** The text where nothing is given; empty for none. */
    public String standard() {
        return standard;
    }

    /** The value of records without this key, where it came later than those. */
    public Optional<String> before() {
        return before;
    }

    /** The allowed values in words, as they follow "must be". */
    public String allowed() {
        return allowed;
    }

    /** What the key is, in a few words. */
    public String meaning() {
        return meaning;
    }

    /** Whether the runs of a grid can differ in it. */
    public boolean canVary() {
        return varies;
    }

    /** As written in files: {@code learning-rate}. */
    @Override
    public String toString() {
        return name;
    }

    /** The exception that says that a text is none of those allowed. */
    public ConfigurationException rejectsText(String text) {
        return rejects(Shown.value(text));
    }

    /** The exception that says that a value is none of those allowed. */
    public ConfigurationException rejects(Object value) {
        return new ConfigurationException(name + " must be " + allowed + ", got " + value);
    }
}
