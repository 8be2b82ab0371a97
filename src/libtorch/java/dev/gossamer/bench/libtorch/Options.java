package dev.gossamer.bench.libtorch;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is trained and how, as pairs of {@code --name value}, named as those of {@code torch_peer.py}. */
final class Options {

    private static final List<String> NAMES = List.of("device", "model", "mode", "precision", "topology", "workers",
            "batch", "lr", "momentum", "weight-decay", "dropout", "threads", "warmup", "steps", "seconds", "seed",
            "start", "images", "parameters");
    private static final String CHANNELS_LAST = "-channels-last";

    private final Map<String, String> values = new HashMap<>();

    Options(String[] arguments) {
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            String name = arguments[i].substring(2);
            if (!NAMES.contains(name)) {
                throw new IllegalArgumentException("unknown option --" + name);
            }
            values.put(name, arguments[i + 1]);
        }
        choice("device", "cpu");
        choice("precision", "fp32", "bf16");
        choice("topology", "solo", "ring");
        if (!List.of("loop", "threads", "grouped").contains(text("mode").replace(CHANNELS_LAST, ""))) {
            throw new IllegalArgumentException("unknown mode " + text("mode"));
        }
    }

    private void choice(String name, String... allowed) {
        if (!List.of(allowed).contains(values.getOrDefault(name, allowed[0]))) {
            throw new IllegalArgumentException("unknown " + name + " " + text(name));
        }
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    String text(String name) {
        if (!values.containsKey(name)) {
            throw new IllegalArgumentException("missing option --" + name);
        }
        return values.get(name);
    }

    int whole(String name) {
        return Integer.parseInt(text(name));
    }

    double number(String name) {
        return Double.parseDouble(text(name));
    }

    double number(String name, double standard) {
        return has(name) ? number(name) : standard;
    }

    int workers() {
        return whole("workers");
    }

    /** Whether all replicas are one network, whose convolutions have a group for each of them. */
    boolean grouped() {
        return text("mode").startsWith("grouped");
    }

    /** Whether each thread trains a replica, instead of all of them one operation. */
    boolean threaded() {
        return text("mode").startsWith("threads");
    }

    boolean channelsLast() {
        return text("mode").endsWith(CHANNELS_LAST);
    }

    boolean half() {
        return values.getOrDefault("precision", "fp32").equals("bf16");
    }
}
