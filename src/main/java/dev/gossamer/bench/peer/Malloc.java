package dev.gossamer.bench.peer;

import java.util.List;
import java.util.Map;

/** How glibc gives a process its memory: environment variables, which other systems ignore. */
public enum Malloc {

    /** As glibc does where nothing is set. */
    STANDARD("standard malloc", Map.of()),
    /** As run.sh sets it for Gossamer: what is freed is kept. */
    KEPT("kept memory", Map.of("MALLOC_MMAP_THRESHOLD_", "4294967296", "MALLOC_TRIM_THRESHOLD_", "8589934592",
            "MALLOC_TOP_PAD_", "67108864")),
    /**
     * The same with one arena for all threads: that of a process's first thread, which alone can grow without limit.
     */
    ONE_ARENA("kept memory, one arena", Map.of("MALLOC_MMAP_THRESHOLD_", "4294967296", "MALLOC_TRIM_THRESHOLD_",
            "8589934592", "MALLOC_TOP_PAD_", "67108864", "MALLOC_ARENA_MAX", "1"));

    private static final List<String> VARIABLES = List.of("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_",
            "MALLOC_TOP_PAD_", "MALLOC_ARENA_MAX");

    private final String words;
    private final Map<String, String> variables;

    Malloc(String words, Map<String, String> variables) {
        this.words = words;
        this.variables = variables;
    }

    /** Sets a process's environment, whatever this process's is. */
    void set(Map<String, String> environment) {
        environment.keySet().removeAll(VARIABLES);
        environment.putAll(variables);
    }

    /** In words. */
    @Override
    public String toString() {
        return words;
    }
}
