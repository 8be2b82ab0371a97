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

    /** As written in records: {@code finished}, {@code diverged}, ... */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
