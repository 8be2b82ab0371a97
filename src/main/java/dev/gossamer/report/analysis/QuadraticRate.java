package dev.gossamer.report.analysis;

import dev.gossamer.topology.Scheme;
import java.util.OptionalDouble;

/**
 * The rate of a random quadratic on a topology for one learning rate.
 *
 * @param scheme the topology
 * @param zeta noise of the gradients
 * @param learningRate the learning rate
 * @param rate the fixed point of the paper; empty where it does not converge
 * @param exactRate the exact rate; empty where it does not converge
 */
public record QuadraticRate(
        Scheme scheme, double zeta, double learningRate, OptionalDouble rate, OptionalDouble exactRate) {}
