// The kernels of patches.cu, one a line.
extern "C" __global__ void gather_patches(GATHER(float)) { PATCHES.gather(x, patches, first, workers, count); }
extern "C" __global__ void gather_patches_bf16(GATHER(bf16)) { PATCHES.gather(x, patches, first, workers, count); }
extern "C" __global__ void sum_patches(SUM) { PATCHES.sum(patches, dx, first, workers, count); }
