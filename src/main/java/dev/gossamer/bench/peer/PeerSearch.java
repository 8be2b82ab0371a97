package dev.gossamer.bench.peer;

import dev.gossamer.configuration.RunConfiguration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Finds the settings that a peer is fastest with, by short trials: first every mode with the setting of malloc that
 * suits it as a rule, then the two fastest modes with the others, for each precision. Nothing is tried where there is
 * no choice. Where threads train replicas of their own they do not share an arena at first: VGG-11 takes them twice the
 * time with it.
 */
final class PeerSearch {

    private static final int MODES_WITH_EVERY_MALLOC = 2;

    private final ToDoubleFunction<PeerSettings> trial;
    private Optional<PeerException> failure = Optional.empty();

    /** @param trial measures images per second, or throws {@link PeerException} */
    PeerSearch(ToDoubleFunction<PeerSettings> trial) {
        this.trial = trial;
    }

    /**
     * The fastest settings of each precision; on a GPU, where malloc decides nothing, with the standard one.
     *
     * @throws PeerException if none of them works
     */
    static List<PeerSettings> fastest(TorchPeer peer, RunConfiguration run, List<String> wanted,
            ToDoubleFunction<PeerSettings> trial) {
        List<String> modes = modes(peer, run, wanted);
        if (peer.modes(run).isEmpty()) {
            throw new PeerException("peer " + peer.name() + ": it has no model " + run.network().model().form());
        }
        if (modes.isEmpty()) {
            throw new PeerException("peer " + peer.name() + ": it has none of the modes " + String.join(", ", wanted)
                    + " for " + run.network().model().form() + ", only " + String.join(", ", peer.modes(run)));
        }
        PeerSearch search = new PeerSearch(trial);
        List<PeerSettings> found = precisions(peer, run).stream()
                .flatMap(precision -> search.fastest(modes, precision, mallocs(peer)).stream()).toList();
        if (found.isEmpty()) {
            throw search.failure.orElseThrow();
        }
        return found;
    }

    /** Those of the wanted modes that a peer has. */
    static List<String> modes(TorchPeer peer, RunConfiguration run, List<String> wanted) {
        return peer.modes(run).stream()
                .filter(mode -> wanted.contains(mode) || wanted.contains(PeerModes.ALL)).toList();
    }

    /** On a CPU, bf16 is compared with the best of any precision. */
    private static List<String> precisions(TorchPeer peer, RunConfiguration run) {
        String precision = run.placement().precision();
        if (peer.isOnGpu()) {
            return List.of(precision);
        }
        return precision.equals("bf16") ? List.of("fp32", "bf16") : List.of("fp32");
    }

    private static List<Malloc> mallocs(TorchPeer peer) {
        return peer.isOnGpu() ? List.of(Malloc.STANDARD) : List.of(Malloc.ONE_ARENA, Malloc.KEPT);
    }

    /** Of one precision; nothing where all fail. */
    Optional<PeerSettings> fastest(List<String> modes, String precision, List<Malloc> mallocs) {
        if (modes.size() == 1 && mallocs.size() == 1) {
            return Optional.of(new PeerSettings(modes.get(0), precision, mallocs.get(0)));
        }
        Map<PeerSettings, Double> rates = new LinkedHashMap<>();
        modes.forEach(mode -> measure(new PeerSettings(mode, precision, first(mode, mallocs)), rates));
        for (PeerSettings fast : sorted(rates).stream().limit(MODES_WITH_EVERY_MALLOC).toList()) {
            mallocs.stream().filter(malloc -> malloc != fast.malloc()).forEach(
                    malloc -> measure(new PeerSettings(fast.mode(), precision, malloc), rates));
        }
        return sorted(rates).stream().findFirst();
    }

    private static Malloc first(String mode, List<Malloc> mallocs) {
        return mode.startsWith("threads") && mallocs.contains(Malloc.KEPT) ? Malloc.KEPT : mallocs.get(0);
    }

    private void measure(PeerSettings settings, Map<PeerSettings, Double> rates) {
        try {
            rates.put(settings, trial.applyAsDouble(settings));
        } catch (PeerException e) {
            failure = Optional.of(e);
        }
    }

    private static List<PeerSettings> sorted(Map<PeerSettings, Double> rates) {
        List<PeerSettings> settings = new ArrayList<>(rates.keySet());
        settings.sort(Comparator.comparing(rates::get, Comparator.reverseOrder()));
        return settings;
    }
}
