package dev.gossamer.cli;

import dev.gossamer.bench.gpu.GpuMeasurements;
import dev.gossamer.bench.gpu.GpuReport;
import dev.gossamer.configuration.Optimization;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.ImageShape;
import dev.gossamer.data.Task;
import dev.gossamer.engine.stacked.cuda.CudaSelfTest;
import dev.gossamer.engine.stacked.cuda.driver.Precision;
import dev.gossamer.engine.stacked.host.HostDevice;
import dev.gossamer.experiment.Engines;
import dev.gossamer.machine.Gpu;
import dev.gossamer.machine.Gpus;
import dev.gossamer.model.Network;
import dev.gossamer.placement.Placement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What has to work without native libraries, as a process of its own for {@link WithoutNativesTest}. */
final class WithoutNatives {

    private WithoutNatives() {}

    public static void main(String[] arguments) throws IOException {
        Home home = Home.create(Path.of(arguments[0]));
        Files.delete(home.path.resolve("target/machine.json")); // or no speed would have to be measured
        Engines engines = new Engines(System.err::println, home.devices);
        run(home, engines, "list");
        run(home, engines, "tiny", "--width", "0.02", "--learning-rate", "0.01");
        run(home, engines, "tiny", "--width", "0.02", "--learning-rate", "0.01", "--engine", "reference");
        run(home, engines, "tiny", "--width", "0.02", "--learning-rate", "0.01", "--engine", "reference", "--resume");
        run(home, engines, "report", "tiny");
        CudaSelfTest.run(HostDevice.reference(), Map.of(), Precision.FP32)
                .forEach(row -> System.out.println(row.primitive() + ": " + row.deviation()));
        try {
            new GpuMeasurements(engines, 0, "tf32", Map::of, System.out::println)
                    .realTraining(home.path, 200, task -> null);
        } catch (GpuReport.LeftOut e) {
            System.out.println("left out: " + e.getMessage());
        }
        estimate(1 << 30);
        estimate(150L << 30);
    }

    private static void run(Home home, Engines engines, String... arguments) {
        int code = home.run(engines, arguments);
        System.out.println(String.join(" ", arguments) + ": " + code + "\n" + home.out() + home.err());
    }

    /** The memory estimate of a run on a GPU. */
    private static void estimate(long memory) {
        Gpu gpu = new Gpu(0, "Card", 90, "580.1", memory);
        Engines engines = new Engines(System.out::println, Home.devices(new Gpus(List.of(gpu), "")));
        RunConfiguration run = RunConfiguration.of(Map.of(
                Task.KEY, "cifar-10", Network.MODEL, "resnet-20", Placement.DEVICE, "cuda", Optimization.LEARNING_RATE,
                "0.1"));
        try {
            engines.check(run, new ImageShape(3, 32, 32), 10);
        } catch (IllegalArgumentException e) {
            System.out.println(e.getMessage());
        }
    }
}
