/**
 * The stacked engine on an NVIDIA GPU of compute capability 7.5 and up, by CUDA 13: cuBLAS, cuDNN, and kernels of its
 * own. Activations lie as [b, n, c, h, w], so that n replicas are one network of n c channels in n groups. CUDA itself
 * is in {@link dev.gossamer.engine.stacked.cuda.driver}; what others use is
 * {@link dev.gossamer.engine.stacked.cuda.CudaDevice}, its self-test and its switches.
 */
package dev.gossamer.engine.stacked.cuda;
