package dev.gossamer.experiment;

import dev.gossamer.record.RecordException;
import dev.gossamer.record.RunResult;

/** Is told how a sweep goes, by the thread that trains. */
public interface SweepObserver {

    /**
     * A run starts.
     *
     * @param name its name
     * @param configuration what it does
     * @param steps number of its steps
     * @param engine engine, backend and device in words
     * @return is told how the run goes
     */
    RunObserver started(String name, RunConfiguration configuration, long steps, String engine);

    /**
     * A run failed; {@link #finished} follows.
     *
     * @param name its name
     * @param failure what ended it
     */
    void failed(String name, Throwable failure);

    /**
     * A run ended. It is recorded, unless that failed, which ends the sweep after this.
     *
     * @param name its name
     * @param result how it ended
     * @throws RecordException if the observer's own record of it cannot be written, which ends the sweep
     */
    void finished(String name, RunResult result);
}
