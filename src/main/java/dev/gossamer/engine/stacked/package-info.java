/**
 * All replicas of a network as one program: a DL4J configuration is compiled once into a flat list of primitive
 * operations, which a {@link dev.gossamer.engine.stacked.Device} carries out for every row of the parameter matrix.
 */
package dev.gossamer.engine.stacked;
