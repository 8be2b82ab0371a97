package dev.gossamer.bench.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.bench.gpu.ChildProcess.End;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class ChildProcessTest {

    @TempDir
    Path folder;

    /** A process is not gone at once that has to give back 300 MB. */
    @Test
    void whatItStartedHasGivenBackItsMemoryBefore() throws IOException {
        Path pid = folder.resolve("pid");
        String script = "head -c 300000000 /dev/zero | (echo $(exec sh -c 'echo $PPID') >" + pid
                + "; exec tail -c 300000000) | sleep 77.5";
        assertEquals(End.STOPPED, ChildProcess.run(List.of("sh", "-c", script), Map.of(), folder.resolve("log"), 60,
                () -> Files.exists(pid) && kibibytes(pid) > 290_000).end());
        assertEquals(0, kibibytes(pid));
    }

    /** Memory of the process with the number in a file; 0 for one that is no more. */
    private static long kibibytes(Path pid) {
        try {
            return Files.readAllLines(Path.of("/proc/" + Files.readString(pid).strip() + "/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        } catch (IOException e) {
            return 0;
        }
    }

    @Test
    void itDoesNotProfile() throws IOException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c",
                "echo ${GOSSAMER_CUDA_PROFILE-none} $GOSSAMER_CUDA_WORKSPACE");
        builder.environment().putAll(Map.of("GOSSAMER_CUDA_PROFILE", "x.csv", "GOSSAMER_CUDA_WORKSPACE", "8"));
        assertEquals("none 8", ChildProcess.run(builder, folder.resolve("log"), 60, () -> false).lastLine());
    }

    @Test
    void whatEndsByItselfIsNotWaitedFor() throws IOException {
        long begin = System.nanoTime();
        ChildProcess.Ended ended = ChildProcess.run(
                List.of("sh", "-c", "echo one; echo two; exit 3"), Map.of(), folder.resolve("log"), 60, () -> false);
        assertEquals(End.BY_ITSELF, ended.end());
        assertEquals(3, ended.code());
        assertEquals("two", ended.lastLine());
        assertTrue(System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(30));
    }
}
