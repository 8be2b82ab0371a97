/** Checks and measures a GPU in parts, each in a process of its own, and reports on them. */
package dev.gossamer.bench.gpu;
