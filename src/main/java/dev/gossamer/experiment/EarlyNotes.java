package dev.gossamer.experiment;

import java.util.function.Consumer;

/**
 * Tells what is to be noted about a run before there is a record of it. A subscriber that fails then fails the run once
 * it is recorded.
 */
final class EarlyNotes implements Consumer<String> {

    private final RunEvents events;
    private RuntimeException failure;

    /** @param events takes the notes */
    EarlyNotes(RunEvents events) {
        this.events = events;
    }

    @Override
    public void accept(String sentence) {
        try {
            events.note(sentence);
        } catch (RuntimeException e) {
            failure = failure == null ? e : failure;
        }
    }

    /** @throws RuntimeException what a subscriber failed with first */
    void check() {
        if (failure != null) {
            throw failure;
        }
    }
}
