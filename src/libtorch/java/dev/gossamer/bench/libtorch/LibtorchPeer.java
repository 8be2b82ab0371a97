package dev.gossamer.bench.libtorch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Trains n replicas for some steps, on images that are there before the clock starts, and prints one JSON object: the
 * same training, options and result as those of {@code torch_peer.py}.
 */
public final class LibtorchPeer {

    private final Options options;
    private final Network network;
    private final Replicas replicas;
    private final Gradients gradients;
    private final Mixing mixing;
    private final List<Double> losses = new ArrayList<>();
    private final List<Double> durations = new ArrayList<>();

    private LibtorchPeer(Options options) throws IOException {
        this.options = options;
        long seed = (long) options.number("seed", 1);
        torch.manual_seed(seed);
        Team team = new Team(options.whole("threads"), options.threaded());
        network = new Network(options);
        replicas = new Replicas(options, network);
        mixing = new Mixing(options, replicas.matrices(), team);
        replicas.start(options.has("start") ? floats(options.text("start")) : replicas.draw(seed));
        int n = options.workers();
        int batch = options.whole("batch");
        long[] imageShape = network.imageShape();
        long[] shape = IntStream.range(-2, imageShape.length)
                .mapToLong(i -> i == -2 ? n : i == -1 ? batch : imageShape[i]).toArray();
        Tensor images = torch.randn(shape);
        Tensor labels = torch.randint(0L, 10L, new long[] {n, batch}).to(torch.ScalarType.Long);
        if (options.has("images")) {
            float[] given = floats(options.text("images"));
            int pixels = given.length - n * batch;
            images = torch.tensor(Arrays.copyOf(given, pixels)).view(shape);
            long[] classes = IntStream.range(pixels, given.length).mapToLong(i -> (long) given[i]).toArray();
            labels = torch.tensor(classes).view(n, batch);
        }
        gradients = new Gradients(options, network, replicas, team, unitsOf(images), unitsOf(labels));
    }

    /** What each unit trains on; stacked images are [batch, n channels, height, width]. */
    private Tensor[] unitsOf(Tensor all) {
        boolean pictures = all.dim() == 5;
        Tensor[] units = new Tensor[replicas.units()];
        for (int i = 0; i < units.length; i++) {
            if (!options.grouped()) {
                units[i] = all.select(0, i).contiguous();
            } else if (pictures) {
                units[i] = all.permute(1, 0, 2, 3, 4).contiguous()
                        .view(all.size(1), all.size(0) * all.size(2), all.size(3), all.size(4));
            } else {
                units[i] = all.dim() == 2 ? all.contiguous().view(all.numel()) : all;
            }
            if (pictures && options.channelsLast()) {
                units[i] = units[i].contiguous(torch.MemoryFormat.ChannelsLast);
            }
        }
        return units;
    }

    private void train() {
        int warmUp = options.whole("warmup");
        double most = options.number("seconds", Double.POSITIVE_INFINITY);
        double counted = 0;
        for (int t = 0; t < warmUp + options.whole("steps") && (durations.isEmpty() || counted <= most); t++) {
            long begin = System.nanoTime();
            losses.add(gradients.step());
            mixing.mix();
            double seconds = (System.nanoTime() - begin) * 1e-9;
            if (t >= warmUp) {
                durations.add(seconds);
                counted += seconds;
            }
        }
    }

    private String result() {
        List<Double> sorted = durations.stream().sorted().toList();
        double median = (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
        return String.format(Locale.ROOT, "{\"peer\": \"libtorch\", \"model\": \"%s\", \"mode\": \"%s\","
                + " \"params\": %d, \"counted\": %d, \"step_ms_median\": %.3f, \"images_per_s\": %.1f,"
                + " \"way\": \"fused update, %s mixing\", \"losses\": [%s]}",
                options.text("model"), options.text("mode"), network.size(), durations.size(), 1e3 * median,
                options.workers() * options.whole("batch") / median, mixing.way(),
                String.join(", ", losses.stream().map(loss -> String.format(Locale.ROOT, "%.6f", loss)).toList()));
    }

    private static float[] floats(String file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(Path.of(file))).order(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return values;
    }

    /** Writes [n, d] parameters as little-endian floats. */
    private void write(Path file) throws IOException {
        int row = Math.toIntExact(network.size() * Float.BYTES);
        ByteBuffer bytes = ByteBuffer.allocate(options.workers() * row).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < options.workers(); i++) {
            bytes.slice(i * row, row).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(replicas.read(i));
        }
        Files.write(file, bytes.array());
    }

    /**
     * Trains.
     *
     * @param arguments see {@link Options}
     */
    public static void main(String[] arguments) throws IOException {
        LibtorchPeer peer;
        try {
            peer = new LibtorchPeer(new Options(arguments));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        peer.train();
        if (peer.options.has("parameters")) {
            peer.write(Path.of(peer.options.text("parameters")));
        }
        System.out.println(peer.result());
        System.out.flush();
        // Destructors of PyTorch's libraries and threads would run in an order of their own.
        Runtime.getRuntime().halt(0);
    }
}
