/** NVIDIA GPUs by CUDA 13. */
package dev.gossamer.engine.stacked.cuda;
