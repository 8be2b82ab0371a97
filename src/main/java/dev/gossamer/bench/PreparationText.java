package dev.gossamer.bench;

import dev.gossamer.engine.Preparation;
import dev.gossamer.engine.Preparation.Candidate;
import dev.gossamer.engine.Preparation.Choice;
import dev.gossamer.report.table.Listing;
import java.util.Locale;
import java.util.stream.Collectors;

/** How a device was made ready, as text. */
public final class PreparationText {

    private PreparationText() {}

    /**
     * Programs, memory, and a table of the ways that were tried.
     *
     * @param estimate bytes that were expected to be allocated
     */
    public static String of(Preparation preparation, long estimate) {
        StringBuilder text = new StringBuilder("Switches: " + preparation.settings() + "\n");
        for (Preparation.Program program : preparation.programs()) {
            text.append(String.format(Locale.ROOT, "%s: %s, ready after %.1f s%n", program.name(), program.recording(),
                    program.milliseconds() / 1e3));
        }
        text.append(String.format(Locale.ROOT, "Memory: %s allocated, of which %s are the workspace; the estimate was"
                        + " %s; %s of the GPU are in use%n",
                mebibytes(preparation.allocated()), mebibytes(preparation.workspace()), mebibytes(estimate),
                mebibytes(preparation.inUse())));
        if (!preparation.choices().isEmpty()) {
            text.append(choices().table(preparation.choices()));
        }
        return text.toString();
    }

    private static String mebibytes(long bytes) {
        return (bytes + (1 << 19) >> 20) + " MiB";
    }

    private static Listing<Choice> choices() {
        return new Listing<Choice>()
                .text("convolution", "convolution", Choice::operation)
                .text("way", "way taken", choice -> choice.chosen() + (choice.kept() ? " (decided earlier)" : ""))
                .text("candidates", "ms of each way, or why it was refused", choice -> choice.candidates().stream()
                        .map(PreparationText::candidate).collect(Collectors.joining("; ")));
    }

    private static String candidate(Candidate way) {
        return way.refusal().isEmpty()
                ? String.format(Locale.ROOT, "%s %.4f", way.name(), way.milliseconds())
                : way.name() + ": " + way.refusal();
    }
}
