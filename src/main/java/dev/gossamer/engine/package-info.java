/** n replicas of a network: gradients, matrices [n, d] with a step of the algorithm, and scoring. */
package dev.gossamer.engine;
