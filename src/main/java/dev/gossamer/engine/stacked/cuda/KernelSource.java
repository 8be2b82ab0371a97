package dev.gossamer.engine.stacked.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/** The engine's own kernels in CUDA C++. */
final class KernelSource {

    private KernelSource() {}

    /** Those that take any sizes, as one source. */
    static String text() {
        return read("common.cu", "elementwise.cu", "channels.cu", "loss.cu", "images.cu", "patches.cu", "matrices.cu",
                "trials.cu", "dense.cu");
    }

    /** What {@link #sized} compiles, with all of its kernels. */
    static String convolutions() {
        return read("convolution.cu", "convolution_kernels.cu");
    }

    /**
     * One kernel of {@link #convolutions}, whose sizes are constants: the compiler then makes straight code of loops,
     * and constants of addresses, which is several times as fast.
     */
    static String sized(SizedKernel kernel) {
        String sizes = kernel.sizes().stream().map(Object::toString).collect(Collectors.joining(", "));
        String definition = read("convolution_kernels.cu").lines()
                .filter(line -> line.contains(" " + kernel.name() + "("))
                .findFirst().orElseThrow(() -> new IllegalArgumentException("no kernel " + kernel.name()));
        return "#define SIZES " + sizes + "\n" + read("common.cu", "convolution.cu") + definition + "\n";
    }

    private static String read(String... files) {
        StringBuilder text = new StringBuilder();
        for (String file : files) {
            try (InputStream stream = KernelSource.class.getResourceAsStream(file)) {
                text.append(new String(stream.readAllBytes(), StandardCharsets.UTF_8)).append('\n');
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + file, e);
            }
        }
        return text.toString();
    }
}
