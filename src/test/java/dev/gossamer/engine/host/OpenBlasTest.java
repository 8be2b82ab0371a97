package dev.gossamer.engine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gossamer.algorithm.Rules;
import dev.gossamer.algorithm.Update;
import dev.gossamer.data.ImageShape;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.engine.dl4j.Dl4jEngine;
import dev.gossamer.engine.stacked.StackedEngine;
import dev.gossamer.engine.stacked.host.HostDevice;
import dev.gossamer.model.Network;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** What OpenBLAS itself says, as engines come and go in any order. */
class OpenBlasTest {

    private static final ImageShape SHAPE = new ImageShape(1, 28, 28);
    private static final Update RULE = Rules.descent(0.9, 0, 0);

    private static ComputationGraphConfiguration network() {
        return Network.of("linear", 1, 0).configuration(SHAPE, 10, 1, DataType.FLOAT);
    }

    private static ReplicaEngine stacked() {
        return new StackedEngine(network(), SHAPE, 3, RULE, 1, HostDevice.cpu(2));
    }

    /** One network, whose products are shared among two threads. */
    private static ReplicaEngine dl4j() {
        return new Dl4jEngine(OpenBlasTest::network, SHAPE, 10, 1, RULE, 1, 2);
    }

    private static void assertThreads(int expected) {
        assertEquals(expected, openblas_nolapack.blas_get_num_threads());
    }

    /** ND4J's start sets it to the number of cores. */
    @BeforeEach
    void startNd4j() {
        assumeTrue(NativeBackend.isPresent(), "ND4J's library is not here");
        Nd4j.getExecutioner();
    }

    @Test
    void aSingleNetworkLeavesTheLanesOfOthersAlone() {
        ReplicaEngine lanes = stacked();
        assertThreads(1);
        ReplicaEngine single = dl4j();
        assertThreads(1);
        single.close();
        assertThreads(1);
        lanes.close();
    }

    @Test
    void aSingleNetworkHasItsThreadsBackWhenTheOthersAreClosed() {
        ReplicaEngine single = dl4j();
        assertThreads(2);
        ReplicaEngine lanes = stacked();
        ReplicaEngine others = stacked();
        assertThreads(1);
        others.close();
        others.close();
        assertThreads(1);
        lanes.close();
        assertThreads(2);
        single.close();
    }
}
