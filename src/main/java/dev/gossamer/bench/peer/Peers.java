package dev.gossamer.bench.peer;

import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.text.Shown;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Peers that take turns. Before the first round of a run, short trials find the settings that each of them is fastest
 * with. Where there are several, one that fails is reported and left out of that run; one alone must not fail.
 */
public final class Peers {

    /** Steps of a trial, after those that are not counted, and most seconds of them. */
    private static final int TRIAL_WARM_UP = 2;
    private static final int TRIAL_STEPS = 3;
    private static final int TRIAL_SECONDS = 5;

    private final List<TorchPeer> all;
    private final List<String> modes;

    /**
     * @param all in the order of a round
     * @param modes names of {@link PeerModes}, or {@link PeerModes#ALL}
     */
    public Peers(List<TorchPeer> all, List<String> modes) {
        this.all = List.copyOf(all);
        this.modes = List.copyOf(modes);
    }

    /** No peers. */
    public static Peers none() {
        return new Peers(List.of(), List.of());
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return all.isEmpty();
    }

    /** Name and version of each peer. */
    public Map<String, String> versions() {
        Map<String, String> versions = new LinkedHashMap<>();
        all.forEach(peer -> versions.put(peer.name(), peer.version()));
        return versions;
    }

    /**
     * Checks that the peers have the same network, and one of them a wanted mode.
     *
     * @throws dev.gossamer.catalogue.ConfigurationException if they have not
     */
    public void check(RunConfiguration run) {
        if (all.isEmpty()) {
            return;
        }
        TorchPeer.check(run);
        String model = run.network().model().form();
        Set<String> models = all.stream().flatMap(peer -> peer.models().stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        if (!models.contains(model)) {
            throw new ConfigurationException("model must be one of " + String.join(", ", models)
                    + " beside this peer, got " + Shown.value(model));
        }
        if (all.stream().allMatch(peer -> PeerSearch.modes(peer, run, modes).isEmpty())) {
            throw new ConfigurationException("peer-mode must name a mode that a peer has for model "
                    + model + ", got " + Shown.value(String.join(",", modes)));
        }
    }

    /** Starts the rounds of a run. */
    public Rounds rounds(RunConfiguration run) {
        return new Rounds(run);
    }

    /** The rounds of one run. */
    public final class Rounds {

        private final RunConfiguration run;
        private final Map<TorchPeer, List<PeerSettings>> settings = new LinkedHashMap<>();
        private final Map<String, String> failures = new LinkedHashMap<>();
        private final Map<PeerRates.Key, PeerRates> rates = new LinkedHashMap<>();

        private Rounds(RunConfiguration run) {
            this.run = run;
            all.forEach(peer -> settings.put(peer, List.of()));
        }

        /**
         * Measures each peer once.
         *
         * @param warmUp number of first steps that are not counted
         * @param progress is told of each measurement
         * @throws PeerException if the only peer fails, or the last one of several
         */
        public void measure(int warmUp, Consumer<String> progress) {
            Iterator<Map.Entry<TorchPeer, List<PeerSettings>>> turns = settings.entrySet().iterator();
            while (turns.hasNext()) {
                Map.Entry<TorchPeer, List<PeerSettings>> turn = turns.next();
                try {
                    if (turn.getValue().isEmpty()) {
                        turn.setValue(PeerSearch.fastest(turn.getKey(), run, modes,
                                choice -> trial(turn.getKey(), choice, progress)));
                    }
                    turn.getValue().forEach(choice -> measure(turn.getKey(), choice, warmUp, progress));
                } catch (PeerException e) {
                    if (settings.size() == 1) {
                        throw e;
                    }
                    turns.remove();
                    leaveOut(turn.getKey(), e, progress);
                }
            }
        }

        private void leaveOut(TorchPeer peer, PeerException failure, Consumer<String> progress) {
            progress.accept(failure.getMessage() + "; it is left out");
            failures.put(peer.name(), failure.getMessage());
            rates.keySet().removeIf(key -> key.peer().equals(peer.name()));
        }

        private double trial(TorchPeer peer, PeerSettings choice, Consumer<String> progress) {
            try {
                double rate = peer.train(run, choice, run.placement().engineThreads(), TRIAL_WARM_UP, TRIAL_STEPS,
                        TRIAL_SECONDS).imagesPerSecond();
                progress.accept(String.format(Locale.ROOT, "trial of %s (%s): %.1f images/s", peer.name(), choice,
                        rate));
                return rate;
            } catch (PeerException e) {
                progress.accept("trial (" + choice + "), " + e.getMessage());
                throw e;
            }
        }

        private void measure(TorchPeer peer, PeerSettings choice, int warmUp, Consumer<String> progress) {
            TorchPeer.Answer answer = peer.train(run, choice, run.placement().engineThreads(), warmUp,
                    Math.toIntExact(run.steps(0)), Integer.MAX_VALUE);
            progress.accept(String.format(Locale.ROOT, "%s (%s): %.1f images/s%s", peer.name(), choice,
                    answer.imagesPerSecond(), answer.way().isEmpty() ? "" : " (" + answer.way() + ")"));
            PeerRates.Key key = new PeerRates.Key(peer.name(), choice);
            rates.computeIfAbsent(key, missing -> new PeerRates(peer.name(), peer.version(), choice, new ArrayList<>()))
                    .answers().add(answer);
        }

        /** What was measured, in all rounds, of those that did not fail. */
        public List<PeerRates> rates() {
            return List.copyOf(rates.values());
        }

        /** Why peers were left out, by their names. */
        public Map<String, String> failures() {
            return failures;
        }
    }
}
