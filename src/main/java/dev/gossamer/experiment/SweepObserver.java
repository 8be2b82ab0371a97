package dev.gossamer.experiment;

import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.record.RecordException;
import dev.gossamer.record.RunResult;

/** Is told how a sweep goes, by the threads that train: by several at a time where runs are executed side by side. */
public interface SweepObserver {

    /**
     * A run starts, or goes on.
     *
     * @param name its name
     * @param configuration what it does
     * @param done number of steps done by earlier processes, as a rule 0
     * @param steps number of its steps
     * @param engine engine, backend and device in words
     * @return is told how the run goes
     */
    RunObserver started(String name, RunConfiguration configuration, long done, long steps, String engine);

    /** Something the user should know, in one sentence. */
    void note(String sentence);

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
