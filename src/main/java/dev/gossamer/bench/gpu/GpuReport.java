package dev.gossamer.bench.gpu;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.record.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A report of parts: {@code gpu-report.md} for people and {@code gpu-report.json} for programs, written anew after each
 * part, each as a whole. A part that fails or cannot be carried out is in it with the reason, and what was not done
 * with the command that goes on.
 */
public final class GpuReport {

    /**
     * What a part found.
     *
     * @param text for people
     * @param values for programs
     * @param failed whether it found something wrong
     */
    public record Part(String text, Object values, boolean failed) {

        /** Of a part that found nothing wrong. */
        public Part(String text, Object values) {
            this(text, values, false);
        }
    }

    /** Why a part cannot be carried out here. */
    public static final class LeftOut extends Exception {

        private static final long serialVersionUID = 1L;

        /** @param why in a few words */
        public LeftOut(String why) {
            super(why);
        }
    }

    /** A part that was not done in the time that it had. */
    public static final class TooLate extends IOException {

        private static final long serialVersionUID = 1L;

        /** @param what in a few words */
        public TooLate(String what) {
            super(what);
        }
    }

    /** What became of a part. */
    public enum State {
        DONE, LEFT_OUT, FAILED, TOO_LATE, INTERRUPTED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /**
     * A part in the report.
     *
     * @param title its heading
     * @param state what became of it
     * @param seconds how long it took
     * @param commit of the program that carried it out
     * @param device on which
     * @param text for people
     * @param values for programs
     */
    public record Entry(
            String title, State state, double seconds, String commit, String device, String text, Object values) {}

    /** Everything that is in the files. */
    private record Content(Map<String, Object> environment, List<Entry> parts, List<String> notDone, String goOn) {}

    private static final String NAME = "gpu-report";
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final Path folder;
    private final Map<String, Object> environment;
    private final List<String> order;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private List<String> notDone = List.of();
    private String goOn = "";

    private GpuReport(Path folder, Map<String, Object> environment, List<String> order) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.environment = environment;
        this.order = order;
    }

    /**
     * A report without parts.
     *
     * @param folder made where it does not exist; an earlier report in it is replaced
     * @param environment machine and program
     * @param order titles of all parts that there are, as they follow one another
     * @throws IOException if the folder cannot be made
     */
    public static GpuReport anew(Path folder, Map<String, Object> environment, List<String> order) throws IOException {
        return new GpuReport(folder, environment, order);
    }

    /**
     * A report with the parts of an earlier one in the folder, where there is one.
     *
     * @throws IOException if the folder cannot be made
     * @throws ConfigurationException if there is something else than a report
     */
    public static GpuReport adding(Path folder, Map<String, Object> environment, List<String> order)
            throws IOException {
        GpuReport report = anew(folder, environment, order);
        Path file = folder.resolve(NAME + ".json");
        if (Files.exists(file)) {
            read(file).ifPresentOrElse(content -> {
                content.parts.forEach(entry -> report.entries.put(entry.title, entry));
                report.notDone = List.copyOf(content.notDone);
            }, () -> {
                throw new ConfigurationException(file + " is no report that parts can be added to; move it away,"
                        + " or give another --output");
            });
        }
        return report;
    }

    /** A report; nothing where it is none. */
    private static Optional<Content> read(Path file) {
        try {
            Content content = Files.isRegularFile(file)
                    ? JSON.readValue(Files.readString(file), Content.class) : null;
            boolean whole = content != null && content.notDone.stream().allMatch(Objects::nonNull)
                    && content.parts.stream().allMatch(entry -> entry != null && entry.title != null
                    && entry.state != null && entry.commit != null && entry.device != null && entry.text != null);
            return whole ? Optional.of(content) : Optional.empty();
        } catch (IOException | NullPointerException e) {
            return Optional.empty(); // damaged, or something else
        }
    }

    /** Takes a part, in place of an earlier one of the same title, and writes the files. */
    public void put(Entry entry) {
        entries.put(entry.title, entry);
        write();
    }

    /**
     * Says what is still to be done, and writes the files.
     *
     * @param titles of parts that were not done
     * @param command that carries them out
     */
    public void notDone(List<String> titles, String command) {
        notDone = List.copyOf(titles);
        goOn = command;
        write();
    }

    /** Titles of parts that are still to be done. */
    public List<String> notDone() {
        return notDone;
    }

    private List<Entry> inOrder() {
        List<Entry> sorted = new ArrayList<>();
        order.stream().filter(entries::containsKey).map(entries::get).forEach(sorted::add);
        entries.values().stream().filter(entry -> !order.contains(entry.title)).forEach(sorted::add);
        return sorted;
    }

    private void write() {
        try {
            WholeFile.replace(folder.resolve(NAME + ".json"),
                    JSON.writeValueAsString(new Content(environment, inOrder(), notDone, goOn)) + "\n");
        } catch (JsonProcessingException e) {
            throw new AssertionError("maps of strings and numbers are JSON", e);
        }
        WholeFile.replace(file(), text());
    }

    private String text() {
        StringBuilder text = new StringBuilder("# GPU report\n\n");
        environment.forEach((name, value) -> text.append("- ").append(name).append(": ").append(value).append('\n'));
        text.append("\n| part | result | seconds |\n|---|---|---:|\n");
        inOrder().stream().filter(entry -> !notDone.contains(entry.title))
                .forEach(entry -> text.append("| ").append(entry.title).append(" | ").append(entry.state).append(" | ")
                .append(Math.round(entry.seconds)).append(" |\n"));
        notDone.forEach(title -> text.append("| ").append(title).append(" | not done | |\n"));
        if (!notDone.isEmpty()) {
            text.append("\nWhat was not done is added to this report by\n\n```\n").append(goOn).append("\n```\n");
        }
        for (Entry entry : inOrder()) {
            text.append("\n## ").append(entry.title).append("\n\n").append(elsewhere(entry)).append(entry.text.strip())
                    .append('\n');
        }
        return text.toString();
    }

    /** A part that was added from elsewhere says so. */
    private String elsewhere(Entry entry) {
        boolean here = entry.commit.equals(commit(environment)) && entry.device.equals(device(environment));
        return here ? "" : "(Commit " + entry.commit + ", on " + entry.device + ".)\n\n";
    }

    /** The program's commit, as an environment says. */
    static String commit(Map<String, Object> environment) {
        return String.valueOf(environment.get("commit"));
    }

    /** The GPU, as an environment says. */
    static String device(Map<String, Object> environment) {
        return String.valueOf(environment.get("device"));
    }

    /** The file for people. */
    public Path file() {
        return folder.resolve(NAME + ".md");
    }
}
