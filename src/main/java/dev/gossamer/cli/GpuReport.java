package dev.gossamer.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gossamer.record.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A report of parts that are carried out one after another: {@code gpu-report.md} for people and {@code gpu-report.json}
 * for programs, written anew after each part. A part that fails or cannot be carried out is in it with the reason.
 */
final class GpuReport {

    /** What a part found. */
    record Part(String text, Object values) {}

    /** Why a part cannot be carried out here. */
    static final class LeftOut extends Exception {

        LeftOut(String why) {
            super(why);
        }
    }

    /** Carries out a part. */
    interface Work {

        /**
         * Does it.
         *
         * @throws LeftOut if it cannot be carried out here
         * @throws IOException if files or programs fail
         */
        Part run() throws LeftOut, IOException;
    }

    private static final String NAME = "gpu-report";
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final Path folder;
    private final Predicate<String> wanted;
    private final Consumer<String> progress;
    private final StringBuilder text = new StringBuilder();
    private final Map<String, Object> values = new LinkedHashMap<>();
    private boolean failed;

    /**
     * @param folder made where it does not exist; earlier reports in it are replaced
     * @param environment machine and program
     * @param wanted says by their titles which parts are carried out
     * @param progress is told of each part
     * @throws IOException if the folder cannot be made
     */
    GpuReport(Path folder, Map<String, Object> environment, Predicate<String> wanted, Consumer<String> progress)
            throws IOException {
        this.folder = Files.createDirectories(folder);
        this.wanted = wanted;
        this.progress = progress;
        values.put("environment", environment);
        text.append("# GPU report\n\n");
        environment.forEach((name, value) -> text.append("- ").append(name).append(": ").append(value).append('\n'));
        write();
    }

    /** Carries out a part, if it is wanted, and writes what it found. */
    void add(String title, Work work) {
        if (!wanted.test(title)) {
            return;
        }
        progress.accept(title + " ...");
        Part part;
        try {
            part = work.run();
        } catch (LeftOut e) {
            part = new Part("Left out: " + e.getMessage() + ".", Map.of("left_out", e.getMessage()));
            progress.accept("left out: " + e.getMessage());
        } catch (IOException | RuntimeException | LinkageError | OutOfMemoryError e) {
            failed = true;
            String reason = Failures.sentence(e);
            Failures.log(title, e);
            part = new Part("Failed: " + reason + ".", Map.of("failed", reason));
            progress.accept("failed: " + reason);
        }
        text.append("\n## ").append(title).append("\n\n").append(part.text.strip()).append('\n');
        values.put(title, part.values);
        write();
    }

    private void write() {
        WholeFile.replace(folder.resolve(NAME + ".md"), text.toString());
        try {
            WholeFile.replace(folder.resolve(NAME + ".json"), JSON.writeValueAsString(values) + "\n");
        } catch (JsonProcessingException e) {
            throw new AssertionError("maps of strings and numbers are JSON", e);
        }
    }

    /** Whether a part failed. */
    boolean hasFailures() {
        return failed;
    }

    /** The file for people. */
    Path file() {
        return folder.resolve(NAME + ".md");
    }
}
