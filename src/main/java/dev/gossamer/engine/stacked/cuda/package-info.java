/**
 * The stacked engine on an NVIDIA GPU of compute capability 7.5 and up, by CUDA 13: cuBLAS and cuDNN through JavaCPP's
 * presets, and kernels of its own. Activations lie as [b, n, c, h, w], so that n replicas are one network of n c
 * channels in n groups. {@link dev.gossamer.engine.stacked.cuda.Gpu} is all that is asked of CUDA.
 */
package dev.gossamer.engine.stacked.cuda;
