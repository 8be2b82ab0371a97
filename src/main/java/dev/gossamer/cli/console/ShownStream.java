package dev.gossamer.cli.console;

import dev.gossamer.text.Shown;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Locale;

/**
 * A stream that prints sentences, each of them on one line as {@link Shown} has it: a file, a folder or an option may
 * have been named to move the cursor of a terminal. Texts of several lines (tables, JSON, CSV) go through {@link
 * #print(String)} as they are; their writers escape the values in them.
 */
public final class ShownStream extends PrintStream {

    private final PrintStream target;

    public ShownStream(PrintStream target) {
        super(target, true);
        this.target = target;
    }

    @Override
    public void println(String line) {
        target.println(Shown.line(String.valueOf(line)));
    }

    @Override
    public void println(Object line) {
        println(String.valueOf(line));
    }

    @Override
    public void print(String text) {
        target.print(text);
    }

    /** The arguments are escaped, the format is not. */
    @Override
    public PrintStream format(String format, Object... arguments) {
        target.print(String.format(Locale.ROOT, format, Arrays.stream(arguments)
                .map(argument -> argument instanceof Number ? argument : Shown.line(String.valueOf(argument)))
                .toArray()));
        return this;
    }

    @Override
    public PrintStream printf(String format, Object... arguments) {
        return format(format, arguments);
    }

    @Override
    public boolean checkError() {
        return target.checkError();
    }

    @Override
    public void flush() {
        target.flush();
    }
}
