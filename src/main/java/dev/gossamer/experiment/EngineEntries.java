package dev.gossamer.experiment;

import dev.gossamer.engine.Preparation;
import dev.gossamer.engine.ReplicaEngine;
import java.util.Map;
import java.util.Optional;

/**
 * What the record of a run says of its engine.
 *
 * @param engine engine, backend and device in words
 * @param ways by which operations the device computes, where it chose among several
 */
record EngineEntries(String engine, Optional<String> ways) {

    private static final String ENGINE = "engine";
    private static final String WAYS = "convolution_ways";

    static EngineEntries of(ReplicaEngine engine) {
        return new EngineEntries(engine.description(),
                engine.gradients().preparation().filter(made -> !made.choices().isEmpty()).map(Preparation::ways));
    }

    void addTo(Map<String, Object> environment) {
        environment.put(ENGINE, engine);
        ways.ifPresent(chosen -> environment.put(WAYS, chosen));
    }

    /** What another engine computes, or the same in another way, differs by rounding. */
    void noteOthers(ExperimentFolder folder, RunEvents events) {
        noteOther(ENGINE, "", engine, folder, events);
        ways.ifPresent(chosen -> noteOther(WAYS, "convolutions by ", chosen, folder, events));
    }

    private static void noteOther(
            String entry, String what, String value, ExperimentFolder folder, RunEvents events) {
        String now = withoutThreads(value);
        folder.environment(events.run(), entry)
                .map(EngineEntries::withoutThreads)
                .filter(before -> !before.equals(now))
                .ifPresent(before -> events.note(
                        events.run() + " was begun with " + what + before + " and goes on with " + what + now));
    }

    private static String withoutThreads(String engine) {
        return engine.replaceFirst(", \\d+ threads?$", "");
    }
}
