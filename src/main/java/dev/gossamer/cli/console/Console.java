package dev.gossamer.cli.console;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarConsumer;

/**
 * Where a command writes.
 *
 * @param out results
 * @param err progress and errors
 * @param columns width of the terminal that {@code err} is, on which a line can be drawn anew; 0 where it is none
 */
public record Console(PrintStream out, PrintStream err, int columns) {

    /** What is printed is shown on one line each. */
    public Console {
        out = new ShownStream(out);
        err = new ShownStream(err);
    }

    /** Whether {@code err} is a terminal. */
    public boolean isTerminal() {
        return columns > 0;
    }

    /**
     * Where progress bars are drawn. The width is given, because the library would otherwise ask JLine for it, which
     * makes Ctrl-C kill the process at once.
     */
    public ProgressBarConsumer bars() {
        return new ConsoleProgressBarConsumer(err, columns - 1);
    }
}
