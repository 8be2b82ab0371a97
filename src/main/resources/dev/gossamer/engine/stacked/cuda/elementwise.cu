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

// Which of the values of a 2x2 square, row by row, is the first largest.
static __device__ int largest(float a, float b, float c, float d) {
    int best = b > a ? 1 : 0;
    float most = b > a ? b : a;
    best = c > most ? 2 : best;
    most = c > most ? c : most;
    return d > most ? 3 : best;
}

static __device__ float maximum(float a, float b, float c, float d) {
    int best = largest(a, b, c, d);
    return best < 2 ? (best == 0 ? a : b) : (best == 2 ? c : d);
}

// x [planes, height, width], y [planes, rows, columns] of count values; rows and columns are half as many.
extern "C" __global__ void max_pool(
        const float* __restrict__ x, float* __restrict__ y, uint height, uint width, int64 by_rows, int64 by_columns,
        uint count) {
    uint rows = height / 2;
    uint columns = width / 2;
    if (width % 4 == 0 && height % 2 == 0) {  // two squares at once, of two whole lines
        FOR_EACH(p, count / 2) {
            const float* first = x + 4 * p + 2 * columns * quotient(2 * p, by_columns);
            Pack<4> upper = load<4>(first);
            Pack<4> lower = load<4>(first + width);
            Pack<2> result;
#pragma unroll
            for (int k = 0; k < 2; k++) {
                result.v[k] = maximum(upper.v[2 * k], upper.v[2 * k + 1], lower.v[2 * k], lower.v[2 * k + 1]);
            }
            store(y + 2 * p, result);
        }
        return;
    }
    FOR_EACH(i, count) {
        uint line = quotient(i, by_columns);
        uint plane = quotient(line, by_rows);
        const float* first = x + (plane * height + 2 * (line - plane * rows)) * width + 2 * (i - line * columns);
        y[i] = maximum(first[0], first[1], first[width], first[width + 1]);
    }
}

// dx [planes, height, width] in count squares [planes, rows, columns], where rows and columns count those that end at
// the edge too. What lies in no whole square gets 0; where asked, a maximum that is not positive too, as x is a ReLU's
// result and the gradient of that one's input is meant.
extern "C" __global__ void max_pool_backward(
        const float* __restrict__ x, const float* __restrict__ dy, float* __restrict__ dx, int masks, uint height,
        uint width, int64 by_rows, int64 by_columns, uint count) {
    uint rows = (height + 1) / 2;
    uint columns = (width + 1) / 2;
    if (width % 4 == 0 && height % 2 == 0) {
        FOR_EACH(p, count / 2) {
            uint first = 4 * p + 2 * columns * quotient(2 * p, by_columns);
            Pack<4> upper = load<4>(x + first);
            Pack<4> lower = load<4>(x + first + width);
            Pack<2> gradient = load<2>(dy + 2 * p);
#pragma unroll
            for (int k = 0; k < 2; k++) {
                float a = upper.v[2 * k], b = upper.v[2 * k + 1], c = lower.v[2 * k], d = lower.v[2 * k + 1];
                int best = largest(a, b, c, d);
                float passed = !masks || maximum(a, b, c, d) > 0 ? gradient.v[k] : 0;
                upper.v[2 * k] = best == 0 ? passed : 0;
                upper.v[2 * k + 1] = best == 1 ? passed : 0;
                lower.v[2 * k] = best == 2 ? passed : 0;
                lower.v[2 * k + 1] = best == 3 ? passed : 0;
            }
            store(dx + first, upper);
            store(dx + first + width, lower);
        }
        return;
    }
    FOR_EACH(i, count) {
        uint line = quotient(i, by_columns);
        uint plane = quotient(line, by_rows);
        uint row = line - plane * rows;
        uint column = i - line * columns;
        uint first = (plane * height + 2 * row) * width + 2 * column;
        bool right = 2 * column + 1 < width;
        bool below = 2 * row + 1 < height;
        bool whole = right && below;
        int best = 0;
        float gradient = 0;
        if (whole) {
            float a = x[first], b = x[first + 1], c = x[first + width], d = x[first + width + 1];
            best = largest(a, b, c, d);
            bool passes = !masks || maximum(a, b, c, d) > 0;
            gradient = passes ? dy[(plane * (height / 2) + row) * (width / 2) + column] : 0;
        }
        dx[first] = best == 0 ? gradient : 0;
        if (right) {
            dx[first + 1] = best == 1 ? gradient : 0;
        }
        if (below) {
            dx[first + width] = best == 2 ? gradient : 0;
        }
        if (whole) {
            dx[first + width + 1] = best == 3 ? gradient : 0;
        }
    }
}

template <int W>
static __device__ float sum_of_plane(const float* x, uint plane) {
    float sum = 0;
#pragma unroll 4
    for (uint p = 0; p < plane; p += W) {
        Pack<W> pack = load<W>(x + p);
#pragma unroll
        for (int k = 0; k < W; k++) {
            sum += pack.v[k];
        }
    }
    return sum;
}

// y [count], each the mean of a plane of x.
extern "C" __global__ void average_pool(
        const float* __restrict__ x, float* __restrict__ y, uint plane, uint count) {
    FOR_EACH(i, count) {
        y[i] = (plane % 4 == 0 ? sum_of_plane<4>(x + i * plane, plane) : sum_of_plane<1>(x + i * plane, plane)) / plane;
    }
}

template <int W>
static __device__ void spread(
        const float* __restrict__ dy, float* __restrict__ dx, uint plane, int64 by_plane, uint count) {
    FOR_EACH(p, count / W) {
        float share = dy[quotient(W * p, by_plane)] / plane;
        Pack<W> pack;
#pragma unroll
        for (int k = 0; k < W; k++) {
            pack.v[k] = share;
        }
        store(dx + W * p, pack);
    }
}

extern "C" __global__ void average_pool_backward(
        const float* dy, float* dx, uint plane, int64 by_plane, uint count) {
    if (plane % 4 == 0) {
        spread<4>(dy, dx, plane, by_plane, count);
    } else {
        spread<1>(dy, dx, plane, by_plane, count);
    }
}
