package dev.gossamer.data;

import dev.gossamer.catalogue.Parameters;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Data sets of one kind of files: {@code csv:FILE}, with options behind the file as in {@code
 * csv:wine.csv+label=quality+test=other.csv}.
 */
abstract class FileFamily implements Task.Family {

    /** The option that names a file with the test examples, in the families that have it. */
    static final String TEST = "test";

    private final String prefix;
    private final String place;
    private final List<String> options;

    /**
     * @param kind what names begin with, before a colon
     * @param place what follows it, in a capital word
     * @param options names of the options
     */
    FileFamily(String kind, String place, List<String> options) {
        prefix = kind + ":";
        this.place = place;
        this.options = options;
    }

    @Override
    public final String form() {
        return prefix + place;
    }

    @Override
    public final Pattern pattern() {
        String option = options.isEmpty() ? "" : "(?:\\+(?:" + String.join("|", options) + ")=[^+]+)*";
        return Pattern.compile(Pattern.quote(prefix) + "(.+?)(" + option + ")");
    }

    @Override
    public final Task task(Parameters parameters) {
        Path path = parameters.path(1);
        Map<String, String> given = given(parameters.match().group(2));
        Parameters.path(given.getOrDefault(TEST, ""));
        check(given);
        String name = parameters.match().group();
        return new FileTask(name, () -> {
            checkOptions(path);
            return read(name, path, given);
        });
    }

    /** A mistyped option is taken for a part of the path. */
    private void checkOptions(Path path) {
        if (!options.isEmpty() && Files.notExists(path) && path.toString().matches(".*\\+\\w+=.*")) {
            throw new DataException(path + " cannot be read (no such file or folder); options of " + prefix
                    + place + " are +" + String.join("=, +", options) + "=.");
        }
    }

    private static Map<String, String> given(String text) {
        Map<String, String> given = new LinkedHashMap<>();
        Matcher option = Pattern.compile("\\+(\\w+)=([^+]+)").matcher(text);
        while (option.find()) {
            if (given.put(option.group(1), option.group(2)) != null) {
                throw new IllegalArgumentException(option.group(1) + " is given once");
            }
        }
        return given;
    }

    /**
     * Checks the values of options, before anything is read.
     *
     * @throws IllegalArgumentException if one is none of those allowed
     */
    void check(Map<String, String> given) {}

    /**
     * Reads the files.
     *
     * @param name name of the data set
     * @param given the options that are given
     * @throws DataException if they cannot be read, or are damaged
     */
    abstract DataSet read(String name, Path path, Map<String, String> given);
}
