package dev.gossamer.engine.stacked.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The engine's own kernels in CUDA C++, as one source. */
final class KernelSource {

    private static final List<String> FILES = List.of(
            "elementwise.cu", "channels.cu", "loss.cu", "images.cu", "patches.cu", "convolution.cu",
            "matrices.cu", "trials.cu", "dense.cu");

    private KernelSource() {}

    /** Reads the source. */
    static String text() {
        StringBuilder text = new StringBuilder();
        for (String file : FILES) {
            try (InputStream stream = KernelSource.class.getResourceAsStream(file)) {
                text.append(new String(stream.readAllBytes(), StandardCharsets.UTF_8)).append('\n');
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + file, e);
            }
        }
        return text.toString();
    }
}
