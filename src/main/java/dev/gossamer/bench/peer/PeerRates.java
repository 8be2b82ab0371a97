package dev.gossamer.bench.peer;

import java.util.List;

/**
 * What was measured of a peer with certain settings.
 *
 * @param peer its name
 * @param version of its PyTorch
 * @param settings how it trained
 * @param answers one for each round
 */
public record PeerRates(String peer, String version, PeerSettings settings, List<TorchPeer.Answer> answers) {

    record Key(String peer, PeerSettings settings) {}

    /** How it updated and mixed, without repetitions; nothing where it had no choice. */
    public List<String> ways() {
        return answers.stream().map(TorchPeer.Answer::way).filter(way -> !way.isEmpty()).distinct().toList();
    }

    /** Images per second of each round. */
    public List<Double> imagesPerSecond() {
        return answers.stream().map(TorchPeer.Answer::imagesPerSecond).toList();
    }

    /** Peer and settings in words. */
    public String label() {
        return peer + " (" + settings + ")";
    }
}
