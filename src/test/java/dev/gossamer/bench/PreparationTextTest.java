package dev.gossamer.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gossamer.engine.Preparation;
import dev.gossamer.engine.Preparation.Candidate;
import dev.gossamer.engine.Preparation.Choice;
import dev.gossamer.engine.Preparation.Program;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreparationTextTest {

    @Test
    void everyDecisionAndByteIsThere() {
        Preparation preparation = new Preparation("GOSSAMER_CUDA_WORKSPACE=64",
                List.of(new Program("training, 4 times 16 images", "a CUDA graph of 12 nodes", 1500)),
                List.of(new Choice("forward 3x3", "patches", true, List.of(
                        new Candidate("patches", 0.25, 0, false, ""),
                        new Candidate("cuDNN algorithm 1", 0.5, 1e-6, false, ""),
                        Candidate.refused("cuDNN algorithm 2", "not supported")))),
                64L << 20, 300L << 20, 900L << 20);
        String heading = "ms of each way, or why it was refused";
        assertEquals(List.of(
                "Switches: GOSSAMER_CUDA_WORKSPACE=64",
                "training, 4 times 16 images: a CUDA graph of 12 nodes, ready after 1.5 s",
                "Memory: 300 MiB allocated, of which 64 MiB are the workspace; the estimate was 250 MiB; 900 MiB of the"
                        + " GPU are in use",
                "convolution  way taken                  " + heading,
                "forward 3x3  patches (decided earlier)  patches 0.2500; cuDNN algorithm 1 0.5000;"
                        + " cuDNN algorithm 2: not supported"),
                PreparationText.of(preparation, 250L << 20).lines()
                        .map(String::stripTrailing).filter(line -> !line.startsWith("-")).toList());
    }
}
