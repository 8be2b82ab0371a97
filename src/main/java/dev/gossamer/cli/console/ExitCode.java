package dev.gossamer.cli.console;

/** What the process returns to its caller. */
public final class ExitCode {

    /** Everything asked for was done; runs that diverged are done. */
    public static final int DONE = 0;
    /** Something failed. */
    public static final int FAILED = 1;
    /** Wrong command line or configuration; nothing was started. */
    public static final int USAGE = 2;
    /** The user stopped it, and what was recorded is kept. */
    public static final int INTERRUPTED = 130;

    private ExitCode() {}
}
