package dev.gossamer.bench.gpu;

import dev.gossamer.bench.gpu.GpuReport.LeftOut;
import java.io.IOException;
import java.util.Locale;

/**
 * A part of {@code gpu --full}, carried out in a process of its own.
 *
 * @param title its heading
 * @param least seconds without which it is of no use
 * @param limit seconds that it may take at most
 * @param work carries it out
 */
public record GpuPart(String title, int least, int limit, Work work) {

    /** Carries out a part. */
    @FunctionalInterface
    public interface Work {

        /**
         * Does it.
         *
         * @param seconds how long it may take before it is killed
         * @throws LeftOut if it cannot be carried out here
         * @throws IOException if files or programs fail
         */
        GpuReport.Part run(double seconds) throws LeftOut, IOException;
    }

    /** The title in one word, as {@code --parts} takes it: {@code speed-vgg-11}. */
    public String id() {
        return id(title);
    }

    /** Whether a user's word is in the title. */
    public boolean isMeant(String word) {
        return id().contains(id(word));
    }

    /** Any words in one. */
    public static String id(String words) {
        return words.strip().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }
}
