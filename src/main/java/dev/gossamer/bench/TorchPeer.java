package dev.gossamer.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gossamer.algorithm.method.Direction;
import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.configuration.RunConfiguration;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.commons.text.WordUtils;

/**
 * The same training step in PyTorch: the gradients of all replicas, then W P on the [n, d] parameter matrix. It is the
 * script {@code peer/torch_peer.py}, run by a Python of the user's in a process of its own, on random images.
 */
public final class TorchPeer {

    private static final Map<String, String> MODELS =
            Map.of("vgg-11", "vgg11", "resnet-20", "resnet20", "mlp", "mlp");

    /** Set by run.sh for the libraries of this process only. */
    private static final List<String> OWN_VARIABLES =
            List.of("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_", "MALLOC_TOP_PAD_");

    /**
     * Ways to train: one replica after another, all in one program, that in a CUDA graph, and replicas on CUDA streams
     * within one graph with everything else that makes PyTorch fast.
     */
    public static final List<String> MODES = List.of("loop", "vmap", "graph", "streams");

    /** Most seconds of counted steps on a GPU, where a mode that is slow is not to take the time of all others. */
    private static final int GPU_SECONDS = 60;

    /**
     * What was measured.
     *
     * @param imagesPerSecond images of all workers per second, at the median duration of a step
     * @param way how parameters were updated and mixed, where that is the mode's own choice, and else empty
     */
    public record Answer(double imagesPerSecond, String way) {}

    private final String python;
    private final String device;
    private final String mode;
    private final String version;
    private final byte[] script;

    /**
     * On the CPU, one replica after another.
     *
     * @param python path or name of a Python
     * @throws ConfigurationException if it cannot be started or has no PyTorch
     */
    public TorchPeer(String python) {
        this(python, "cpu", MODES.get(0));
    }

    /**
     * @param python path or name of a Python
     * @param device {@code cpu} or a GPU, for example {@code cuda:0}
     * @param mode one of {@link #MODES}
     * @throws ConfigurationException if it cannot be started or has no PyTorch
     */
    public TorchPeer(String python, String device, String mode) {
        this.python = python;
        this.device = device;
        this.mode = mode;
        try (InputStream resource = TorchPeer.class.getResourceAsStream("/peer/torch_peer.py")) {
            script = resource.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError("the script is part of the program", e);
        }
        try {
            version = lastLine(run(List.of("-c", "import torch; print(torch.__version__)"), new byte[0]));
        } catch (IOException e) {
            throw new ConfigurationException(
                    "peer must be a Python with PyTorch, got " + python + ", which cannot be started");
        } catch (PeerException e) {
            throw new ConfigurationException(
                    "peer must be a Python with PyTorch, got " + python + ": " + e.getMessage());
        }
    }

    /** Version of PyTorch. */
    public String version() {
        return version;
    }

    /**
     * Checks that the peer has the same network.
     *
     * @throws ConfigurationException if it has not
     */
    public static void check(RunConfiguration run) {
        if (!MODELS.containsKey(run.network().model().form())) {
            throw new ConfigurationException(
                    "model must be vgg-11, resnet-20 or mlp beside a peer, got \"" + run.network().model().form()
                    + "\"");
        }
        if (run.network().width() != 1) {
            throw new ConfigurationException("width must be 1 beside a peer, got " + run.network().width());
        }
    }

    /**
     * Trains for some steps.
     *
     * @param run what to train: a run that passes {@link #check}
     * @param threads number of threads
     * @param warmUp number of first steps that are not counted
     * @param steps number of steps that are
     * @throws PeerException if it fails or prints something else than a result
     */
    Answer train(RunConfiguration run, int threads, int warmUp, int steps) {
        List<String> arguments = new ArrayList<>(List.of("-", "--device", device, "--mode", mode));
        option(arguments, "model", MODELS.get(run.network().model().form()));
        option(arguments, "topology", run.gossip().topology().name());
        option(arguments, "workers", run.gossip().workers());
        option(arguments, "batch", run.optimization().batchSize());
        option(arguments, "lr", run.optimization().learningRate());
        option(arguments, "momentum", run.optimization().settings().get(Direction.MOMENTUM));
        option(arguments, "weight-decay", run.optimization().settings().get(Direction.WEIGHT_DECAY));
        option(arguments, "dropout", run.network().dropout());
        option(arguments, "threads", threads);
        option(arguments, "warmup", warmUp);
        option(arguments, "steps", steps);
        if (!device.equals("cpu")) {
            option(arguments, "precision", run.placement().precision());
            option(arguments, "seconds", GPU_SECONDS);
        }
        try {
            return answer(lastLine(run(arguments, script)));
        } catch (IOException e) {
            throw new PeerException("peer " + python + ": it cannot be started");
        } catch (PeerException e) {
            throw new PeerException("peer " + python + ": " + e.getMessage());
        }
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

    /**
     * Runs Python to its end.
     *
     * @param input what it reads
     * @return what it prints
     * @throws IOException if it cannot be started
     * @throws PeerException if it fails
     */
    private String run(List<String> arguments, byte[] input) throws IOException {
        List<String> command = new ArrayList<>(List.of(python));
        command.addAll(arguments);
        Path errors = Files.createTempFile("gossamer-peer", ".txt");
        errors.toFile().deleteOnExit();
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
            builder.environment().keySet().removeAll(OWN_VARIABLES);
            return output(builder.start(), input, errors);
        } finally {
            Files.delete(errors);
        }
    }

    private String output(Process process, byte[] input, Path errors) throws IOException {
        Thread end = new Thread(() -> end(process));
        try {
            Runtime.getRuntime().addShutdownHook(end);
            feed(process, input);
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                String reason = lastLine(Files.readString(errors));
                throw new PeerException("it ended with exit code " + code + (reason.isEmpty() ? "" : ", " + reason));
            }
            return output;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PeerException("interrupted while it ran");
        } finally {
            process.destroyForcibly();
            remove(end);
        }
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // This process is ending, and the hook runs.
        }
    }

    /** Ends a process with those that it started, as nobody will read what they print. */
    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** A process that ends without reading its input says why itself. */
    private static void feed(Process process, byte[] input) {
        try (OutputStream stream = process.getOutputStream()) {
            stream.write(input);
        } catch (IOException e) {
            // Its exit code or its result is looked at.
        }
    }

    private static String lastLine(String text) {
        List<String> lines = Arrays.stream(text.split("\\R")).map(String::strip).toList();
        return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    }
}
