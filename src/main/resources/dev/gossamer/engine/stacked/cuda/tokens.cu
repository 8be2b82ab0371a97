// Operations on tokens, the pixels of an image: values [rows, c, plane] of rows = b n images of replicas, n c channels.
// Threads whose numbers follow one another take tokens that do, so that a warp reads neighbouring values.

// Sum of f over count indices: channels of a token, or keys of a query.
template <class F>
static __device__ float sum_of(uint count, F f) {
    float sum = 0;
    for (uint i = 0; i < count; i++) {
        sum += f(i);
    }
    return sum;
}

// Layer norm: Ba, Kiros and Hinton, 2016. Parameters [workers, channels]; statistics [2, count] of count tokens.
extern "C" __global__ void layer_norm(
        const float* __restrict__ x, const float* __restrict__ gamma, const float* __restrict__ beta,
        float* __restrict__ y, float* __restrict__ statistics, uint workers, int64 by_workers, uint channels,
        uint plane, int64 by_plane, float epsilon, uint count) {
    FOR_EACH(token, count) {
        uint row = quotient(token, by_plane);
        uint first = row * (channels - 1) * plane + token;
        uint of_worker = (row - quotient(row, by_workers) * workers) * channels;
        float mean = sum_of(channels, [=](uint c) { return x[first + c * plane]; }) / channels;
        float variance = sum_of(channels, [=](uint c) {
            float deviation = x[first + c * plane] - mean;
            return deviation * deviation;
        }) / channels;
        float inverse = 1 / sqrtf(variance + epsilon);
        for (uint c = 0; c < channels; c++) {
            uint i = first + c * plane;
            y[i] = (x[i] - mean) * inverse * gamma[of_worker + c] + beta[of_worker + c];
        }
        statistics[token] = mean;
        statistics[count + token] = inverse;
    }
}

// Gradient of a layer norm's input.
extern "C" __global__ void layer_norm_backward(
        const float* __restrict__ x, const float* __restrict__ gamma, const float* __restrict__ dy,
        const float* __restrict__ statistics, float* __restrict__ dx, uint workers, int64 by_workers, uint channels,
        uint plane, int64 by_plane, uint count) {
    FOR_EACH(token, count) {
        uint row = quotient(token, by_plane);
        uint first = row * (channels - 1) * plane + token;
        const float* scale = gamma + (row - quotient(row, by_workers) * workers) * channels;
        float mean = statistics[token];
        float inverse = statistics[count + token];
        float offset = sum_of(channels, [=](uint c) { return dy[first + c * plane] * scale[c]; }) / channels;
        float slope = sum_of(channels, [=](uint c) {
            uint i = first + c * plane;
            return dy[i] * scale[c] * (x[i] - mean) * inverse;
        }) / channels;
        for (uint c = 0; c < channels; c++) {
            uint i = first + c * plane;
            dx[i] = inverse * (dy[i] * scale[c] - offset - (x[i] - mean) * inverse * slope);
        }
    }
}

// Gradients of a layer norm's parameters: a block of threads for each of channels = n c, channels_of_image a replica's.
extern "C" __global__ void layer_norm_parameters(
        const float* x, const float* dy, const float* statistics, float* dgamma, float* dbeta, uint batch,
        uint channels, uint plane, uint channels_of_image) {
    uint workers = channels / channels_of_image;
    for (uint channel = blockIdx.x; channel < channels; channel += gridDim.x) {
        const float* means = statistics + channel / channels_of_image * plane;
        const float* inverses = means + batch * workers * plane;
        float of_gamma = 0;
        float of_beta = 0;
        FOR_EACH_OF_CHANNEL(i, image) {
            uint token = image * workers * plane + pixel;
            of_gamma += dy[i] * (x[i] - means[token]) * inverses[token];
            of_beta += dy[i];
        }
        double total_gamma = block_sum(of_gamma);
        double total_beta = block_sum(of_beta);
        if (threadIdx.x == 0) {
            dgamma[channel] = (float) total_gamma;
            dbeta[channel] = (float) total_beta;
        }
    }
}

// y [b, size] = x + positions [size].
extern "C" __global__ void embed(
        const float* __restrict__ x, const float* __restrict__ positions, float* __restrict__ y, uint size,
        int64 by_size, uint count) {
    FOR_EACH(i, count) {
        y[i] = x[i] + positions[i - quotient(i, by_size) * size];
    }
}

// Self-attention: Vaswani et al., 2017, section 3.2.1. Queries, keys and values are the thirds of x [rows, 3, heads, d,
// t] and weights [rows, heads, t, t] has a row for each query. Sizes of heads are those of a head of an image.

// Queries of a head; its keys are size values after them, its values 2 size, where an image's third has size values.
static __device__ uint queries_of(uint head, uint heads, int64 by_heads, uint size) {
    uint row = quotient(head, by_heads);
    return row * 3 * size + (head - row * heads) * (size / heads);
}

