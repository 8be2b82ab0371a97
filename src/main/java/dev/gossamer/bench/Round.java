package dev.gossamer.bench;

import java.util.Optional;

/**
 * One round of a row.
 *
 * @param limits what the machine could do in that round
 * @param engine durations of the engine's steps
 * @param peer the peer in that round, where there is one
 */
record Round(Limits limits, StepDurations engine, Optional<TorchPeer.Answer> peer) {}
