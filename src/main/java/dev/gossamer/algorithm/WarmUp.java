package dev.gossamer.algorithm;

import dev.gossamer.catalogue.Key;
import dev.gossamer.text.Decimal;
import dev.gossamer.text.Numbers;

/**
 * The first steps of a run, in which the learning rate grows linearly to its full value, so that large ones do not make
 * the first steps diverge (Goyal et al., "Accurate, large minibatch SGD: training ImageNet in 1 hour", 2017). Written
 * as a number of steps, {@code 500}, or of epochs, {@code 5-epochs}.
 *
 * @param length number of steps, whole, or of epochs; at least 0
 * @param inEpochs whether it is one of epochs
 */
public record WarmUp(double length, boolean inEpochs) {

    /** None. */
    public static final WarmUp NONE = new WarmUp(0, false);

    /** Length of the warm-up. */
    public static final Key<WarmUp> KEY = Key.of("warm-up", "0",
            "a whole number of steps in [0, 1000000000], or a number of epochs in (0, 1e6] such as 5-epochs",
            "first steps, in which the learning rate grows linearly to its full value; 0 for none", WarmUp::parse)
            .written(warmUp -> warmUp.inEpochs ? warmUp.toString() : Key.decimal(warmUp.length)).before("0");

    private static final String EPOCHS = "-epochs";

    /** Checks the ranges. */
    public WarmUp {
        boolean isInside = inEpochs ? length > 0 && length <= 1e6
                : length >= 0 && length <= 1e9 && length == Math.rint(length);
        if (!isInside) {
            throw new IllegalArgumentException(); // KEY says what is allowed
        }
    }

    private static WarmUp parse(String text) {
        return text.endsWith(EPOCHS)
                ? new WarmUp(Numbers.decimal(text.substring(0, text.length() - EPOCHS.length())), true)
                : new WarmUp(Numbers.whole(text), false);
    }

    /**
     * Number of steps, rounded down.
     *
     * @param perEpoch steps of an epoch
     */
    public long steps(long perEpoch) {
        return inEpochs ? Decimal.wholePart(length, perEpoch) : (long) length;
    }

    @Override
    public String toString() {
        return Key.decimal(length) + (inEpochs ? EPOCHS : "");
    }
}
