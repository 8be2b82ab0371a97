package dev.gossamer.bench.peer;

import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.text.Shown;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Peers by name: builds of libtorch, all of them, or a Python by its path or name. */
public final class PeerList {

    private PeerList() {}

    /** What can be in a list, in words. */
    public static String allowed() {
        return "a Python with PyTorch, " + Libtorch.ALL + " for all builds of libtorch, or one of them: " + builds();
    }

    private static String builds() {
        return Arrays.stream(Libtorch.values()).map(Libtorch::form).collect(Collectors.joining(", "));
    }

    /**
     * Starts or makes each of them, and asks for its version.
     *
     * @param names what is wanted
     * @param device {@code cpu} or a GPU, for example {@code cuda:0}
     * @param home Gossamer's sources, for libtorch
     * @param progress is told of downloads
     * @throws ConfigurationException if a name is none, or a peer cannot be had
     */
    public static List<TorchPeer> open(List<String> names, String device, Path home, Consumer<String> progress) {
        Set<String> single = new LinkedHashSet<>();
        for (String name : names) {
            check(name, device);
            if (name.equals(Libtorch.ALL)) {
                Arrays.stream(Libtorch.values()).map(Libtorch::form).forEach(single::add);
            } else {
                single.add(name);
            }
        }
        Map<String, TorchPeer> pythons = new HashMap<>();
        for (String name : single) {
            if (build(name).isEmpty()) { // before the downloads, as there may be none of that name
                pythons.put(name, TorchPeer.python(name, device));
            }
        }
        return single.stream().map(name -> build(name).map(build -> build.peer(home, progress))
                .orElseGet(() -> pythons.get(name))).toList();
    }

    private static Optional<Libtorch> build(String name) {
        return Arrays.stream(Libtorch.values()).filter(build -> build.form().equals(name)).findFirst();
    }

    private static void check(String name, String device) {
        boolean libtorch = name.startsWith(Libtorch.ALL);
        boolean known = name.equals(Libtorch.ALL) || build(name).isPresent();
        if (name.isEmpty() || libtorch && !known) {
            throw new ConfigurationException("peer must be " + allowed() + ", got " + Shown.value(name));
        }
        if (libtorch && !device.equals("cpu")) {
            throw new ConfigurationException("peer must be a Python on a GPU, as libtorch is for CPUs here, got "
                    + Shown.value(name));
        }
    }
}
