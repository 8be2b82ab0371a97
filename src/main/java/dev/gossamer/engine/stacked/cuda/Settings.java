package dev.gossamer.engine.stacked.cuda;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What is decided for the programs of a GPU from outside.
 *
 * @param switches what is to be measured
 * @param workspaceBytes see {@link Switches#workspaceBytes}
 * @param choices the ways that won in trials on this GPU
 * @param profile who wants to know how long each operation takes, if anybody does
 */
record Settings(Switches switches, long workspaceBytes, Choices choices,
        Optional<Consumer<List<OperationTime>>> profile) {}
