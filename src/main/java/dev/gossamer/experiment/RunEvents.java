package dev.gossamer.experiment;

import dev.gossamer.record.RecordException;
import java.util.ArrayList;
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
     * Tells of an event. Where a subscriber fails, those after it are not told, but for a failure and a result: it may
     * be hours of work, so that everyone is told even where the disk is full.
     *
     * @throws RuntimeException what a subscriber failed with, the first one where several do
     */
    void emit(RunEvent event) {
        if (event instanceof RunEvent.Failed || event instanceof RunEvent.Ended) {
            tellAll(event);
        } else {
            subscribers.forEach(subscriber -> subscriber.accept(event));
        }
    }

    private void tellAll(RunEvent event) {
        Throwable first = null;
        for (Consumer<RunEvent> subscriber : subscribers) {
            try {
                subscriber.accept(event);
            } catch (RuntimeException | Error e) {
                first = joined(first, e);
            }
        }
        if (first instanceof Error error) {
            throw error;
        }
        if (first != null) {
            throw (RuntimeException) first;
        }
    }

    /** The first failure, which carries the other; a subscriber may throw the same object again. */
    private static Throwable joined(Throwable first, Throwable other) {
        if (first == null) {
            return other;
        }
        if (first != other) {
            first.addSuppressed(other);
        }
        return first;
    }

    /**
     * Tells that the run failed. What subscribers throw then does not take the result from the run: the failure carries
     * it.
     *
     * @throws RecordException if a subscriber could not record it
     */
    void failed(Throwable failure) {
        try {
            emit(new RunEvent.Failed(run, failure));
        } catch (RecordException e) {
            throw e;
        } catch (RuntimeException | OutOfMemoryError | LinkageError e) {
            joined(failure, e);
        }
    }
}
