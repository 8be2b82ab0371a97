// Operations with sums over a channel of one replica, or over a group of its channels. A block of threads, a power of two,
// works for one of them at a time: values [b, channels, plane], with n c channels.

extern __shared__ double shared_sums[];

// Sum of a value of each thread, for all threads.
static __device__ double block_sum(double value) {
    uint t = threadIdx.y * blockDim.x + threadIdx.x;
    shared_sums[t] = value;
    __syncthreads();
    for (uint half = blockDim.x * blockDim.y / 2; half > 0; half /= 2) {
        if (t < half) {
            shared_sums[t] += shared_sums[t + half];
        }
        __syncthreads();
    }
    double sum = shared_sums[0];
    __syncthreads();
    return sum;
}

// Goes over the values of a channel: index i, of an image. Without a division for each, which takes longer than the rest.
#define FOR_EACH_OF_CHANNEL(i, image) \
    for (uint image = threadIdx.x / plane, pixel = threadIdx.x % plane, i = (image * channels + channel) * plane + pixel; \
            image < batch; \
            pixel += blockDim.x % plane, image += blockDim.x / plane + (pixel >= plane ? 1 : 0), \
            pixel -= pixel >= plane ? plane : 0, i = (image * channels + channel) * plane + pixel)

extern "C" __global__ void bias_gradient(const float* dz, float* dbias, uint batch, uint channels, uint plane) {
    for (uint channel = blockIdx.x; channel < channels; channel += gridDim.x) {
        float sum = 0;
        FOR_EACH_OF_CHANNEL(i, image) {
            sum += dz[i];
        }
        double total = block_sum(sum);
        if (threadIdx.x == 0) {
            dbias[channel] = (float) total;
        }
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

static __device__ float sigmoid(float value) {
    return 1 / (1 + expf(-value));
}

// EvoNorm-S0: Liu et al., 2020, table 2. A group is size values side by side, of one image; statistics [2, groups]
// receives the means and the inverse standard deviations.
extern "C" __global__ void evo_norm(
        const float* x, const float* gamma, const float* beta, const float* v, float* y, float* statistics, uint groups,
        uint size, uint channels, uint plane, float epsilon) {
    for (uint group = blockIdx.x; group < groups; group += gridDim.x) {
        uint first = group * size;
        float sum = 0;
        for (uint k = threadIdx.x; k < size; k += blockDim.x) {
            sum += x[first + k];
        }
        float mean = (float) (block_sum(sum) / size);
        float squares = 0;
        for (uint k = threadIdx.x; k < size; k += blockDim.x) {
            float deviation = x[first + k] - mean;
            squares += deviation * deviation;
        }
        float inverse = (float) (1 / sqrt(block_sum(squares) / size + epsilon));
        for (uint k = threadIdx.x; k < size; k += blockDim.x) {
            uint i = first + k;
            uint channel = i / plane % channels;
            y[i] = gamma[channel] * (x[i] * sigmoid(v[channel] * x[i])) * inverse + beta[channel];
        }
        if (threadIdx.x == 0) {
            statistics[group] = mean;
            statistics[groups + group] = inverse;
        }
    }
}

// Gradient of an EvoNorm's input.
extern "C" __global__ void evo_norm_backward(
        const float* x, const float* gamma, const float* v, const float* dy, const float* statistics, float* dx,
        uint groups, uint size, uint channels, uint plane) {
    for (uint group = blockIdx.x; group < groups; group += gridDim.x) {
        uint first = group * size;
        float mean = statistics[group];
        float inverse = statistics[groups + group];
        float of_deviation = 0;
        for (uint k = threadIdx.x; k < size; k += blockDim.x) {
            uint i = first + k;
            uint channel = i / plane % channels;
            of_deviation += dy[i] * gamma[channel] * (x[i] * sigmoid(v[channel] * x[i]));
        }
        float slope = (float) (block_sum(of_deviation) * inverse * inverse * inverse / size);
        for (uint k = threadIdx.x; k < size; k += blockDim.x) {
            uint i = first + k;
            uint channel = i / plane % channels;
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
