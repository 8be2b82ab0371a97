package dev.gossamer.engine.stacked.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.algorithm.Rules;
import dev.gossamer.algorithm.Update;
import dev.gossamer.data.Batch;
import dev.gossamer.data.ImageShape;
import dev.gossamer.data.NoiseImages;
import dev.gossamer.engine.Preparation;
import dev.gossamer.engine.Preparation.Candidate;
import dev.gossamer.engine.Preparation.Choice;
import dev.gossamer.engine.Replicas;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.cuda.driver.CudaException;
import dev.gossamer.engine.stacked.cuda.driver.GroupedShape;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a library's convolutions that fail, are wrong, slow, cannot be recorded or end the GPU's work. */
class ConvolutionTrialsTest {

    /** Three convolutions of different shapes, after a batch norm with parameters. */
    private static final Program PROGRAM = SmallNetworks.all().stream()
            .filter(network -> network.name().equals("convolutions 3x3 of 16 and 64 channels"))
            .findFirst().orElseThrow().program();
    private static final ImageShape IMAGES = PROGRAM.images();
    private static final String ODD = "cuDNN odd";
    private static Path shim;

    @BeforeAll
    static void compileTheKernels() throws IOException, InterruptedException {
        shim = Shim.compile();
    }

    /** A GPU whose library has one algorithm, which does what a test wants. */
    private static class OddGpu extends ShimGpu {

        private final Consumer<Runnable> algorithm;
        private final Choices choices;

        /** @param algorithm is given what computes the right result */
        OddGpu(String ways, Choices choices, Consumer<Runnable> algorithm) {
            super(shim, Switches.STANDARD.with(Switch.ROUTES, ways), null, new HashSet<>());
            this.algorithm = algorithm;
            this.choices = choices;
        }

        @Override
        Choices choices() {
            return choices;
        }

        @Override
        public List<GroupedConvolution> convolutions(GroupedShape shape, long workspace) {
            GroupedConvolution right = super.convolutions(shape, workspace).get(1);
            return List.of(new GroupedConvolution() {
                @Override
                public String name() {
                    return ODD;
                }

                @Override
                public void run(long x, long weights, long y, long scratch) {
                    algorithm.accept(() -> right.run(x, weights, y, scratch));
                }
            });
        }
    }

    private static Preparation prepare(ShimGpu gpu) {
        Update rule = Rules.descent(0, 0, 0);
        try (Replicas replicas = gpu.load(PROGRAM, PROGRAM, 2, rule)) {
            Random random = new Random(1);
            for (int i = 0; i < 2; i++) {
                FloatBuffer row = FloatBuffer.allocate((int) PROGRAM.size());
                while (row.hasRemaining()) {
                    row.put((float) random.nextGaussian());
                }
                replicas.matrices().write(rule.parameters(), i, row.flip());
            }
            Batch batch = NoiseImages.batch(random, IMAGES, 2, 1, 10);
            for (int step = 0; step < 5; step++) {
                replicas.gradients().compute(batch, new long[2], new double[2]);
            }
            return replicas.gradients().preparation().orElseThrow();
        }
    }

    private static Candidate candidate(Choice choice, String name) {
        return choice.candidates().stream().filter(way -> way.name().equals(name)).findFirst().orElseThrow();
    }

    private static void checkThatItIsRefused(Preparation preparation, String reason) {
        assertEquals(3 * 3, preparation.choices().size(), "passes of three convolutions");
        for (Choice choice : preparation.choices()) {
            assertEquals("patches", choice.chosen());
            Candidate odd = candidate(choice, ODD);
            assertTrue(odd.refusal().contains(reason), odd.refusal());
            assertTrue(Double.isNaN(odd.milliseconds()));
            assertTrue(candidate(choice, "patches").milliseconds() > 0);
        }
    }

    @Test
    void oneThatFailsIsRefusedWithItsReason() {
        Preparation preparation = prepare(new OddGpu("patches,cudnn", new Choices(), right -> {
            throw new CudaException("not supported");
        }));
        checkThatItIsRefused(preparation, "not supported");
        assertTrue(preparation.programs().get(0).recording().startsWith("a CUDA graph of "), preparation.toString());
    }

