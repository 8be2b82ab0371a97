package dev.gossamer.algorithm.method;

import dev.gossamer.algorithm.Compression;
import dev.gossamer.algorithm.RandomBits;
import dev.gossamer.algorithm.Step;
import dev.gossamer.algorithm.Value;
import dev.gossamer.catalogue.Key;
import dev.gossamer.catalogue.Settings;
import java.util.ArrayList;
import java.util.List;

/** The keys of algorithms that compress what they send, and the compression that their values say. */
final class Compressors {

    /** Which compression. */
    static final Key<Kind> COMPRESSION = Key.choice("compression", Kind.TOP_K,
            "what is left of a vector that is sent: all, its largest values, some at random, signs, or levels");

    /** The share of values that are left. */
    static final Key<Double> RATIO = Key.number("compression-ratio", "0.05", "(0, 1]",
            "the share of values that top-k and random-k leave");

    /** Levels of QSGD. */
    static final Key<Integer> LEVELS =
            Key.integer("compression-levels", "16", "[1, 32767]", "levels that qsgd rounds to, beside 0");

    /** Whether each tensor is a vector of its own. */
    static final Key<Boolean> BY_TENSOR =
            Key.flag("compress-by-tensor", "each tensor is compressed by itself; otherwise the whole model is at once");

    /** Consensus step size. */
    static final Key<Double> GAMMA = Key.number("gamma", "0.2", "(0, 1]",
            "consensus step size of compressed gossip; the less is left, the smaller");

    /** Kinds of compression. */
    enum Kind { NONE, TOP_K, RANDOM_K, SCALED_SIGN, QSGD }

    private Compressors() {}

    /** The keys, with those of a direction and more. */
    static List<Key<?>> keys(List<Key<?>> direction, Key<?>... more) {
        List<Key<?>> keys = new ArrayList<>(direction);
        keys.addAll(List.of(COMPRESSION, RATIO, LEVELS, BY_TENSOR, GAMMA));
        keys.addAll(List.of(more));
        return List.copyOf(keys);
    }

    /** {@code gamma (W H - H)}: what moves models by what all know of each other. */
    static Value pull(Step step, Value known, double gamma) {
        return step.mixed(known).minus(known).times(gamma);
    }

    /** Keys that the compression does not have are as if they had their standards. */
    static Settings canonical(Settings settings) {
        Kind kind = settings.get(COMPRESSION);
        Settings same = settings;
        if (kind != Kind.TOP_K && kind != Kind.RANDOM_K) {
            same = same.with(RATIO, RATIO.parse(RATIO.standard()));
        }
        if (kind != Kind.QSGD) {
            same = same.with(LEVELS, LEVELS.parse(LEVELS.standard()));
        }
        return kind == Kind.NONE ? same.with(BY_TENSOR, false) : same;
    }

    /**
     * The compression.
     *
     * @param stream tells its random bits from those of another one in the same step
     */
    static Compression of(Settings settings, int stream) {
        boolean byTensor = settings.get(BY_TENSOR);
        return switch (settings.get(COMPRESSION)) {
            case NONE -> new Compression.None();
            case TOP_K -> new Compression.TopK(settings.get(RATIO), byTensor);
            case RANDOM_K ->
                    new Compression.RandomK(settings.get(RATIO), 1, byTensor, RandomBits.counted(stream));
            case SCALED_SIGN -> new Compression.ScaledSign(byTensor);
            case QSGD -> new Compression.Qsgd(settings.get(LEVELS), true, byTensor, RandomBits.counted(stream));
        };
    }
}
