package dev.gossamer.record;

import java.util.Locale;

/** How a run ended. */
public enum RunStatus {
    /** All steps done. */
    FINISHED,
    /** The loss became infinite, not a number, or larger than the task allows: a result, not a crash. */
    DIVERGED,
    /** Stopped by the user; what was recorded is kept. */
    INTERRUPTED,
    /** An error ended it. */
    FAILED;

    /**
     * The status that {@link #toString} writes so.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static RunStatus parse(String text) {
        for (RunStatus status : values()) {
            if (status.toString().equals(text)) {
                return status;
            }
        }
        throw new IllegalArgumentException(
                "status must be finished, diverged, interrupted or failed, got \"" + text + "\"");
    }

    /** Whether the run needs no more steps: it is finished or diverged. */
    public boolean isFinal() {
        return this == FINISHED || this == DIVERGED;
    }

    /** As written in records: {@code finished}, {@code diverged}, ... */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
