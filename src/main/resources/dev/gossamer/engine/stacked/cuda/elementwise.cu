// Operations on single values. Tensors lie as [b, n, c, h, w]: images, replicas, channels, rows, columns. They start at
// multiples of 64 bytes and do not overlap.

// Values rounded to BF16.
extern "C" __global__ void round_values(const float* __restrict__ x, bf16* __restrict__ rounded, uint count) {
    FOR_EACH(p, count / 4) {
        store(rounded + 4 * p, rounded_to<bf16>(load<4>(x + 4 * p)));
    }
    FOR_EACH(k, count % 4) {
        uint i = count - 1 - k;
        rounded[i] = rounded_to<bf16>(x[i]);
    }
}

// y[i] = f(a[i], b[i])
template <class F>
static __device__ void combine(
        const float* __restrict__ a, const float* __restrict__ b, float* __restrict__ y, uint count, F f) {
    FOR_EACH(p, count / 4) {
        Pack<4> first = load<4>(a + 4 * p);
        Pack<4> second = load<4>(b + 4 * p);
#pragma unroll
        for (int k = 0; k < 4; k++) {
            first.v[k] = f(first.v[k], second.v[k]);
        }
        store(y + 4 * p, first);
    }
    FOR_EACH(k, count % 4) {
        uint i = count - 1 - k;
        y[i] = f(a[i], b[i]);
    }
}

extern "C" __global__ void add(const float* a, const float* b, float* sum, int rectify, uint count) {
    combine(a, b, sum, count, [=](float first, float second) {
        float value = first + second;
        return rectify ? relu(value) : value;
    });
}

extern "C" __global__ void relu_backward(const float* y, const float* dy, float* dz, uint count) {
    combine(y, dy, dz, count, [](float result, float gradient) { return result > 0 ? gradient : 0; });
}

// The same for a gradient dy = a + b.
extern "C" __global__ void relu_backward_of_sum(
        const float* __restrict__ y, const float* __restrict__ a, const float* __restrict__ b, float* __restrict__ dz,
        uint count) {
    FOR_EACH(p, count / 4) {
        Pack<4> result = load<4>(y + 4 * p);
        Pack<4> first = load<4>(a + 4 * p);
        Pack<4> second = load<4>(b + 4 * p);
#pragma unroll
        for (int k = 0; k < 4; k++) {
            first.v[k] = result.v[k] > 0 ? first.v[k] + second.v[k] : 0;
        }
        store(dz + 4 * p, first);
    }
    FOR_EACH(k, count % 4) {
        uint i = count - 1 - k;
        dz[i] = y[i] > 0 ? a[i] + b[i] : 0;
    }
}

// In place: a gradient becomes 0 where y, the result of a ReLU, is not positive.
extern "C" __global__ void mask_gradient(const float* __restrict__ y, float* gradient, uint count) {
    FOR_EACH(p, count / 4) {
        Pack<4> pack = load<4>(gradient + 4 * p);
        Pack<4> result = load<4>(y + 4 * p);
#pragma unroll
        for (int k = 0; k < 4; k++) {
            pack.v[k] = result.v[k] > 0 ? pack.v[k] : 0;
        }
        store(gradient + 4 * p, pack);
    }
    FOR_EACH(k, count % 4) {
        uint i = count - 1 - k;
        gradient[i] = y[i] > 0 ? gradient[i] : 0;
    }
}

// The values of a pack belong to one channel, or each to one of its own.
template <int W>
static __device__ void add_bias(
        float* y, const float* __restrict__ bias, uint channels, int64 by_channels, int64 by_plane, int each,
        int rectify, uint count) {
    FOR_EACH(p, count / W) {
        uint row = quotient(W * p, by_plane);
        uint channel = row - quotient(row, by_channels) * channels;
        Pack<W> pack = load<W>(y + W * p);
#pragma unroll
        for (int k = 0; k < W; k++) {
            float value = bias ? pack.v[k] + bias[channel + k * each] : pack.v[k];
            pack.v[k] = rectify ? relu(value) : value;
        }
        store(y + W * p, pack);
    }
}

// In place: y [b, channels, plane] plus bias [channels], where there is one, then a ReLU, where asked.
extern "C" __global__ void bias_relu(
        float* y, const float* bias, uint channels, int64 by_channels, uint plane, int64 by_plane, int rectify,
        uint count) {
    if (plane % 4 == 0 || (plane == 1 && channels % 4 == 0)) {
        add_bias<4>(y, bias, channels, by_channels, by_plane, plane == 1, rectify, count);
    } else {
        add_bias<1>(y, bias, channels, by_channels, by_plane, 0, rectify, count);
    }
}

template <int W>
static __device__ void sum_images_in_packs(
        const float* __restrict__ dz, float* __restrict__ sums, uint batch, uint count) {
    FOR_EACH(p, count / W) {
        Pack<W> sum = {};
#pragma unroll 4
        for (uint image = 0; image < batch; image++) {
            Pack<W> pack = load<W>(dz + image * count + W * p);
#pragma unroll
            for (int k = 0; k < W; k++) {
                sum.v[k] += pack.v[k];
            }
        }
        store(sums + W * p, sum);
    }
}

// sums [count] over the images of dz [b, count]: the gradient of the bias of a dense layer.
extern "C" __global__ void sum_images(const float* dz, float* sums, uint batch, uint count) {
    if (count % 4 == 0) {
        sum_images_in_packs<4>(dz, sums, batch, count);
    } else {
        sum_images_in_packs<1>(dz, sums, batch, count);
    }
}

// Value number k of a SplitMix64 stream, as Seeds.valueAt.
static __device__ uint64 random_value(uint64 base, uint64 k) {
    uint64 z = base + 0x9E3779B97F4A7C15ull * (k + 1);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}

template <int W>
static __device__ void drop_in_packs(
        const float* __restrict__ x, float* __restrict__ y, const int64* __restrict__ seeds, int stream,
        int64 threshold, float factor, uint workers, int64 by_workers, uint size, int64 by_size, uint count) {
    FOR_EACH(p, count / W) {
        uint row = quotient(W * p, by_size);
        uint image = quotient(row, by_workers);
        uint place = image * size + W * p - row * size;
        uint64 seed = random_value((uint64) seeds[row - image * workers], (uint64) stream);
        Pack<W> pack = load<W>(x + W * p);
#pragma unroll
        for (int k = 0; k < W; k++) {
            bool dropped = (random_value(seed, place + k) >> 11) < (uint64) threshold;
            pack.v[k] = dropped ? 0 * pack.v[k] : factor * pack.v[k];
        }
        store(y + W * p, pack);
    }
}

// x [b, n, size], seeds [n] of the replicas; a value is dropped where its 53 random bits are below the threshold, as by
// DropoutMask.
extern "C" __global__ void drop(
        const float* x, float* y, const int64* seeds, int stream, int64 threshold, float factor, uint workers,
        int64 by_workers, uint size, int64 by_size, uint count) {
    if (size % 4 == 0) {
        drop_in_packs<4>(x, y, seeds, stream, threshold, factor, workers, by_workers, size, by_size, count);
    } else {
        drop_in_packs<1>(x, y, seeds, stream, threshold, factor, workers, by_workers, size, by_size, count);
    }
}
