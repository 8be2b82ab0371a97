package dev.gossamer.engine.stacked.host;

import dev.gossamer.engine.stacked.Program;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** The lanes of a program: for each thread one for each number of images, made where it is first needed. */
final class Lanes implements AutoCloseable {

    private final Program program;
    private final IntFunction<HostKernels> kernels;
    private final List<Map<Integer, Lane>> byThread = new ArrayList<>();

    /** @param kernels makes the program's kernels for a number of images, on the thread that runs them */
    Lanes(Program program, int threads, IntFunction<HostKernels> kernels) {
        this.program = program;
        this.kernels = kernels;
        for (int t = 0; t < threads; t++) {
            byThread.add(new HashMap<>());
        }
    }

    /** That of a thread, which calls this itself. */
    Lane of(int thread, int images) {
        return byThread.get(thread).computeIfAbsent(images, size -> new Lane(program, kernels.apply(size)));
    }

    @Override
    public void close() {
        byThread.forEach(bySize -> bySize.values().forEach(Lane::close));
        byThread.clear();
    }
}
