// What the trials of convolutions need: values to work on, and a comparison of results.

// count values in [-1, 1), from a seed.
extern "C" __global__ void fill_noise(float* values, int64 seed, int64 count) {
    for (int64 i = blockIdx.x * (int64) blockDim.x + threadIdx.x; i < count; i += (int64) gridDim.x * blockDim.x) {
        values[i] = (int) (random_value((uint64) seed, (uint64) i) >> 40) * (1.0f / (1 << 23)) - 1;
    }
}

// For each block its share of 16 sums of the values with random signs, and of the sum of their squares: [blocks, 17].
extern "C" __global__ void sketch(const float* values, double* sums, int64 count) {
    double parts[17] = {};
    for (int64 i = blockIdx.x * (int64) blockDim.x + threadIdx.x; i < count; i += (int64) gridDim.x * blockDim.x) {
        double value = values[i];
        uint signs = (uint) (random_value(1, (uint64) i) >> 48);
#pragma unroll
        for (int k = 0; k < 16; k++) {
            parts[k] += signs >> k & 1 ? value : -value;
        }
        parts[16] += value * value;
    }
#pragma unroll
    for (int k = 0; k < 17; k++) {
        double sum = block_sum(parts[k]);
        if (threadIdx.x == 0) {
            sums[blockIdx.x * 17 + k] = sum;
        }
    }
}
