package dev.gossamer.engine.stacked.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The CUDA device by way of its own bindings, in processes with stand-ins for CUDA's libraries. */
class StandInsTest {

    @TempDir
    Path folder;

    private StandIns standIns;

    @BeforeEach
    void makeThem() throws IOException, InterruptedException {
        standIns = StandIns.make(folder);
    }

    @Test
    void theSelfTestPasses() throws IOException, InterruptedException {
        StandIns.Ended ended = standIns.run(StandInProgram.class.getName(), "self-test", "fp32").clean();
        assertEquals(18, ended.out().lines().filter(line -> line.endsWith(" true")).count(), ended.out());
        assertTrue(ended.calls("cudaGraphLaunch") > 0);
    }
}
