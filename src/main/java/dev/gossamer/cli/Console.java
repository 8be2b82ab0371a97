package dev.gossamer.cli;

import java.io.PrintStream;

/**
 * Where a command writes.
 *
 * @param out results
 * @param err progress and errors
 * @param terminal whether {@code err} is a terminal, on which a line can be drawn anew
 */
record Console(PrintStream out, PrintStream err, boolean terminal) {}
