package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.algorithm.Coefficient;
import dev.gossamer.algorithm.Exchange;
import dev.gossamer.algorithm.Pass;
import dev.gossamer.algorithm.Update;
import dev.gossamer.algorithm.Value.Compressed;
import dev.gossamer.engine.stacked.cuda.driver.SeparateKernel;
import java.util.List;

/**
 * The kernel that carries out a pass of an update. Its parameters are the matrices in memory, the parameters rounded to
 * BF16, the pieces, the number of rows, a mixing matrix for each exchange, what it measures and what it compresses, and
 * the coefficients.
 *
 * @param name its name, which tells its text from those of other updates
 * @param text its text
 * @param slots matrices [n, columns of a block] that it has in shared memory
 * @param exchanges who receives what, each with a mixing matrix of its own
 * @param measured compressions that it measures values for, with an address each of where they get to
 * @param compressed compressions that it applies, with an address each of what is known of rows, and one of the rows'
 *     keys where it is at random
 * @param coefficients what its last parameters are: numbers, or addresses of a number for each row
 */
record UpdateKernel(String name, String text, int slots, List<Exchange> exchanges, List<Compressed> measured,
        List<Compressed> compressed, List<Coefficient> coefficients) implements SeparateKernel {

    /** Those of the passes of all kinds of steps. */
    static List<UpdateKernel> all(Update update) {
        return update.traces().stream().flatMap(trace -> trace.passes().stream())
                .map(pass -> of(update, pass)).toList();
    }

    /** That of a pass. */
    static UpdateKernel of(Update update, Pass pass) {
        return new UpdateText(update, pass).kernel();
    }

    /** Bytes of a block's shared memory for each of its columns of each row. */
    int sharedBytes() {
        long sums = measured.stream().filter(Measurement::isSum).count();
        return Float.BYTES * Math.max(1, slots) + (int) sums * Double.BYTES / ParameterLayout.PACK;
    }

    @Override
    public String source() {
        return KernelSource.update(text);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UpdateKernel kernel && text.equals(kernel.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }
}