// Products of queries and keys, over the square root of d.
extern "C" __global__ void attention_products(
        const float* __restrict__ x, float* __restrict__ products, float scale, uint heads, int64 by_heads, uint size,
        uint tokens, int64 by_tokens, int64 by_square, uint count) {
    FOR_EACH(i, count) {
        uint head = quotient(i, by_square);
        uint place = i - head * tokens * tokens;
        uint query = quotient(place, by_tokens);
        const float* queries = x + queries_of(head, heads, by_heads, size) + query;
        const float* keys = x + queries_of(head, heads, by_heads, size) + size + (place - query * tokens);
        products[i] = scale * sum_of(size / heads / tokens, [=](uint c) {
            return queries[c * tokens] * keys[c * tokens];
        });
    }
}

// In place, the softmax of each row of count rows.
extern "C" __global__ void attention_softmax(float* products, uint tokens, uint count) {
    FOR_EACH(query, count) {
        float* row = products + query * tokens;
        float largest = row[0];
        for (uint k = 1; k < tokens; k++) {
            largest = row[k] > largest ? row[k] : largest;
        }
        float sum = 0;
        for (uint k = 0; k < tokens; k++) {
            row[k] = expf(row[k] - largest);
            sum += row[k];
        }
        for (uint k = 0; k < tokens; k++) {
            row[k] /= sum;
        }
    }
}

// y [rows, heads, d, t] of the values and the weights.
extern "C" __global__ void attention_results(
        const float* __restrict__ x, const float* __restrict__ weights, float* __restrict__ y, uint heads,
        int64 by_heads, uint size, uint tokens, int64 by_tokens, int64 by_head, uint count) {
    FOR_EACH(i, count) {
        uint head = quotient(i, by_head);
        uint place = i - head * (size / heads);
        uint channel = quotient(place, by_tokens);
        const float* values = x + queries_of(head, heads, by_heads, size) + 2 * size + channel * tokens;
        const float* shares = weights + (head * tokens + place - channel * tokens) * tokens;
        y[i] = sum_of(tokens, [=](uint k) { return values[k] * shares[k]; });
    }
}

// Gradients of the weights [rows, heads, t, t] from dy [rows, heads, d, t].
extern "C" __global__ void attention_weights_backward(
        const float* __restrict__ x, const float* __restrict__ dy, float* __restrict__ gradients, uint heads,
        int64 by_heads, uint size, uint tokens, int64 by_tokens, int64 by_square, uint count) {
    FOR_EACH(i, count) {
        uint head = quotient(i, by_square);
        uint place = i - head * tokens * tokens;
        uint query = quotient(place, by_tokens);
        const float* values = x + queries_of(head, heads, by_heads, size) + 2 * size + (place - query * tokens);
        const float* results = dy + head * (size / heads) + query;
        gradients[i] = sum_of(size / heads / tokens, [=](uint c) {
            return results[c * tokens] * values[c * tokens];
        });
    }
}

// In place, gradients of the weights become those of the scaled products, times the scale.
extern "C" __global__ void attention_softmax_backward(
        const float* __restrict__ weights, float* __restrict__ gradients, float scale, uint tokens, uint count) {
    FOR_EACH(query, count) {
        const float* shares = weights + query * tokens;
        float* row = gradients + query * tokens;
        float mean = sum_of(tokens, [=](uint k) { return shares[k] * row[k]; });
        for (uint k = 0; k < tokens; k++) {
            row[k] = scale * shares[k] * (row[k] - mean);
        }
    }
}

// dx [rows, 3, heads, d, t] from dy, the weights and the gradients of the products.
extern "C" __global__ void attention_inputs_backward(
        const float* __restrict__ x, const float* __restrict__ weights, const float* __restrict__ gradients,
        const float* __restrict__ dy, float* __restrict__ dx, uint heads, int64 by_heads, uint size, uint tokens,
        int64 by_tokens, int64 by_size, int64 by_head, int64 by_three, uint count) {
    FOR_EACH(i, count) {
        uint third = quotient(i, by_size);
        uint row = quotient(third, by_three);
        uint which = third - 3 * row;
        uint head = row * heads + quotient(i - third * size, by_head);
        uint place = i - third * size - (head - row * heads) * (size / heads);
        uint channel = quotient(place, by_tokens);
        uint token = place - channel * tokens;
        uint queries = queries_of(head, heads, by_heads, size) + channel * tokens;
        uint square = head * tokens * tokens;
        const float* factors = which == 0 ? x + queries + size : which == 1 ? x + queries
                : dy + head * (size / heads) + channel * tokens;
        const float* shares = (which == 2 ? weights : gradients) + square + (which == 0 ? token * tokens : token);
        uint step = which == 0 ? 1 : tokens;
        dx[i] = sum_of(tokens, [=](uint k) { return factors[k] * shares[k * step]; });
    }
}
