package dev.gossamer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.bench.gpu.GpuReport;
import dev.gossamer.bench.gpu.GpuSweep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** On the CPU: what is killed and compared needs no GPU. */
@DisabledOnOs(OS.WINDOWS)
class GpuSweepTest {

    @TempDir
    Path folder;

    private GpuSweep sweep(String steps) throws IOException {
        Home home = Home.create(folder.resolve("home"));
        return new GpuSweep(Main.class, folder.resolve("sweep"), home.path.resolve("experiments/tiny.yaml").toString(),
                List.of(
                "--engine", "stacked", "--width", "0.05", "--momentum", "0.9", "--threads", "2", "--steps", steps,
                "--evaluations", "20", "--checkpoint-every", "60ms",
                "--data", home.path.resolve("datasets").toString()));
    }

    @Test
    @Tag("slow")
    void aKilledSweepIsResumedAndComparedWithOneThatWasNot() throws IOException {
        GpuReport.Part part = sweep("1500").run(240);
        assertFalse(part.failed(), part.text());
        assertTrue(part.text().startsWith("Killed by SIGKILL and resumed: the same"), part.text());
        assertEquals(3, ((List<?>) ((Map<?, ?>) part.values()).get("results")).size());
        String resumed = Files.readString(folder.resolve("sweep/1/killed/printed-resumed.txt"));
        assertTrue(resumed.contains(": goes on after step ") || resumed.contains("finished"), resumed);
    }

    @Test
    void aSweepThatFailsIsShownWithItsReason() throws IOException {
        String message = assertThrows(IllegalArgumentException.class, () -> sweep("none").run(60)).getMessage();
        assertTrue(message.startsWith("a sweep ended with exit code 2, \"error: steps must be a whole"), message);
    }

    @Test
    void withoutCifarItIsLeftOut() {
        assertTrue(assertThrows(GpuReport.LeftOut.class,
                () -> GpuSweep.onCifar(Main.class, folder, folder, 0, "tf32", "resnet-20")).getMessage()
                .startsWith("CIFAR-10 is not in " + folder));
    }
}
