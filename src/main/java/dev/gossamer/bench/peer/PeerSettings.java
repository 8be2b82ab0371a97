package dev.gossamer.bench.peer;

/**
 * How a peer trains.
 *
 * @param mode one of its modes
 * @param precision {@code fp32}, {@code tf32} or {@code bf16}
 * @param malloc how its process gets memory
 */
public record PeerSettings(String mode, String precision, Malloc malloc) {

    /** In words, as {@code threads, bf16, kept memory}. */
    @Override
    public String toString() {
        return mode + ", " + precision + ", " + malloc;
    }
}