    /** One that does nothing must not pass for the one before it. */
    @Test
    void oneThatComputesSomethingElseIsRefusedAndCalledWrong() {
        Preparation preparation = prepare(new OddGpu("patches,cudnn", new Choices(), right -> { }));
        checkThatItIsRefused(preparation, "of its norm from that of patches, 1.0e-03 is allowed");
        preparation.choices().forEach(choice -> assertTrue(candidate(choice, ODD).wrong()));
        preparation.choices().forEach(choice -> assertFalse(candidate(choice, "patches").wrong()));
    }

    @Test
    void oneThatCannotBeRecordedIsRefused() {
        ShimGpu[] gpu = new ShimGpu[1];
        gpu[0] = new OddGpu("patches,cudnn", new Choices(), right -> {
            right.run();
            gpu[0].await();
        });
        checkThatItIsRefused(prepare(gpu[0]), "is not permitted when stream is capturing");
    }

    /** Other ways are compiled at the same time, so that a launch may have waited for the host. */
    @Test
    void oneThatWasSlowOnceIsTimed() {
        int[] launches = new int[1];
        OddGpu gpu = new OddGpu("patches,cudnn", new Choices(), right -> {
            launches[0]++;
            right.run();
        }) {
            private int timed;

            @Override
            public double milliseconds(Runnable work) {
                int before = launches[0];
                work.run();
                return launches[0] == before ? 1 : timed++ % 3 == 0 ? 100 : 0.5;
            }
        };
        prepare(gpu).choices().forEach(choice -> assertEquals(ODD, choice.chosen()));
    }

    @Test
    void oneThatIsSlowIsStoppedAfterTwoLaunches() {
        int[] launches = new int[1];
        OddGpu gpu = new OddGpu("patches,cudnn", new Choices(), right -> {
            launches[0]++;
            right.run();
        }) {
            private int before;

            @Override
            public double milliseconds(Runnable work) {
                before = launches[0];
                work.run();
                return launches[0] > before ? 100 : 1;
            }
        };
        Preparation preparation = prepare(gpu);
        checkThatItIsRefused(preparation, "stopped after a launch of 100000 us");
        assertEquals(3 * preparation.choices().size(), launches[0], "one to load it, two that are timed");
    }

    @Test
    void aProgramThatCannotBeRecordedWithTheLibraryIsMadeWithoutIt() {
        boolean[] fails = new boolean[1];
        OddGpu gpu = new OddGpu("patches,cudnn", new Choices(), right -> {
            if (fails[0]) {
                throw new CudaException("operation not permitted");
            }
            right.run();
        }) {
            private int time = 1_000_000;

            @Override
            public double milliseconds(Runnable work) {
                work.run();
                return --time; // the later one is faster
            }

            @Override
            public Recording record(Runnable work) {
                fails[0] = new Throwable().getStackTrace()[1].getClassName().endsWith("LoadedProgram");
                try {
                    return super.record(work);
                } finally {
                    fails[0] = false;
                }
            }
        };
        Preparation preparation = prepare(gpu);
        String recording = preparation.programs().get(0).recording();
        assertTrue(recording.matches(
                "a CUDA graph of [1-9][0-9]+ nodes, without cuDNN's convolutions: operation not permitted"), recording);
    }

    /** After an access outside of memory nothing works any more. */
    @Test
    void oneThatEndsTheGpusWorkIsNamedWithTheSwitchThatAvoidsIt() {
        boolean[] lost = new boolean[1];
        OddGpu gpu = new OddGpu("patches,cudnn", new Choices(), right -> {
            lost[0] = true;
            throw new CudaException("an illegal memory access was encountered");
        }) {
            @Override
            public void await() {
                if (lost[0]) {
                    throw new CudaException("an illegal memory access was encountered");
                }
                super.await();
            }
        };
        String message = assertThrows(CudaException.class, () -> prepare(gpu)).getMessage();
        assertTrue(message.startsWith("the GPU does not answer any more after cuDNN odd was tried for "), message);
        assertTrue(message.contains("illegal memory access"), message);
        assertTrue(message.endsWith("GOSSAMER_CUDA_ROUTES without its way avoids it"), message);
    }

