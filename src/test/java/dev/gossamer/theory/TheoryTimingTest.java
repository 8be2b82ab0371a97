package dev.gossamer.theory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.Topologies;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How long the theory takes, in processor time of the one thread it uses, so that a busy machine does not matter. */
class TheoryTimingTest {

    private static double seconds(Runnable work) {
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        work.run();
        return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before) / 1e9;
    }

    private static List<Scheme> schemes(int n) {
        return List.of(
                GoldenSchemes.of("Ring", n),
                RandomSchemes.chain(n),
                GoldenSchemes.of("Binary tree", n),
                GoldenSchemes.exponential(n),
                RandomSchemes.twoTrees(n),
                RandomSchemes.matchings(n, 16, 1),
                RandomSchemes.directed(n, 1, 1),
                RandomSchemes.driftingChain(n));
    }

    private static void assertExactRatesWithin(double limit, int workers) {
        for (Scheme scheme : schemes(workers)) {
            double seconds = seconds(() -> {
                double rate = new RandomQuadratic(scheme, 50).exactRate(0.05).orElseThrow();
                assertTrue(rate > 0 && rate < 0.1, scheme.name());
            });
            System.out.printf("exact rate of %s, %d workers: %.2f s%n", scheme.name(), workers, seconds);
            assertTrue(seconds < limit, scheme.name() + " took " + seconds + " s");
        }
    }

    @Test
    void exactRatesOf64WorkersTakeLessThanASecond() {
        assertExactRatesWithin(1, 64);
    }

    @Test
    @Tag("slow")
    void exactRatesOf256WorkersTakeLessThanHalfAMinute() {
        assertExactRatesWithin(30, 256);
    }

    @Test
    void neighborsOf512WorkersTakeLessThanASecond() {
        for (String name : List.of("ring", "hypercube", "time-varying-exponential")) {
            Scheme scheme = Topologies.parse(name, 512);
            assertTrue(seconds(() -> EffectiveNeighbors.of(scheme, 0.951)) < 1, name);
        }
    }

    @Test
    @Tag("slow")
    void neighborsOf4096WorkersTakeLessThanAMinute() {
        for (String name : List.of("ring", "hypercube", "time-varying-exponential")) {
            Scheme scheme = Topologies.parse(name, 4096);
            double[] mean = new double[1];
            double seconds = seconds(() -> mean[0] = EffectiveNeighbors.of(scheme, 0.951).mean());
            System.out.printf("n_eff(0.951) of %s, 4096 workers: %.3f in %.3f s%n", name, mean[0], seconds);
            assertTrue(seconds < 60, name + " took " + seconds + " s");
            assertTrue(mean[0] > 8 && mean[0] < 200, name + ": " + mean[0]);
        }
        assertEquals(
                EffectiveNeighbors.of(Topologies.parse("ring", 512), 0.951).mean(),
                EffectiveNeighbors.of(Topologies.parse("ring", 4096), 0.951).mean(),
                1e-9); // a ring this long is infinite for this gamma
    }
}
