// Results of convolutions as matrix products have them: outcomes [n', out, b, h', w'] of replicas first to first + n' of n,
// see patches.cu. A row of threads takes a whole row of the first two dimensions. A launch writes fewer than 2^31 values,
// but tensors of all replicas may have more than 2^32: there indices have 64 bits.

#define FOR_EACH_ROW(row, count) \
    for (uint row = blockIdx.x * blockDim.y + threadIdx.y; row < (count); row += gridDim.x * blockDim.y)

#define FOR_EACH_IN_ROW(k, count) for (uint k = threadIdx.x; k < (count); k += blockDim.x)

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
