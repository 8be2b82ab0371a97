package dev.gossamer.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stacked engine calls oneDNN and OpenBLAS; loading ND4J beside them would take longer than the first step. */
class WithoutNd4jTest {

    private static final String INITIALIZED = "Initializing 'org/nd4j/linalg/factory/Nd4j'";

    @TempDir
    private Path folder;

    /** What a process of its own says of a short run and of the classes that it initialised. */
    private String trained(String engine) throws IOException, InterruptedException {
        Path said = folder.resolve(engine + ".txt");
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1", "-Xlog:class+init=info", "-cp",
                        System.getProperty("java.class.path"), QuickTraining.class.getName(),
                        folder.resolve(engine).toString(), engine)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        process.waitFor();
        String text = Files.readString(said, StandardCharsets.UTF_8);
        assertTrue(text.contains("--engine " + engine + ": 0\n"),
                () -> text.substring(Math.max(0, text.length() - 3000)));
        return text;
    }

    @Test
    void theStackedEngineTrainsAndScoresWithoutIt() throws IOException, InterruptedException {
        assertFalse(trained("stacked").contains(INITIALIZED));
    }

    @Test
    void theOtherEngineInitializesIt() throws IOException, InterruptedException {
        assertTrue(trained("dl4j").contains(INITIALIZED));
    }
}
