package dev.gossamer.bench.peer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gossamer.algorithm.method.Direction;
import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.configuration.RunConfiguration;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.commons.text.WordUtils;

/**
 * The same training step in PyTorch, in a process of its own, on random images: by the script {@code
 * peer/torch_peer.py} and a Python of the user's, or by a program on libtorch with the same options.
 */
public final class TorchPeer {

    private static final List<String> MODELS = List.of("vgg-11", "resnet-20", "mlp");
    private static final List<String> MODELS_OF_SCRIPT = List.of("vgg-11", "vgg-11-groupnorm", "resnet-20",
            "resnet-20-groupnorm", "resnet-18", "resnet-18-groupnorm", "wide-resnet-16-4", "lenet", "lenet-groupnorm",
            "mlp");
    private static final Set<String> TOPOLOGIES = Set.of("ring", "solo");
    private static final String CPU = "cpu";
    private static final String CHANNELS_LAST = "-channels-last";

    /** Most seconds of counted steps on a GPU, where a mode that is slow is not to take the time of all others. */
    private static final int GPU_SECONDS = 60;

    /** What a peer may take before its first step, and the least images per second after that. */
    private static final int START_SECONDS = 120;
    private static final int GPU_START_SECONDS = 900;
    private static final int LEAST_RATE = 10;

    /**
     * What was measured.
     *
     * @param imagesPerSecond images of all workers per second, at the median duration of a step
     * @param way how parameters were updated and mixed, where that is the mode's own choice, and else empty
     */
    public record Answer(double imagesPerSecond, String way) {}

    private final String name;
    private final String version;
    private final String device;
    private final List<String> models;
    private final List<String> modes;
    private final List<String> command;
    private final byte[] input;

    private TorchPeer(String name, String version, String device, List<String> models, List<String> modes,
            List<String> command, byte[] input) {
        this.name = name;
        this.version = version;
        this.device = device;
        this.models = models;
        this.modes = modes;
        this.command = command;
        this.input = input;
    }

    /**
     * The script, run by a Python.
     *
     * @param python path or name of a Python
     * @param device {@code cpu} or a GPU, for example {@code cuda:0}
     * @throws ConfigurationException if it cannot be started or has no PyTorch
     */
    public static TorchPeer python(String python, String device) {
        String version;
        try {
            version = PeerProcess.run(List.of(python, "-c", "import torch; print(torch.__version__)"),
                    Malloc.STANDARD::set, new byte[0], Duration.ofSeconds(START_SECONDS));
        } catch (IOException e) {
            throw new ConfigurationException(
                    "peer must be a Python with PyTorch, got " + python + ", which cannot be started");
        } catch (PeerException e) {
            throw new ConfigurationException(
                    "peer must be a Python with PyTorch, got " + python + ": " + e.getMessage());
        }
        List<String> modes = device.equals(CPU) ? pythonModes(version) : PeerModes.GPU;
        return new TorchPeer(python, version, device, MODELS_OF_SCRIPT, modes, List.of(python, "-"), script());
    }

    private static byte[] script() {
        try (InputStream resource = TorchPeer.class.getResourceAsStream("/peer/torch_peer.py")) {
            return resource.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError("the script is part of the program", e);
        }
    }

    /** PyTorch 1 has no torch.func. */
    private static List<String> pythonModes(String version) {
        return PeerModes.PYTHON_CPU.stream()
                .filter(mode -> !mode.startsWith("vmap") || !version.startsWith("1."))
                .toList();
    }

    /**
     * A program on libtorch, on the CPU.
     *
     * @param name of the peer
     * @param version of libtorch
     * @param command starts it
     */
    static TorchPeer libtorch(String name, String version, List<String> command) {
        return new TorchPeer(name, version, CPU, MODELS, PeerModes.LIBTORCH, command, new byte[0]);
    }

    /** As it was chosen: the Python, or the build of libtorch. */
    public String name() {
        return name;
    }

