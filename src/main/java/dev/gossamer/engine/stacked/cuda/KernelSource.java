package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.model.ActivationFunction;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The engine's own kernels in CUDA C++. */
final class KernelSource {

    /** Files of what is compiled for its sizes, each with another one of its kernels, one a line. */
    private static final List<String> SIZED = List.of("convolution", "patches");

    private KernelSource() {}

    /** Those that take any sizes, as one source. */
    static String text() {
        return functions() + read("common.cu", "elementwise.cu", "channels.cu", "groups.cu", "pools.cu",
                "activations.cu", "tokens.cu", "loss.cu", "images.cu", "outcomes.cu", "pieces.cu", "matrices.cu",
                "vectors.cu", "compression.cu", "trials.cu", "dense.cu");
    }

    /** Names of the functions of {@code activations.cu}, whose numbers are their places. */
    private static String functions() {
        return Arrays.stream(ActivationFunction.values()).map(Enum::name)
                .collect(Collectors.joining(", ", "enum ActivationFunction { ", " };\n"));
    }

    /** What {@link #sized} compiles, with all of its kernels. */
    static String ofSizes() {
        return SIZED.stream().map(file -> read(file + ".cu", file + "_kernels.cu")).collect(Collectors.joining());
    }

    /**
     * One kernel of {@link #ofSizes}, whose sizes are constants: the compiler then makes straight code of loops, and
     * constants of addresses, which is several times as fast.
     */
    static String sized(SizedKernel kernel) {
        String sizes = kernel.sizes().stream().map(Object::toString).collect(Collectors.joining(", "));
        return SIZED.stream()
                .flatMap(file -> read(file + "_kernels.cu").lines()
                        .filter(line -> line.contains(" " + kernel.name() + "("))
                        .map(line -> "#define SIZES " + sizes + "\n" + read("common.cu", file + ".cu") + line + "\n"))
                .findFirst().orElseThrow(() -> new IllegalArgumentException("no kernel " + kernel.name()));
    }

    /** A kernel of an update, after what it is made of. */
    static String update(String kernel) {
        return read("common.cu", "pieces.cu", "vectors.cu", "updates.cu") + kernel;
    }

    /** What kernels of updates need beside {@link #text}. */
    static String ofUpdates() {
        return read("updates.cu");
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
