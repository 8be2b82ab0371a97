package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.algorithm.Coefficient;
import dev.gossamer.algorithm.Update;
import dev.gossamer.engine.stacked.cuda.driver.SeparateKernel;
import java.util.List;

/**
 * The kernel that carries out an update. Its parameters are the matrices in memory, the parameters rounded to BF16, the
 * pieces, the number of rows, a mixing matrix, and the coefficients.
 *
 * @param name its name, which tells its text from those of other updates
 * @param text its text
 * @param slots matrices [n, columns of a block] that it has in shared memory
 * @param coefficients what its last parameters are: numbers, or addresses of a number for each row
 */
record UpdateKernel(String name, String text, int slots, List<Coefficient> coefficients) implements SeparateKernel {

    /** That of an update. */
    static UpdateKernel of(Update update) {
        return new UpdateText(update).kernel();
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
