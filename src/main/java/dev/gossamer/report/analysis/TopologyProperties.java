package dev.gossamer.report.analysis;

import dev.gossamer.theory.BestRate;
import dev.gossamer.theory.EffectiveNeighbors;
import dev.gossamer.topology.Scheme;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a topology costs and allows.
 *
 * @param scheme the topology
 * @param spectralGap the spectral gap over a period; empty where it was not found
 * @param neighbors the effective number of neighbours; empty where the random walk has no finite variance, or rows of
 *     the mixing matrices do not sum to 1
 * @param best the best learning rate of a random quadratic, and its rate; empty where it was not found
 */
public record TopologyProperties(
        Scheme scheme, OptionalDouble spectralGap, Optional<EffectiveNeighbors> neighbors, Optional<BestRate> best) {}
