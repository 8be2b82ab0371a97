// Operations with sums over a channel of one replica: values [b, channels, plane], with n c channels. A block of threads,
// a power of two, or each row of its threads works for one of them at a time.

extern __shared__ __align__(16) double shared_sums[];

// Sum of a value of each of some threads side by side, a power of two of them, for these threads. All of the block call it.
static __device__ double sum_of_threads(double value, uint first, uint count) {
    uint t = threadIdx.y * blockDim.x + threadIdx.x;
    shared_sums[t] = value;
    __syncthreads();
    for (uint half = count / 2; half > 0; half /= 2) {
        if (t - first < half) {
            shared_sums[t] += shared_sums[t + half];
        }
        __syncthreads();
    }
    double sum = shared_sums[first];
    __syncthreads();
    return sum;
}

static __device__ double block_sum(double value) {
    return sum_of_threads(value, 0, blockDim.x * blockDim.y);
}

// That of the threads with this one's threadIdx.y.
static __device__ double row_sum(double value) {
    return sum_of_threads(value, threadIdx.y * blockDim.x, blockDim.x);
}

// Goes over the values of a channel: index i, of an image. Without a division for each, which takes longer than the rest.
#define FOR_EACH_OF_CHANNEL(i, image) \
    for (uint image = threadIdx.x / plane, pixel = threadIdx.x % plane, i = (image * channels + channel) * plane + pixel; \
            image < batch; \
            pixel += blockDim.x % plane, image += blockDim.x / plane + (pixel >= plane ? 1 : 0), \
            pixel -= pixel >= plane ? plane : 0, i = (image * channels + channel) * plane + pixel)

// Index of value k of a channel's, in a tensor [b, channels, plane].
static __device__ uint index_in_channel(uint k, uint channel, uint channels, uint plane, int64 by_plane) {
    return k + (quotient(k, by_plane) * (channels - 1) + channel) * plane;
}

// Packs of a channel's values that a thread reads before it uses one, so that enough are on their way from memory.
#define PACKS 4

// Calls read(u, p) for PACKS packs p of a channel, then use(u, p), and so on; a row of threads shares them.
template <class R, class U>
static __device__ void for_each_pack(uint packs, R read, U use) {
    for (uint first = threadIdx.x; first < packs; first += PACKS * blockDim.x) {
#pragma unroll
        for (int u = 0; u < PACKS; u++) {
            if (first + u * blockDim.x < packs) {
                read(u, first + u * blockDim.x);
            }
        }
#pragma unroll
        for (int u = 0; u < PACKS; u++) {
            if (first + u * blockDim.x < packs) {
                use(u, first + u * blockDim.x);
            }
        }
    }
}

template <int W>
static __device__ void add_up_channels(
        const float* __restrict__ dz, float* __restrict__ dbias, uint channels, uint plane, int64 by_plane,
        uint count) {
    uint channel = blockIdx.x * blockDim.y + threadIdx.y;
    Pack<W> packs[PACKS];
    float sum = 0;
    for_each_pack(channel < channels ? count / W : 0, [&](int u, uint p) {
        packs[u] = load<W>(dz + index_in_channel(W * p, channel, channels, plane, by_plane));
    }, [&](int u, uint) {
#pragma unroll
        for (int k = 0; k < W; k++) {
            sum += packs[u].v[k];
        }
    });
    double total = row_sum(sum);
    if (channel < channels && threadIdx.x == 0) {
        dbias[channel] = (float) total;
    }
}

// dbias [channels], each the sum of count values of dz [b, channels, plane]. A block [threads, channels] takes several
// channels where they are small: neighbouring threads read neighbouring channels, which lie one after another.
extern "C" __global__ void bias_gradient(
        const float* dz, float* dbias, uint channels, uint plane, int64 by_plane, uint count) {
    if (plane % 4 == 0) {
        add_up_channels<4>(dz, dbias, channels, plane, by_plane, count);
    } else {
        add_up_channels<1>(dz, dbias, channels, plane, by_plane, count);
    }
}

