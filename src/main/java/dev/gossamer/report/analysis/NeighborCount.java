package dev.gossamer.report.analysis;

import dev.gossamer.theory.EffectiveNeighbors;
import dev.gossamer.topology.Scheme;
import java.util.Optional;

/**
 * The effective number of neighbours of a topology for one decay.
 *
 * @param scheme the topology
 * @param gamma the decay of the random walk
 * @param neighbors the result; empty where the random walk has no finite variance
 */
public record NeighborCount(Scheme scheme, double gamma, Optional<EffectiveNeighbors> neighbors) {}
