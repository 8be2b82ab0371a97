package dev.gossamer.bench.peer;

import java.util.List;
import java.util.stream.Stream;

/**
 * Names of the ways to train. On a CPU: one replica after another (loop), one on each thread (threads), all as one
 * network whose convolutions have groups (grouped), or all in one program (vmap), images and filters with their
 * channels last or not; update and mixing are whatever is fastest. On a GPU: see {@code torch_peer.py}.
 */
public final class PeerModes {

    /** All modes of a peer. */
    public static final String ALL = "all";

    static final List<String> GPU = List.of("loop", "vmap", "graph", "streams");

    static final List<String> PYTHON_CPU =
            List.of("loop", "loop-channels-last", "threads", "threads-channels-last", "vmap");

    static final List<String> LIBTORCH = List.of("loop", "loop-channels-last", "threads", "threads-channels-last",
            "grouped", "grouped-channels-last");

    private PeerModes() {}

    /** All modes that some peer has. */
    public static List<String> of(boolean gpu) {
        return gpu ? GPU : Stream.of(PYTHON_CPU, LIBTORCH).flatMap(List::stream).distinct().toList();
    }
}