// Batch norm with the statistics of the batch: Ioffe and Szegedy, 2015, algorithm 1. statistics [2, channels] receives
// the means and the inverse standard deviations.
extern "C" __global__ void normalize(
        const float* x, const float* gamma, const float* beta, float* y, float* statistics, uint batch, uint channels,
        uint plane, float epsilon, int rectify) {
    uint count = batch * plane;
    for (uint channel = blockIdx.x; channel < channels; channel += gridDim.x) {
        float sum = 0;
        FOR_EACH_OF_CHANNEL(i, image) {
            sum += x[i];
        }
        float mean = (float) (block_sum(sum) / count);
        float squares = 0;
        FOR_EACH_OF_CHANNEL(i, image) {
            float deviation = x[i] - mean;
            squares += deviation * deviation;
        }
        float inverse = (float) (1 / sqrt(block_sum(squares) / count + epsilon));
        float scale = inverse * gamma[channel];
        float shift = beta[channel];
        FOR_EACH_OF_CHANNEL(i, image) {
            float value = (x[i] - mean) * scale + shift;
            y[i] = rectify ? relu(value) : value;
        }
        if (threadIdx.x == 0) {
            statistics[channel] = mean;
            statistics[channels + channel] = inverse;
        }
    }
}

// Gradients of a batch norm's input, scale and shift, through its ReLU where it has one.
extern "C" __global__ void normalize_backward(
        const float* x, const float* gamma, const float* beta, const float* dy, const float* statistics, float* dx,
        float* dgamma, float* dbeta, uint batch, uint channels, uint plane, int rectify) {
    uint count = batch * plane;
    for (uint channel = blockIdx.x; channel < channels; channel += gridDim.x) {
        float mean = statistics[channel];
        float inverse = statistics[channels + channel];
        float scale = inverse * gamma[channel];
        float shift = beta[channel];
        float sum = 0;
        float products = 0;
        FOR_EACH_OF_CHANNEL(i, image) {
            float deviation = x[i] - mean;
            float dz = rectify && !(deviation * scale + shift > 0) ? 0 : dy[i];
            sum += dz;
            products += dz * deviation;
        }
        double total = block_sum(sum);
        double product = block_sum(products);
        float offset = (float) (total / count);
        float slope = (float) (product * inverse * inverse / count);
        FOR_EACH_OF_CHANNEL(i, image) {
            float deviation = x[i] - mean;
            float dz = rectify && !(deviation * scale + shift > 0) ? 0 : dy[i];
            dx[i] = scale * (dz - offset - deviation * slope);
        }
        if (threadIdx.x == 0) {
            dbeta[channel] = (float) total;
            dgamma[channel] = (float) (product * inverse);
        }
    }
}

// As normalize, where the values of a channel, count of them, find room in shared memory: they are read once. A block
// [threads, channels] takes a few channels.
template <int W>
static __device__ void normalize_in_shared(
        const float* __restrict__ x, const float* __restrict__ gamma, const float* __restrict__ beta,
        float* __restrict__ y, float* __restrict__ statistics, uint channels, uint plane, int64 by_plane, uint count,
        float epsilon, int rectify) {
    uint channel = blockIdx.x * blockDim.y + threadIdx.y;
    uint packs = channel < channels ? count / W : 0;
    float* values = reinterpret_cast<float*>(shared_sums + blockDim.x * blockDim.y) + threadIdx.y * count;
    Pack<W> read[PACKS];
    float sum = 0;
    for_each_pack(packs, [&](int u, uint p) {
        read[u] = load<W>(x + index_in_channel(W * p, channel, channels, plane, by_plane));
    }, [&](int u, uint p) {
        store(values + W * p, read[u]);
#pragma unroll
        for (int k = 0; k < W; k++) {
            sum += read[u].v[k];
        }
    });
    float mean = (float) (row_sum(sum) / count);
    float squares = 0;
    for (uint p = threadIdx.x; p < packs; p += blockDim.x) {
        Pack<W> pack = load<W>(values + W * p);
#pragma unroll
        for (int k = 0; k < W; k++) {
            float deviation = pack.v[k] - mean;
            squares += deviation * deviation;
        }
    }
    float inverse = (float) (1 / sqrt(row_sum(squares) / count + epsilon));
    if (packs == 0) {
        return;
    }
    float scale = inverse * gamma[channel];
    float shift = beta[channel];
    for (uint p = threadIdx.x; p < packs; p += blockDim.x) {
        Pack<W> pack = load<W>(values + W * p);
#pragma unroll
        for (int k = 0; k < W; k++) {
            float value = (pack.v[k] - mean) * scale + shift;
            pack.v[k] = rectify ? relu(value) : value;
        }
        store(y + index_in_channel(W * p, channel, channels, plane, by_plane), pack);
    }
    if (threadIdx.x == 0) {
        statistics[channel] = mean;
        statistics[channels + channel] = inverse;
    }
}

