package dev.gossamer.cli;

/** What the process returns to its caller. */
final class ExitCode {

    /** Everything asked for was done; runs that diverged are done. */
    static final int DONE = 0;
    /** Something failed. */
    static final int FAILED = 1;
    /** Wrong command line or configuration; nothing was started. */
    static final int USAGE = 2;
    /** The user stopped it, and what was recorded is kept. */
    static final int INTERRUPTED = 130;

    private ExitCode() {}
}
