/**
 * Decentralized training algorithms as data: a step is a pure function from the matrices before it to those after it,
 * written once as an {@link dev.gossamer.algorithm.Algorithm}, traced into an {@link dev.gossamer.algorithm.Update},
 * and carried out by one executor per device.
 */
package dev.gossamer.algorithm;