extern "C" __launch_bounds__(512) __global__ void normalize_shared(
        const float* x, const float* gamma, const float* beta, float* y, float* statistics, uint channels, uint plane,
        int64 by_plane, uint count, float epsilon, int rectify) {
    if (plane % 4 == 0) {
        normalize_in_shared<4>(
                x, gamma, beta, y, statistics, channels, plane, by_plane, count, epsilon, rectify);
    } else {
        normalize_in_shared<1>(
                x, gamma, beta, y, statistics, channels, plane, by_plane, count, epsilon, rectify);
    }
}

// As normalize_backward, with the deviations from the mean, and dy through the ReLU, in shared memory.
template <int W>
static __device__ void normalize_backward_in_shared(
        const float* __restrict__ x, const float* __restrict__ gamma, const float* __restrict__ beta,
        const float* __restrict__ dy, const float* __restrict__ statistics, float* __restrict__ dx,
        float* __restrict__ dgamma, float* __restrict__ dbeta, uint channels, uint plane, int64 by_plane, uint count,
        int rectify) {
    uint channel = blockIdx.x * blockDim.y + threadIdx.y;
    bool used = channel < channels;
    uint packs = used ? count / W : 0;
    float* deviations = reinterpret_cast<float*>(shared_sums + blockDim.x * blockDim.y) + 2 * threadIdx.y * count;
    float* gradients = deviations + count;
    float mean = used ? statistics[channel] : 0;
    float inverse = used ? statistics[channels + channel] : 0;
    float scale = used ? inverse * gamma[channel] : 0;
    float shift = used ? beta[channel] : 0;
    Pack<W> first[PACKS], second[PACKS];
    float sum = 0;
    float products = 0;
    for_each_pack(packs, [&](int u, uint p) {
        uint i = index_in_channel(W * p, channel, channels, plane, by_plane);
        first[u] = load<W>(x + i);
        second[u] = load<W>(dy + i);
    }, [&](int u, uint p) {
#pragma unroll
        for (int k = 0; k < W; k++) {
            float deviation = first[u].v[k] - mean;
            float dz = rectify && !(deviation * scale + shift > 0) ? 0 : second[u].v[k];
            sum += dz;
            products += dz * deviation;
            first[u].v[k] = deviation;
            second[u].v[k] = dz;
        }
        store(deviations + W * p, first[u]);
        store(gradients + W * p, second[u]);
    });
    double total = row_sum(sum);
    double product = row_sum(products);
    float offset = (float) (total / count);
    float slope = (float) (product * inverse * inverse / count);
    for (uint p = threadIdx.x; p < packs; p += blockDim.x) {
        Pack<W> deviation = load<W>(deviations + W * p);
        Pack<W> dz = load<W>(gradients + W * p);
#pragma unroll
        for (int k = 0; k < W; k++) {
            dz.v[k] = scale * (dz.v[k] - offset - deviation.v[k] * slope);
        }
        store(dx + index_in_channel(W * p, channel, channels, plane, by_plane), dz);
    }
    if (used && threadIdx.x == 0) {
        dbeta[channel] = (float) total;
        dgamma[channel] = (float) (product * inverse);
    }
}

extern "C" __launch_bounds__(512) __global__ void normalize_backward_shared(
        const float* x, const float* gamma, const float* beta, const float* dy, const float* statistics, float* dx,
        float* dgamma, float* dbeta, uint channels, uint plane, int64 by_plane, uint count, int rectify) {
    if (plane % 4 == 0) {
        normalize_backward_in_shared<4>(x, gamma, beta, dy, statistics, dx, dgamma, dbeta, channels, plane, by_plane,
                count, rectify);
    } else {
        normalize_backward_in_shared<1>(x, gamma, beta, dy, statistics, dx, dgamma, dbeta, channels, plane, by_plane,
                count, rectify);
    }
}
