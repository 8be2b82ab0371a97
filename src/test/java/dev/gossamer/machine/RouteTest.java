package dev.gossamer.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cards of every generation with drivers of several years. */
class RouteTest {

    private static final CudaLibraries COMPLETE = new CudaLibraries(List.of(), List.of(), List.of(), true);
    private static final Supplier<CudaLibraries> UNASKED = () -> {
        throw new AssertionError("libraries are looked for in vain");
    };

    private static Gpus one(int capability, String driver) {
        return new Gpus(List.of(new Gpu(0, "Card", capability, driver, 8L << 30)), "");
    }

    private static Route choose(int capability, String driver, CudaLibraries libraries, boolean nd4jCuda) {
        return Route.choose(one(capability, driver), 0, () -> libraries, nd4jCuda);
    }

    @ParameterizedTest
    @CsvSource({
        // compute capability, driver, with the CUDA 13 libraries and ND4J's CUDA backend, with the libraries alone
        "121, 580.95.05, CUDA13, CUDA13",
        "120, 595.10, CUDA13, CUDA13",
        "100, 580.65.06, CUDA13, CUDA13",
        "90, 580.65.06, CUDA13, CUDA13",
        "90, 575.57.08, CPU, CPU",
        "90, 535.183.01, CPU, CPU",
        "120, 570.133.20, CPU, CPU",
        "89, 580.65.06, CUDA13, CUDA13",
        "89, 579.99, ND4J_CUDA, CPU",
        "87, 540.4.0, ND4J_CUDA, CPU",
        "86, 535.183.01, ND4J_CUDA, CPU",
        "80, 450.80.02, ND4J_CUDA, CPU",
        "80, 449.99, CPU, CPU",
        "75, 580.65.06, CUDA13, CUDA13",
        "75, 535.183.01, ND4J_CUDA, CPU",
        "70, 580.65.06, ND4J_CUDA, CPU",
        "70, 535.183.01, ND4J_CUDA, CPU",
        "61, 580.65.06, ND4J_CUDA, CPU",
        "60, 470.57.02, ND4J_CUDA, CPU",
        "52, 470.57.02, CPU, CPU",
        "52, 580.65.06, CPU, CPU",
        "35, 470.57.02, CPU, CPU"
    })
    void generationAndDriverDecide(int capability, String driver, Route.Kind withNd4j, Route.Kind without) {
        assertEquals(withNd4j, choose(capability, driver, COMPLETE, true).kind());
        assertEquals(without, choose(capability, driver, COMPLETE, false).kind());
    }

    @Test
    void everyRefusalSaysWhy() {
        String h100 = "GPU 0, Card (compute capability 9.0, driver 550.54, 8.6 GB) is not used: ";
        assertEquals(h100 + "the driver is too old for CUDA 13: needs 580 or newer, has 550.54, and ND4J's CUDA backend"
                        + " has machine code for compute capability 6.0 to 8.9 only",
                choose(90, "550.54", COMPLETE, true).reason());
        assertEquals("GPU 0, Card (compute capability 8.6, driver 550.54, 8.6 GB) is not used: the driver is too old for"
                        + " CUDA 13: needs 580 or newer, has 550.54; ND4J's CUDA backend would run on it:"
                        + " GOSSAMER_PROFILES=nd4j-cuda ./run.sh ... builds with it",
                choose(86, "550.54", COMPLETE, false).reason());
        assertEquals("GPU 0, Card (compute capability 7.0, driver 580.65, 8.6 GB), ND4J's CUDA backend: CUDA 13 needs"
                        + " compute capability 7.5 or higher",
                choose(70, "580.65", COMPLETE, true).reason());
        assertEquals("GPU 0, Card (compute capability 9.0, driver 580.65, 8.6 GB), CUDA 13",
                choose(90, "580.65", COMPLETE, false).reason());
    }

    @Test
    void withoutGpusNothingMoreIsLookedFor() {
        Route none = Route.choose(new Gpus(List.of(), "there is no driver"), 0, UNASKED, true);
        assertEquals(Route.Kind.CPU, none.kind());
        assertEquals("there is no driver", none.reason());
        assertEquals("there is no GPU 2, only 0", Route.choose(one(90, "580.1"), 2, UNASKED, true).reason());
        assertEquals(Route.Kind.ND4J_CUDA, Route.choose(one(86, "535.1"), 0, UNASKED, true).kind());
    }

    @Test
    void theNumberChooses() {
        Gpus two = new Gpus(List.of(
                new Gpu(0, "Old", 52, "580.65", 0), new Gpu(1, "New", 90, "580.65", 0)), "");
        assertEquals(Route.Kind.CPU, Route.choose(two, 0, UNASKED, true).kind());
        assertEquals("New", Route.choose(two, 1, () -> COMPLETE, true).gpu().orElseThrow().name());
    }
}
