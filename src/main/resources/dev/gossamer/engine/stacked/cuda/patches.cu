// Convolutions as matrix products, for replicas first to first + n' of n: patches [n', c k k, b, h', w'] of the input
// are multiplied with weights [out, c k k] to outcomes [n', out, b, h', w']. A row of threads takes a whole row of the
// first two dimensions. A launch writes fewer than 2^31 values, but tensors of all replicas, and the patches that are
// summed, may have more than 2^32: there indices have 64 bits.

#define FOR_EACH_ROW(row, count) \
    for (uint row = blockIdx.x * blockDim.y + threadIdx.y; row < (count); row += gridDim.x * blockDim.y)

#define FOR_EACH_IN_ROW(k, count) for (uint k = threadIdx.x; k < (count); k += blockDim.x)

template <int W, class T>
static __device__ void gather_patches_in_packs(
        const float* __restrict__ x, T* __restrict__ patches, uint first, uint workers, uint channels, int height,
        int width, uint kernel, uint stride, uint padding, uint rows, int64 by_rows, uint columns, int64 by_columns,
        uint pairs, uint size) {
    uint taps = channels * kernel * kernel;
    FOR_EACH_ROW(pair, pairs) {
        uint tap = pair % taps;
        uint worker = first + pair / taps;
        uint channel = tap / (kernel * kernel);
        int down = (int) (tap / kernel % kernel) - (int) padding;
        int right = (int) (tap % kernel) - (int) padding;
        FOR_EACH_IN_ROW(p, size / W) {
            uint line = quotient(W * p, by_columns);
            uint image = quotient(line, by_rows);
            int row = (int) ((line - image * rows) * stride) + down;
            int column = (int) ((W * p - line * columns) * stride) + right;
            int64 plane = (int64) (image * workers + worker) * channels + channel;
            const float* from = x + plane * (height * width) + row * width;
            Pack<W> pack;
#pragma unroll
            for (int k = 0; k < W; k++) {
                int place = column + k * (int) stride;
                pack.v[k] = row >= 0 && row < height && place >= 0 && place < width ? from[place] : 0;
            }
            store(patches + pair * size + W * p, rounded_to<T>(pack));
        }
    }
}

template <class T>
static __device__ void gather_patches_as(
        const float* x, T* patches, uint first, uint workers, uint channels, uint height, uint width, uint kernel,
        uint stride, uint padding, uint rows, int64 by_rows, uint columns, int64 by_columns, uint pairs, uint size) {
    if (columns % 4 == 0) {
        gather_patches_in_packs<4>(x, patches, first, workers, channels, (int) height, (int) width, kernel, stride,
                padding, rows, by_rows, columns, by_columns, pairs, size);
    } else {
        gather_patches_in_packs<1>(x, patches, first, workers, channels, (int) height, (int) width, kernel, stride,
                padding, rows, by_rows, columns, by_columns, pairs, size);
    }
}

// patches from x [b, n, c, h, w]: pairs of replica and tap, with size values each.
extern "C" __global__ void gather_patches(
        const float* x, float* patches, uint first, uint workers, uint channels, uint height, uint width, uint kernel,
        uint stride, uint padding, uint rows, int64 by_rows, uint columns, int64 by_columns, uint pairs, uint size) {
    gather_patches_as(x, patches, first, workers, channels, height, width, kernel, stride, padding, rows, by_rows,
            columns, by_columns, pairs, size);
}

// The same, rounded to BF16.
extern "C" __global__ void gather_patches_bf16(
        const float* x, bf16* patches, uint first, uint workers, uint channels, uint height, uint width, uint kernel,
        uint stride, uint padding, uint rows, int64 by_rows, uint columns, int64 by_columns, uint pairs, uint size) {
    gather_patches_as(x, patches, first, workers, channels, height, width, kernel, stride, padding, rows, by_rows,
            columns, by_columns, pairs, size);
}