    /** Version of PyTorch. */
    public String version() {
        return version;
    }

    /** What starts it; options follow. */
    List<String> command() {
        return command;
    }

    /** Whether it trains on a GPU. */
    boolean isOnGpu() {
        return !device.equals(CPU);
    }

    /** The models that it has. */
    List<String> models() {
        return models;
    }

    /** Its modes for a model, if it has that; images that are vectors have no channels to be last. */
    List<String> modes(RunConfiguration run) {
        if (!models.contains(run.network().model().form())) {
            return List.of();
        }
        boolean vectors = run.network().model().form().equals("mlp");
        return modes.stream().filter(mode -> !vectors || !mode.endsWith(CHANNELS_LAST)).toList();
    }

    /**
     * Checks that a peer that has the model has the same network and topology.
     *
     * @throws ConfigurationException if it has not
     */
    public static void check(RunConfiguration run) {
        if (run.network().width() != 1) {
            throw new ConfigurationException("width must be 1 beside a peer, got " + run.network().width());
        }
        if (!TOPOLOGIES.contains(run.gossip().topology().name())) {
            throw new ConfigurationException("algorithm must do with a ring beside a peer, got \""
                    + run.optimization().family().form() + "\", which needs " + run.gossip().topology().name());
        }
    }

    /**
     * Trains for some steps.
     *
     * @param run what to train: a run that passes {@link #check}
     * @param settings how
     * @param threads number of threads
     * @param warmUp number of first steps that are not counted
     * @param steps number of steps that are
     * @param seconds most of counted steps, after at least one
     * @throws PeerException if it fails, takes too long or prints something else than a result
     */
    Answer train(RunConfiguration run, PeerSettings settings, int threads, int warmUp, int steps, int seconds) {
        List<String> whole = new ArrayList<>(command);
        whole.addAll(List.of("--device", device, "--mode", settings.mode()));
        option(whole, "model", run.network().model().form());
        option(whole, "topology", run.gossip().topology().name());
        option(whole, "workers", run.gossip().workers());
        option(whole, "batch", run.optimization().batchSize());
        option(whole, "lr", run.optimization().learningRate());
        option(whole, "momentum", run.optimization().settings().get(Direction.MOMENTUM));
        option(whole, "weight-decay", run.optimization().settings().get(Direction.WEIGHT_DECAY));
        option(whole, "dropout", run.network().dropout());
        option(whole, "threads", threads);
        option(whole, "warmup", warmUp);
        option(whole, "steps", steps);
        option(whole, "precision", settings.precision());
        option(whole, "seconds", isOnGpu() ? Math.min(seconds, GPU_SECONDS) : seconds);
        try {
            return answer(PeerProcess.run(whole, settings.malloc()::set, input, limit(run, warmUp + steps)));
        } catch (IOException e) {
            throw new PeerException("peer " + name + ": it cannot be started");
        } catch (PeerException e) {
            throw new PeerException("peer " + name + ": " + e.getMessage());
        }
    }

    private Duration limit(RunConfiguration run, int steps) {
        long images = (long) steps * run.gossip().workers() * run.optimization().batchSize();
        return Duration.ofSeconds((isOnGpu() ? GPU_START_SECONDS : START_SECONDS) + images / LEAST_RATE);
    }

    private static void option(List<String> arguments, String name, Object value) {
        arguments.add("--" + name);
        arguments.add(value.toString());
    }

    private static Answer answer(String line) {
        try {
            JsonNode result = new ObjectMapper().readTree(line);
            JsonNode images = result.path("images_per_s");
            double rate = images.asDouble();
            if (images.isNumber() && rate > 0 && Double.isFinite(rate)) {
                return new Answer(rate, result.path("way").asText());
            }
        } catch (JsonProcessingException e) {
            // It is no result, like JSON without one.
        }
        throw new PeerException("it must print a positive images_per_s as JSON in its last line, got \""
                + WordUtils.abbreviate(line, 200, 200, "...") + "\"");
    }
}
