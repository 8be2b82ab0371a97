package dev.gossamer.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gossamer.text.Digests;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a device decided and took while it made an engine ready, for whoever measures it.
 *
 * @param settings what was changed for measuring, as an environment would have it; {@code standard} where nothing was
 * @param programs each program that was made ready
 * @param choices how each convolution is carried out
 * @param workspace bytes that convolutions, and dense layers in BF16, may use during a step, of those allocated
 * @param allocated bytes that were allocated on the device
 * @param inUse bytes of the device that are in use, by anything
 */
public record Preparation(String settings, List<Program> programs, List<Choice> choices, long workspace,
        long allocated, long inUse) {

    /**
     * Which way each shape of an operation takes, in short: their number for each way, and a fingerprint of it all.
     * With the same ways and libraries, a device computes the same bits.
     */
    public String ways() {
        Map<String, Long> counts = choices.stream().collect(
                Collectors.groupingBy(Choice::chosen, TreeMap::new, Collectors.counting()));
        String all = choices.stream().map(choice -> choice.operation() + ": " + choice.chosen()).sorted()
                .collect(Collectors.joining("\n"));
        return counts.entrySet().stream().map(entry -> entry.getKey() + ": " + entry.getValue())
                .collect(Collectors.joining(", ")) + " (" + Digests.sha256(all.getBytes(UTF_8)).substring(0, 12) + ")";
    }

    /**
     * A list of operations that runs as one.
     *
     * @param name what it is for, and for how many images
     * @param recording how it is recorded, or why it is not
     * @param milliseconds what it took to make it ready
     */
    public record Program(String name, String recording, double milliseconds) {}

    /**
     * The ways to carry out one operation, of which one was taken.
     *
     * @param operation the operation with its shape
     * @param chosen name of the way that was taken
     * @param kept whether it was decided earlier, by another process
     * @param candidates all ways that were tried
     */
    public record Choice(String operation, String chosen, boolean kept, List<Candidate> candidates) {}

    /**
     * A way to carry out an operation.
     *
     * @param name the way
     * @param milliseconds its time, in ms, or not a number where it was refused
     * @param deviation norm of the difference of its result to the reference's, over the norm of that; not a number
     *     where they were not compared
     * @param wrong whether that is more than rounding explains
     * @param refusal why it was refused, or empty
     */
    public record Candidate(String name, double milliseconds, double deviation, boolean wrong, String refusal) {

        /** A way that cannot be tried. */
        public static Candidate refused(String name, String refusal) {
            return new Candidate(name, Double.NaN, Double.NaN, false, refusal);
        }
    }
}
