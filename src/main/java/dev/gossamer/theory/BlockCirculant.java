package dev.gossamer.theory;

import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.Scheme;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Mixing matrices that stay as they are when all workers move on by a block of b: {@code W[i + b][j + b] = W[i][j]},
 * modulo n. The Fourier transform over the m = n / b blocks takes them apart into matrices [b, b], one per frequency
 * f = 0, ..., m - 1: {@code symbol_f[r][s] = sum over q of W[r][s + b q] exp(2 pi i f q / m)} (Davis, "Circulant
 * Matrices", 1979, section 5.6). Those of f and m - f are complex conjugates, so that half of them are kept.
 *
 * @param block the block b, at least 2
 * @param frequencies the number m of blocks
 * @param symbols the symbols of every step of the period [period][m / 2 + 1]
 */
record BlockCirculant(int block, int frequencies, ComplexMatrix[][] symbols) {

    private static final int LARGEST_BLOCK = 16;
    private static final double TOLERANCE = 1e-14;

    /** That of the smallest block that leaves every matrix of a scheme as it is, if there is one of up to 16. */
    static Optional<BlockCirculant> of(Scheme scheme) {
        int n = scheme.workers();
        return IntStream.rangeClosed(2, Math.min(LARGEST_BLOCK, n / 2))
                .filter(block -> n % block == 0 && preserves(scheme, block))
                .mapToObj(block -> of(scheme, block))
                .findFirst();
    }

    private static BlockCirculant of(Scheme scheme, int block) {
        int frequencies = scheme.workers() / block;
        ComplexMatrix[][] symbols = new ComplexMatrix[Period.of(scheme)][frequencies / 2 + 1];
        for (int phase = 0; phase < symbols.length; phase++) {
            for (int frequency = 0; frequency < symbols[phase].length; frequency++) {
                symbols[phase][frequency] = symbol(scheme.at(phase), block, frequency, frequencies);
            }
        }
        return new BlockCirculant(block, frequencies, symbols);
    }

    private static boolean preserves(Scheme scheme, int block) {
        return IntStream.range(0, Period.of(scheme)).allMatch(phase -> preserves(scheme.at(phase), block));
    }

    private static boolean preserves(MixingMatrix w, int block) {
        int n = w.workers();
        for (int i = block; i < n; i++) {
            int first = w.rowStart(i % block);
            int degree = w.rowStart(i % block + 1) - first;
            if (w.rowStart(i + 1) - w.rowStart(i) != degree) {
                return false;
            }
            for (int k = first; k < first + degree; k++) {
                double moved = w.get(i, (w.column(k) + i - i % block) % n);
                if (Math.abs(moved - w.weight(k)) > TOLERANCE) {
                    return false;
                }
            }
        }
        return true;
    }

    private static ComplexMatrix symbol(MixingMatrix w, int block, int frequency, int frequencies) {
        ComplexMatrix symbol = ComplexMatrix.zero(block);
        for (int r = 0; r < block; r++) {
            for (int k = w.rowStart(r); k < w.rowStart(r + 1); k++) {
                int entry = r * block + w.column(k) % block;
                double angle = angle(frequency, w.column(k) / block, frequencies);
                symbol.real()[entry] += w.weight(k) * Math.cos(angle);
                symbol.imaginary()[entry] += frequency == 0 ? 0 : w.weight(k) * Math.sin(angle);
            }
        }
        return symbol;
    }

    /** The angle of a frequency's wave at a block. */
    static double angle(int frequency, int block, int frequencies) {
        return 2 * Math.PI * ((long) frequency * block % frequencies) / frequencies;
    }

    /** Number of steps p of the period. */
    int period() {
        return symbols.length;
    }

    /** For how many frequencies one that is kept stands: itself, and its complex conjugate. */
    int multiplicity(int frequency) {
        return frequency == 0 || 2 * frequency == frequencies ? 1 : 2;
    }

    /** The product over a period at a frequency [b, b]. That of frequency 0 has the eigenvalue 1 of equal workers. */
    ComplexMatrix product(int frequency) {
        ComplexMatrix product = ComplexMatrix.identity(block);
        for (ComplexMatrix[] ofPhase : symbols) {
            product = ofPhase[frequency].times(product);
        }
        return product;
    }
}
