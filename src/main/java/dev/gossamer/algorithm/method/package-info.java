/** Algorithms of the field by name, each in a file of its own: what it computes, its keys, and what it needs. */
package dev.gossamer.algorithm.method;
