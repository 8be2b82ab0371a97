// Operations on single values. Tensors lie as [b, n, c, h, w]: images, replicas, channels, rows, columns.
// Compiled without fused multiply-add, so that sums round as Java's do. The files of this folder are one source.

typedef unsigned int uint;
typedef long long int64;
typedef unsigned long long uint64;

// A grid of any size goes over all values.
#define FOR_EACH(i, count) \
    for (uint i = blockIdx.x * blockDim.x + threadIdx.x; i < (count); i += gridDim.x * blockDim.x)

static __device__ float relu(float value) {
    return value < 0 ? 0 : value;  // what is not a number stays so
}

extern "C" __global__ void add(const float* a, const float* b, float* sum, int rectify, uint count) {
    FOR_EACH(i, count) {
        float value = a[i] + b[i];
        sum[i] = rectify ? relu(value) : value;
    }
}

extern "C" __global__ void relu_backward(const float* y, const float* dy, float* dz, uint count) {
    FOR_EACH(i, count) {
        dz[i] = y[i] > 0 ? dy[i] : 0;
    }
}

// In place: y [b, channels, plane] plus bias [channels], where there is one, then a ReLU, where asked.
extern "C" __global__ void bias_relu(float* y, const float* bias, uint channels, uint plane, int rectify, uint count) {
    FOR_EACH(i, count) {
        float value = bias ? y[i] + bias[i / plane % channels] : y[i];
        y[i] = rectify ? relu(value) : value;
    }
}

// sums [count] over the images of dz [b, count]: the gradient of the bias of a dense layer.
extern "C" __global__ void sum_images(const float* dz, float* sums, uint batch, uint count) {
    FOR_EACH(i, count) {
        float sum = 0;
        for (uint k = 0; k < batch; k++) {
            sum += dz[k * count + i];
        }
        sums[i] = sum;
    }
}

// Value number k of a SplitMix64 stream, as Seeds.valueAt.
static __device__ uint64 random_value(uint64 base, uint64 k) {
    uint64 z = base + 0x9E3779B97F4A7C15ull * (k + 1);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}

// seeds [n] of the replicas; a value is dropped where its 53 random bits are below the threshold, as by DropoutMask.
extern "C" __global__ void drop(
        const float* x, float* y, const int64* seeds, int stream, int64 threshold, float factor, uint workers,
        uint size, uint count) {
    FOR_EACH(i, count) {
        uint worker = i / size % workers;
        uint place = i / (size * workers) * size + i % size;
        uint64 seed = random_value((uint64) seeds[worker], (uint64) stream);
        y[i] = (random_value(seed, place) >> 11) < (uint64) threshold ? 0 * x[i] : factor * x[i];
    }
}

// Index of the first largest value of the 2x2 square whose upper left corner is at index first.
static __device__ uint largest(const float* x, uint first, uint width) {
    uint best = x[first + 1] > x[first] ? first + 1 : first;
    best = x[first + width] > x[best] ? first + width : best;
    return x[first + width + 1] > x[best] ? first + width + 1 : best;
}

// x [planes, height, width], y [planes, height / 2, width / 2] of count values.
extern "C" __global__ void max_pool(const float* x, float* y, uint height, uint width, uint count) {
    uint columns = width / 2;
    uint rows = height / 2;
    FOR_EACH(i, count) {
        uint first = (i / (columns * rows) * height + 2 * (i / columns % rows)) * width + 2 * (i % columns);
        y[i] = x[largest(x, first, width)];
    }
}

// count values of dx; what lies in no square gets 0.
extern "C" __global__ void max_pool_backward(
        const float* x, const float* dy, float* dx, uint height, uint width, uint count) {
    uint columns = width / 2;
    uint rows = height / 2;
    FOR_EACH(i, count) {
        uint row = i / width % height;
        uint column = i % width;
        float gradient = 0;
        if (row / 2 < rows && column / 2 < columns) {
            uint first = i - row % 2 * width - column % 2;
            uint square = (i / (width * height) * rows + row / 2) * columns + column / 2;
            gradient = largest(x, first, width) == i ? dy[square] : 0;
        }
        dx[i] = gradient;
    }
}

// y [count], each the mean of a plane of x.
extern "C" __global__ void average_pool(const float* x, float* y, uint plane, uint count) {
    FOR_EACH(i, count) {
        float sum = 0;
        for (uint p = 0; p < plane; p++) {
            sum += x[i * plane + p];
        }
        y[i] = sum / plane;
    }
}

extern "C" __global__ void average_pool_backward(const float* dy, float* dx, uint plane, uint count) {
    FOR_EACH(i, count) {
        dx[i] = dy[i / plane] / plane;
    }
}
