/**
 * What a topology allows, computed from its mixing matrices: spectral gap, effective number of neighbours, convergence
 * rates of random isotropic quadratics, and the learning rates that follow.
 *
 * <p>The paper cited throughout is Vogels, Hendrikx, Jaggi, "Beyond spectral gap (extended): the role of the topology
 * in decentralized learning", arXiv 2301.02151. Everything is computed in doubles; all types are immutable.
 */
package dev.gossamer.theory;
