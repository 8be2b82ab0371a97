package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.engine.stacked.cuda.driver.CudaException;
import dev.gossamer.engine.stacked.cuda.driver.Gpu;
import java.util.Arrays;

/** Times work as it runs in a program: as a recorded graph, so that the host's pace does not matter. */
final class ReplayTime {

    private ReplayTime() {}

    /**
     * Median time of some work, in ms.
     *
     * @param launches how often it is in the graph, so that the clock's steps matter little
     * @throws CudaException if it cannot be recorded
     */
    static double median(Gpu gpu, Runnable work, int launches) {
        try (Gpu.Recording recording = gpu.record(() -> repeat(work, launches))) {
            recording.run();
            double[] times = new double[gpu.replays()];
            Arrays.setAll(times, i -> gpu.milliseconds(recording) / launches);
            Arrays.sort(times);
            return times[times.length / 2];
        }
    }

    private static void repeat(Runnable work, int times) {
        for (int i = 0; i < times; i++) {
            work.run();
        }
    }
}
