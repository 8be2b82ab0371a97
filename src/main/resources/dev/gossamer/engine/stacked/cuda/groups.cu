// Operations that normalise each image by itself, over groups of its channels: values [b, channels, plane], with n c
// channels. A group is size values side by side. A block of threads, a power of two, works for one of them at a time.

// Channel of value i of a tensor [b, channels, plane].
static __device__ uint channel_of(uint i, uint channels, int64 by_channels, int64 by_plane) {
    uint row = quotient(i, by_plane);
    return row - quotient(row, by_channels) * channels;
}

// Mean and inverse standard deviation of a group.
struct GroupMoments {
    float mean;
    float inverse;
};

// Computes those of a group, for all threads of a block; statistics [2, groups] receives them.
static __device__ GroupMoments moments_of_group(
        const float* x, uint group, uint groups, uint size, float epsilon, float* statistics) {
    const float* values = x + group * size;
    float sum = 0;
    for (uint k = threadIdx.x; k < size; k += blockDim.x) {
        sum += values[k];
    }
    float mean = (float) (block_sum(sum) / size);
    float squares = 0;
    for (uint k = threadIdx.x; k < size; k += blockDim.x) {
        float deviation = values[k] - mean;
        squares += deviation * deviation;
    }
    float inverse = (float) (1 / sqrt(block_sum(squares) / size + epsilon));
    if (threadIdx.x == 0) {
        statistics[group] = mean;
        statistics[groups + group] = inverse;
    }
    return {mean, inverse};
}

// Group norm: Wu and He, 2018.
extern "C" __global__ void group_norm(
        const float* x, const float* gamma, const float* beta, float* y, float* statistics, uint groups, uint size,
        uint channels, int64 by_channels, int64 by_plane, float epsilon, int rectify) {
    for (uint group = blockIdx.x; group < groups; group += gridDim.x) {
        uint first = group * size;
        GroupMoments moments = moments_of_group(x, group, groups, size, epsilon, statistics);
        for (uint k = threadIdx.x; k < size; k += blockDim.x) {
            uint i = first + k;
            uint channel = channel_of(i, channels, by_channels, by_plane);
            float value = (x[i] - moments.mean) * (moments.inverse * gamma[channel]) + beta[channel];
            y[i] = rectify ? relu(value) : value;
        }
    }
}

// Gradient of a group norm's result before its ReLU, where it has one.
static __device__ float through_relu(float deviation, float scale, float shift, float dy, int rectify) {
    return rectify && !(deviation * scale + shift > 0) ? 0 : dy;
}

// Gradient of a group norm's input.
extern "C" __global__ void group_norm_backward(
        const float* x, const float* gamma, const float* beta, const float* dy, const float* statistics, float* dx,
        uint groups, uint size, uint channels, int64 by_channels, int64 by_plane, int rectify) {
    for (uint group = blockIdx.x; group < groups; group += gridDim.x) {
        uint first = group * size;
        float mean = statistics[group];
        float inverse = statistics[groups + group];
        float sum = 0;
        float products = 0;
        for (uint k = threadIdx.x; k < size; k += blockDim.x) {
            uint i = first + k;
            uint channel = channel_of(i, channels, by_channels, by_plane);
            float deviation = x[i] - mean;
            float scaled = gamma[channel]
                    * through_relu(deviation, inverse * gamma[channel], beta[channel], dy[i], rectify);
            sum += scaled;
            products += scaled * deviation;
        }
        float offset = (float) (block_sum(sum) * inverse / size);
        float slope = (float) (block_sum(products) * inverse * inverse * inverse / size);
        for (uint k = threadIdx.x; k < size; k += blockDim.x) {
            uint i = first + k;
            uint channel = channel_of(i, channels, by_channels, by_plane);
            float deviation = x[i] - mean;
            float scale = inverse * gamma[channel];
            dx[i] = scale * through_relu(deviation, scale, beta[channel], dy[i], rectify) - offset - slope * deviation;
        }
    }
}