    @Test
    void whatWonIsKeptForTheNextProcess(@TempDir Path folder) throws IOException {
        UserCache cache = new UserCache(folder);
        List<Choice> first = prepare(new OddGpu("patches,cudnn", new Choices(cache, "a"), Runnable::run)).choices();
        int[] launches = new int[1];
        OddGpu second = new OddGpu("patches,cudnn", new Choices(cache, "a"), Runnable::run) {
            @Override
            public double milliseconds(Runnable work) {
                launches[0]++;
                return super.milliseconds(work);
            }

            @Override
            Optional<Consumer<List<OperationTime>>> profile() {
                return Optional.empty();
            }
        };
        List<Choice> kept = prepare(second).choices();
        assertEquals(0, launches[0], "nothing is tried again");
        assertEquals(first.size(), kept.size());
        for (int i = 0; i < kept.size(); i++) {
            assertTrue(kept.get(i).kept());
            assertEquals(first.get(i).chosen(), kept.get(i).chosen());
            assertEquals(first.get(i).candidates(), kept.get(i).candidates());
        }
        assertFalse(prepare(new OddGpu("patches,cudnn", new Choices(cache, "b"), Runnable::run)).choices().get(0)
                .kept());
        try (Stream<Path> files = Files.list(folder)) {
            files.forEach(file -> assertTrue(file.toString().matches(".*\\.choices(\\.lock)?"), file.toString()));
        }
    }

    /** A way that is kept but not there any more is not taken; a file of another form is as good as none. */
    @Test
    void whatIsKeptMustStillBeThere(@TempDir Path folder) {
        UserCache cache = new UserCache(folder);
        prepare(new OddGpu("cudnn", new Choices(cache, "a"), Runnable::run));
        checkThatNoneIsKept(prepare(new OddGpu("patches", new Choices(cache, "a"), Runnable::run)));
        cache.write("choices", "c", "[1, 2".getBytes());
        checkThatNoneIsKept(prepare(new OddGpu("patches", new Choices(cache, "c"), Runnable::run)));
    }

    private static void checkThatNoneIsKept(Preparation preparation) {
        assertTrue(preparation.choices().stream().noneMatch(Choice::kept));
    }

    @Test
    void everyOperationIsTimedOnce() {
        ShimGpu gpu = new OddGpu("patches", new Choices(), Runnable::run);
        Preparation preparation = prepare(gpu);
        List<OperationTime> times = gpu.times();
        assertEquals(PROGRAM.operations().size(), times.size());
        assertTrue(times.stream().allMatch(time -> time.milliseconds() > 0));
        assertEquals("Convolve 2x9x8 -> 16x9x8", times.get(1).operation());
        for (OperationTime time : times) {
            assertEquals(time.operation().startsWith("Convolve") ? "patches" : "", time.way(), time.operation());
        }
        assertEquals("training, 2 times 1 images", preparation.programs().get(0).name());
    }

    /** Where two processes try at the same time, what was kept first counts for both. */
    @Test
    void theFirstChoiceThatIsKeptCounts(@TempDir Path folder) {
        UserCache cache = new UserCache(folder);
        Choices first = new Choices(cache, "a");
        Choices second = new Choices(cache, "a");
        Choice one = new Choice("x", "patches", false, List.of());
        Choice other = new Choice("x", "own", false, List.of());
        assertEquals("patches", first.keep("x", one).chosen());
        assertEquals("patches", second.keep("x", other).chosen());
        second.keep("y", other);
        first.keep("z", one);
        Choices third = new Choices(cache, "a");
        assertEquals("patches", third.get("x").orElseThrow().chosen());
        assertTrue(third.get("y").isPresent() && third.get("z").isPresent());
    }

    /** Values that are none make every way wrong; that says nothing of other runs. */
    @Test
    void whereNoneIsRightNoneIsKept(@TempDir Path folder) {
        UserCache cache = new UserCache(folder);
        ShimGpu gpu = new OddGpu("cudnn", new Choices(cache, "a"), right -> { });
        prepare(gpu).choices().forEach(choice -> assertEquals("patches", choice.chosen()));
        checkThatNoneIsKept(prepare(new OddGpu("patches", new Choices(cache, "a"), Runnable::run)));
    }

    @Test
    void withoutGraphsStepsAreNotRecorded() {
        ShimGpu gpu = new OddGpu("patches", new Choices(), Runnable::run).with(Switch.GRAPH, "off");
        assertEquals("not recorded: GOSSAMER_CUDA_GRAPH=off", prepare(gpu).programs().get(0).recording());
    }
}
