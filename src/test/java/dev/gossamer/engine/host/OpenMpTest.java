package dev.gossamer.engine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/** What ND4J's library asks OpenMP for is the same as what was said to it here. */
class OpenMpTest {

    @Test
    void aLimitIsOfTheThreadThatSetsIt() throws InterruptedException {
        assumeTrue(NativeBackend.isPresent(), "ND4J's library is not here");
        NativeBackend.loadLibraries();
        Nd4j.getExecutioner();
        NativeOps library = NativeOpsHolder.getInstance().getDeviceNativeOps();
        List<Integer> limits = new CopyOnWriteArrayList<>();
        Thread one = new Thread(() -> {
            OpenMp.limit(3);
            limits.add(library.ompGetMaxThreads());
            OpenMp.limit(1);
            limits.add(library.ompGetMaxThreads());
        });
        one.start();
        one.join();
        Thread two = new Thread(() -> {
            OpenMp.limit(5);
            limits.add(library.ompGetMaxThreads());
        });
        two.start();
        two.join();
        assertEquals(List.of(3, 1, 5), limits);
    }
}
