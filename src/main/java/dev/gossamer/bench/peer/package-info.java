/** PyTorch, and whatever else trains the same steps in a process of its own, to measure beside. */
package dev.gossamer.bench.peer;
