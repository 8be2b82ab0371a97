/** Which GPUs and CUDA libraries a machine has, and what can train on them; known before anything of CUDA is loaded. */
package dev.gossamer.machine;