// Gradients of a group norm's parameters; channels_of_group neighbouring channels are a group.
extern "C" __global__ void group_norm_parameters(
        const float* x, const float* gamma, const float* beta, const float* dy, const float* statistics, float* dgamma,
        float* dbeta, uint batch, uint channels, uint plane, uint channels_of_group, int rectify) {
    uint groups_of_image = channels / channels_of_group;
    for (uint channel = blockIdx.x; channel < channels; channel += gridDim.x) {
        const float* means = statistics + channel / channels_of_group;
        const float* inverses = means + batch * groups_of_image;
        float of_gamma = 0;
        float of_beta = 0;
        FOR_EACH_OF_CHANNEL(i, image) {
            float inverse = inverses[image * groups_of_image];
            float deviation = x[i] - means[image * groups_of_image];
            float dz = through_relu(deviation, inverse * gamma[channel], beta[channel], dy[i], rectify);
            of_gamma += dz * deviation * inverse;
            of_beta += dz;
        }
        double total_gamma = block_sum(of_gamma);
        double total_beta = block_sum(of_beta);
        if (threadIdx.x == 0) {
            dgamma[channel] = (float) total_gamma;
            dbeta[channel] = (float) total_beta;
        }
    }
}

static __device__ float sigmoid(float value) {
    return 1 / (1 + expf(-value));
}

// EvoNorm-S0: Liu et al., 2020, table 2.
extern "C" __global__ void evo_norm(
        const float* x, const float* gamma, const float* beta, const float* v, float* y, float* statistics, uint groups,
        uint size, uint channels, int64 by_channels, int64 by_plane, float epsilon) {
    for (uint group = blockIdx.x; group < groups; group += gridDim.x) {
        uint first = group * size;
        float inverse = moments_of_group(x, group, groups, size, epsilon, statistics).inverse;
        for (uint k = threadIdx.x; k < size; k += blockDim.x) {
            uint i = first + k;
            uint channel = channel_of(i, channels, by_channels, by_plane);
            y[i] = gamma[channel] * (x[i] * sigmoid(v[channel] * x[i])) * inverse + beta[channel];
        }
    }
}

// Gradient of an EvoNorm's input.
extern "C" __global__ void evo_norm_backward(
        const float* x, const float* gamma, const float* v, const float* dy, const float* statistics, float* dx,
        uint groups, uint size, uint channels, int64 by_channels, int64 by_plane) {
    for (uint group = blockIdx.x; group < groups; group += gridDim.x) {
        uint first = group * size;
        float mean = statistics[group];
        float inverse = statistics[groups + group];
        float of_deviation = 0;
        for (uint k = threadIdx.x; k < size; k += blockDim.x) {
            uint i = first + k;
            uint channel = channel_of(i, channels, by_channels, by_plane);
            of_deviation += dy[i] * gamma[channel] * (x[i] * sigmoid(v[channel] * x[i]));
        }
        float slope = (float) (block_sum(of_deviation) * inverse * inverse * inverse / size);
        for (uint k = threadIdx.x; k < size; k += blockDim.x) {
            uint i = first + k;
            uint channel = channel_of(i, channels, by_channels, by_plane);
            float share = sigmoid(v[channel] * x[i]);
            float bend = share + v[channel] * x[i] * share * (1 - share);
            dx[i] = dy[i] * gamma[channel] * inverse * bend - slope * (x[i] - mean);
        }
    }
}

// Gradients of an EvoNorm's parameters; channels_of_group neighbouring channels are a group.
extern "C" __global__ void evo_norm_parameters(
        const float* x, const float* gamma, const float* v, const float* dy, const float* statistics, float* dgamma,
        float* dbeta, float* dv, uint batch, uint channels, uint plane, uint channels_of_group) {
    uint groups_of_image = channels / channels_of_group;
    for (uint channel = blockIdx.x; channel < channels; channel += gridDim.x) {
        const float* inverses = statistics + batch * groups_of_image + channel / channels_of_group;
        float of_gamma = 0;
        float of_beta = 0;
        float of_v = 0;
        FOR_EACH_OF_CHANNEL(i, image) {
            float inverse = inverses[image * groups_of_image];
            float share = sigmoid(v[channel] * x[i]);
            float value = dy[i] * (x[i] * share) * inverse;
            of_gamma += value;
            of_beta += dy[i];
            of_v += value * x[i] * (1 - share);
        }
        double total_gamma = block_sum(of_gamma);
        double total_beta = block_sum(of_beta);
        double total_v = block_sum(of_v);
        if (threadIdx.x == 0) {
            dgamma[channel] = (float) total_gamma;
            dbeta[channel] = (float) total_beta;
            dv[channel] = (float) (total_v * gamma[channel]);
        }
    }
}
