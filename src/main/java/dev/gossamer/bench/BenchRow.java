package dev.gossamer.bench;

import dev.gossamer.bench.peer.PeerRates;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.engine.Preparation;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** One run on one engine, measured. Every share and ratio is one of two values of the same round. */
public final class BenchRow {

    private final RunConfiguration run;
    private final String description;
    private final long parameters;
    private final double flopPerImage;
    private final List<Round> rounds;
    private final Optional<Preparation> preparation;
    private final long estimatedBytes;
    private final List<PeerRates> peers;
    private final Map<String, String> peerFailures;

    /**
     * @param run what was trained
     * @param description engine and device in words
     * @param parameters number of parameters d
     * @param flopPerImage floating-point operations of forward and backward pass of an image
     * @param rounds what was measured
     * @param preparation how the device was made ready, where it tells
     * @param estimatedBytes what a device that holds all replicas was expected to allocate
     * @param peers what was measured of peers, in the same rounds
     * @param peerFailures why peers were left out, by their names
     */
    BenchRow(RunConfiguration run, String description, long parameters, double flopPerImage, List<Round> rounds,
            Optional<Preparation> preparation, long estimatedBytes, List<PeerRates> peers,
            Map<String, String> peerFailures) {
        this.run = run;
        this.description = description;
        this.parameters = parameters;
        this.flopPerImage = flopPerImage;
        this.rounds = List.copyOf(rounds);
        this.preparation = preparation;
        this.estimatedBytes = estimatedBytes;
        this.peers = List.copyOf(peers);
        this.peerFailures = peerFailures;
    }

    /** What was trained. */
    public RunConfiguration run() {
        return run;
    }

    /** Engine and device in words. */
    public String description() {
        return description;
    }

    /** Number of parameters d of one worker. */
    public long parameters() {
        return parameters;
    }

    /** Floating-point operations of the forward and backward pass of an image. */
    public double flopPerImage() {
        return flopPerImage;
    }

    /** How the device was made ready, in the last round, where it tells. */
    public Optional<Preparation> preparation() {
        return preparation;
    }

    /** Bytes that a device which holds all replicas was expected to allocate. */
    public long estimatedBytes() {
        return estimatedBytes;
    }

    /** Median duration of a step in seconds. */
    public Sample stepSeconds() {
        return sample(round -> round.engine().step());
    }

    /** Median duration of a step by the number of workers, in seconds: the same for any number, at best. */
    public Sample stepSecondsPerWorker() {
        return sample(round -> round.engine().step() / run.gossip().workers());
    }

    /** Median duration of the forward and backward pass of all replicas, in seconds. */
    public Sample gradientSeconds() {
        return sample(round -> round.engine().gradients());
    }

    /** Median duration of local SGD step, mixing and moving average, in seconds. */
    public Sample updateSeconds() {
        return sample(round -> round.engine().update());
    }

    /** Images of all workers per second. */
    public Sample imagesPerSecond() {
        return sample(this::imagesPerSecond);
    }

    /** What was measured of peers, each with its settings. */
    public List<PeerRates> peers() {
        return peers;
    }

    /** Why peers were left out, by their names. */
    public Map<String, String> peerFailures() {
        return peerFailures;
    }

    /** The peer whose median is the largest, of any settings and precision. */
    public Optional<PeerRates> bestPeer() {
        return peers.stream().max(Comparator.comparing(peer -> new Sample(peer.imagesPerSecond()).median()));
    }

    /** Images per second of the best peer, where there is one. */
    public Optional<Sample> peerImagesPerSecond() {
        return bestPeer().map(peer -> new Sample(peer.imagesPerSecond()));
    }

    /** Images per second of the engine by those of the best peer, where there is one. */
    public Optional<Sample> ratio() {
        return bestPeer().map(this::ratio);
    }

    /** Images per second of the engine by those of a peer. */
    public Sample ratio(PeerRates peer) {
        List<Double> others = peer.imagesPerSecond();
        return new Sample(IntStream.range(0, rounds.size())
                .mapToObj(i -> imagesPerSecond(rounds.get(i)) / others.get(i)).toList());
    }

    /** Rate of large matrix products in FLOP/s. */
    public Sample matrixProductRate() {
        return sample(round -> round.limits().matrixProductRate());
    }

    /** Bandwidth of copying large arrays in bytes/s. */
    public Sample copyBandwidth() {
        return sample(round -> round.limits().copyBandwidth());
    }

    /** Arithmetic per second of a whole step, update and mixing included, as a share of the matrix-product rate. */
    public Sample matrixProductShare() {
        return sample(round -> imagesPerSecond(round) * flopPerImage / round.limits().matrixProductRate());
    }

    /** Arithmetic per second of the forward and backward pass alone, as a share of the matrix-product rate. */
    public Sample gradientShare() {
        return sample(round -> Bench.imagesPerStep(run) / round.engine().gradients() * flopPerImage
                / round.limits().matrixProductRate());
    }

    /**
     * Bandwidth of update and mixing as a share of the copy bandwidth: what has to be read and written once, see
     * {@link dev.gossamer.algorithm.Update#traffic}. Above 1 where the matrices fit in the caches.
     */
    public Sample updateShare() {
        return sample(round -> updateFloor(round) / round.engine().update());
    }

    /** Duration in s of copying as much as an update has to read and write, the least that it can take. */
    public Sample updateFloorSeconds() {
        return sample(this::updateFloor);
    }

    private double updateFloor(Round round) {
        double bytes = run.optimization().rule().traffic() * run.gossip().workers() * parameters * Float.BYTES;
        return bytes / round.limits().copyBandwidth();
    }

    private double imagesPerSecond(Round round) {
        return Bench.imagesPerStep(run) / round.engine().step();
    }

    private Sample sample(ToDoubleFunction<Round> value) {
        return new Sample(rounds.stream().mapToDouble(value).boxed().toList());
    }
}
