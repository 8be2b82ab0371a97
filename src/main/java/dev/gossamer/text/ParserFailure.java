package dev.gossamer.text;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;

/** Says what is wrong with a text in YAML or JSON, and in which line, in words for who wrote it. */
public final class ParserFailure {

    /** What the parser adds for programmers: where a bracket was opened in its source, which setting forbids it. */
    private static final Pattern FOR_PROGRAMMERS = Pattern.compile(
            " \\((for \\w+ starting|start marker) at \\[.*?]\\)|, from `[^`]*`| \\(Do not use .*\\)$"
                    + "| \\(code \\d+[^)]*\\)(?=\\))|: (was expecting|expected a valid value) \\(JSON .*$");

    private static final Pattern JAVA =
            Pattern.compile("\\b(org|com|java|dev)\\.\\w+\\.|`|JsonToken|Exception|Constraints|Event\\b");

    private ParserFailure() {}

    /**
     * The words: {@code line 2: tabs are not allowed for indentation; use blanks}.
     *
     * @param failure what the parser threw
     * @param text what it was to parse
     */
    public static String words(JsonProcessingException failure, String text) {
        return Shown.line(Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
                .flatMap(cause -> ofYaml(cause, text).stream())
                .findFirst()
                .orElseGet(() -> ofJackson(failure)));
    }

    private static Optional<String> ofYaml(Throwable failure, String text) {
        if (failure instanceof ReaderException) {
            return Optional.of(unprintable(text));
        }
        return failure instanceof MarkedYAMLException marked && marked.getProblem() != null
                ? Optional.of(problem(marked))
                : Optional.empty();
    }

    /** The parser counts from the start of a part of the text, which it does not tell. */
    private static String unprintable(String text) {
        int at = 0;
        while (at < text.length() && StreamReader.isPrintable(text.codePointAt(at))) {
            at += Character.charCount(text.codePointAt(at));
        }
        long line = 1 + text.substring(0, at).chars().filter(c -> c == '\n').count();
        return "line " + line + ": control characters are not allowed"
                + (at < text.length() ? String.format(", found U+%04X", text.codePointAt(at)) : "");
    }

    private static String problem(MarkedYAMLException failure) {
        Mark mark = failure.getProblemMark();
        String line = mark == null ? "" : "line " + (mark.getLine() + 1) + ": ";
        String problem = failure.getProblem();
        if (problem.contains("\\t(TAB)")) {
            return line + "tabs are not allowed for indentation; use blanks";
        }
        String hint = problem.contains("<block end>") ? "; check the indentation and the quotes" : "";
        return line + FOR_PROGRAMMERS.matcher(problem).replaceAll("") + hint + context(failure);
    }

    /** What the parser was reading, where that starts in another line: a quote or a bracket that is not closed. */
    private static String context(MarkedYAMLException failure) {
        Mark start = failure.getContextMark();
        Mark mark = failure.getProblemMark();
        return start == null || mark == null || failure.getContext() == null || start.getLine() == mark.getLine()
                ? ""
                : " (" + failure.getContext() + ", which starts in line " + (start.getLine() + 1) + ")";
    }

    private static String line(JsonLocation location) {
        return location == null || location.getLineNr() < 1 ? "" : "line " + location.getLineNr() + ": ";
    }

    private static String ofJackson(JsonProcessingException failure) {
        if (failure.getOriginalMessage().startsWith("No content")) {
            return "it is empty";
        }
        return line(failure.getLocation()) + reason(failure);
    }

    private static String reason(JsonProcessingException failure) {
        if (failure instanceof MismatchedInputException misplaced) {
            return ofPlace(misplaced);
        }
        String message = failure.getOriginalMessage();
        if (message.startsWith("Expected a field name")) {
            return "a name must be a plain word";
        }
        String words = FOR_PROGRAMMERS.matcher(message).replaceAll("");
        if (JAVA.matcher(words).find()) {
            return failure instanceof StreamConstraintsException ? "it is too large" : "it is not well-formed";
        }
        return words;
    }

    /** A value is not of the kind that belongs there. */
    private static String ofPlace(MismatchedInputException failure) {
        return failure.getPath().isEmpty()
                ? "it is a list or a single value"
                : "the value of " + Shown.value(String.valueOf(failure.getPath().get(0).getFieldName()))
                        + " must be a single one";
    }
}
