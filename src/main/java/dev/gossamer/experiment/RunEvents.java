package dev.gossamer.experiment;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Tells the subscribers what happens in a run, in the thread that trains: one after the other, in their order. Runs
 * side by side tell the same subscribers from several threads.
 */
public final class RunEvents {

    private final String run;
    private final List<Consumer<RunEvent>> subscribers;

    /**
     * @param run name of the run
     * @param subscribers are told of every event, in this order
     */
    public RunEvents(String run, List<Consumer<RunEvent>> subscribers) {
        this.run = run;
        this.subscribers = List.copyOf(subscribers);
    }

    /** Those of the same run with a subscriber before the others, so that nothing is shown that is not recorded. */
    RunEvents recordedBy(Consumer<RunEvent> recorder) {
        List<Consumer<RunEvent>> all = new ArrayList<>(List.of(recorder));
        all.addAll(subscribers);
        return new RunEvents(run, all);
    }

    /** Name of the run. */
    public String run() {
        return run;
    }

    /** Tells of something that the user should know, in one sentence. */
    void note(String sentence) {
        emit(new RunEvent.Noted(run, sentence));
    }

    /**
     * Tells of an event. Where a subscriber fails, those after it are not told, but for a result: it may be hours of
     * work, so that everyone is told even where the disk is full.
     *
     * @throws RuntimeException what a subscriber failed with
     */
    void emit(RunEvent event) {
        if (event instanceof RunEvent.Ended) {
            tellAll(subscribers.iterator(), event);
        } else {
            subscribers.forEach(subscriber -> subscriber.accept(event));
        }
    }

    private static void tellAll(Iterator<Consumer<RunEvent>> rest, RunEvent event) {
        if (rest.hasNext()) {
            try {
                rest.next().accept(event);
            } finally {
                tellAll(rest, event);
            }
        }
    }
}
