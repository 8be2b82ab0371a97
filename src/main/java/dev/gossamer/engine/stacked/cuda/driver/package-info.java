/**
 * An NVIDIA GPU by CUDA 13, through JavaCPP's presets: memory, kernels compiled by NVRTC, recorded work, cuBLAS and
 * cuDNN in one stream. {@link dev.gossamer.engine.stacked.cuda.driver.Gpu} is all that is asked of CUDA; nothing here
 * knows what it is used for.
 */
package dev.gossamer.engine.stacked.cuda.driver;
