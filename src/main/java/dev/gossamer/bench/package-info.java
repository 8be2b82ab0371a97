/** Measures training steps beside the limits of the machine and beside PyTorch. */
package dev.gossamer.bench;