// dx [b, n, c, h, w] from gradients of patches: pairs of replica and channel, with size values of dx each.
extern "C" __global__ void sum_patches(
        const float* __restrict__ patches, float* __restrict__ dx, uint first, uint batch, uint workers, uint channels,
        uint plane, int64 by_plane, uint width, int64 by_width, uint kernel, uint stride, int64 by_stride,
        uint padding, uint rows, uint columns, uint pairs, uint size) {
    FOR_EACH_ROW(pair, pairs) {
        uint worker = first + pair / channels;
        uint channel = pair % channels;
        const float* from = patches + (int64) pair * kernel * kernel * batch * rows * columns;
        FOR_EACH_IN_ROW(k, size) {
            uint image = quotient(k, by_plane);
            uint pixel = k - image * plane;
            uint line = quotient(pixel, by_width);
            uint y = line + padding;
            uint x = pixel - line * width + padding;
            float sum = 0;
            for (uint ky = 0; ky < kernel && ky <= y; ky++) {
                uint row = quotient(y - ky, by_stride);
                if (row * stride != y - ky || row >= rows) {
                    continue;
                }
                for (uint kx = 0; kx < kernel && kx <= x; kx++) {
                    uint column = quotient(x - kx, by_stride);
                    if (column * stride == x - kx && column < columns) {
                        uint place = (ky * kernel + kx) * batch + image;
                        sum += from[(place * rows + row) * columns + column];
                    }
                }
            }
            dx[((int64) (image * workers + worker) * channels + channel) * plane + pixel] = sum;
        }
    }
}

template <int W, class T>
static __device__ void gather_outcomes_in_packs(
        const float* __restrict__ values, T* __restrict__ outcomes, uint first, uint workers, uint channels,
        uint plane, int64 by_plane, uint pairs, uint size) {
    FOR_EACH_ROW(pair, pairs) {
        uint place = first * channels + pair;
        FOR_EACH_IN_ROW(p, size / W) {
            uint image = quotient(W * p, by_plane);
            int64 from = (int64) (image * workers * channels + place) * plane + W * p - image * plane;
            store(outcomes + pair * size + W * p, rounded_to<T>(load<W>(values + from)));
        }
    }
}

template <class T>
static __device__ void gather_outcomes_as(
        const float* values, T* outcomes, uint first, uint workers, uint channels, uint plane, int64 by_plane,
        uint pairs, uint size) {
    if (plane % 4 == 0) {
        gather_outcomes_in_packs<4>(values, outcomes, first, workers, channels, plane, by_plane, pairs, size);
    } else {
        gather_outcomes_in_packs<1>(values, outcomes, first, workers, channels, plane, by_plane, pairs, size);
    }
}

// outcomes from values [b, n, out, plane]: pairs of replica and channel, with size values each.
extern "C" __global__ void gather_outcomes(
        const float* values, float* outcomes, uint first, uint workers, uint channels, uint plane, int64 by_plane,
        uint pairs, uint size) {
    gather_outcomes_as(values, outcomes, first, workers, channels, plane, by_plane, pairs, size);
}

// The same, rounded to BF16.
extern "C" __global__ void gather_outcomes_bf16(
        const float* values, bf16* outcomes, uint first, uint workers, uint channels, uint plane, int64 by_plane,
        uint pairs, uint size) {
    gather_outcomes_as(values, outcomes, first, workers, channels, plane, by_plane, pairs, size);
}

template <int W>
static __device__ void scatter_outcomes_in_packs(
        const float* __restrict__ outcomes, const float* __restrict__ bias, float* __restrict__ y, uint first,
        uint workers, uint channels, uint plane, int64 by_plane, int rectify, uint pairs, uint size) {
    FOR_EACH_ROW(pair, pairs) {
        uint place = first * channels + pair;
        float shift = bias ? bias[place] : 0;
        FOR_EACH_IN_ROW(p, size / W) {
            uint image = quotient(W * p, by_plane);
            Pack<W> pack = load<W>(outcomes + pair * size + W * p);
#pragma unroll
            for (int k = 0; k < W; k++) {
                float value = pack.v[k] + shift;
                pack.v[k] = rectify ? relu(value) : value;
            }
            store(y + (int64) (image * workers * channels + place) * plane + W * p - image * plane, pack);
        }
    }
}

// y [b, n, out, plane] from outcomes, plus bias [n, out] where there is one, then a ReLU where asked.
extern "C" __global__ void scatter_outcomes(
        const float* outcomes, const float* bias, float* y, uint first, uint workers, uint channels, uint plane,
        int64 by_plane, int rectify, uint pairs, uint size) {
    if (plane % 4 == 0) {
        scatter_outcomes_in_packs<4>(
                outcomes, bias, y, first, workers, channels, plane, by_plane, rectify, pairs, size);
    } else {
        scatter_outcomes_in_packs<1>(
                outcomes, bias, y, first, workers, channels, plane, by_plane, rectify, pairs, size);
    }
}

// sum [count] of parts [splits, count], the first part first.
extern "C" __global__ void sum_parts(const float* parts, float* sum, int splits, uint count) {
    FOR_EACH(i, count) {
        float total = parts[i];
        for (int split = 1; split < splits; split++) {
            total += parts[(int64) split * count + i];
        }
        sum[i] = total;
    }
}
