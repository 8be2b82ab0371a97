// Convolutions as matrix products, for replicas first to first + n' of n: patches [n', c k k, b, h', w'] of the input
// are multiplied with weights [out, c k k] to outcomes [n', out, b, h', w'].

#define WINDOW uint batch, uint workers, uint channels, uint height, uint width, uint kernel, uint stride, \
        uint padding, uint rows, uint columns

// patches from x [b, n, c, h, w].
extern "C" __global__ void gather_patches(const float* x, float* patches, uint first, WINDOW, uint count) {
    uint plane = rows * columns;
    FOR_EACH(i, count) {
        uint image = i / plane % batch;
        uint tap = i / (plane * batch) % (channels * kernel * kernel);
        uint worker = first + i / (plane * batch) / (channels * kernel * kernel);
        uint channel = tap / (kernel * kernel);
        int row = (int) (i / columns % rows * stride + tap / kernel % kernel) - (int) padding;
        int column = (int) (i % columns * stride + tap % kernel) - (int) padding;
        bool inside = row >= 0 && row < (int) height && column >= 0 && column < (int) width;
        uint corner = ((image * workers + worker) * channels + channel) * height * width;
        patches[i] = inside ? x[corner + row * width + column] : 0;
    }
}

// dx [b, n, c, h, w] from gradients of patches; count values of n' replicas.
extern "C" __global__ void sum_patches(const float* patches, float* dx, uint first, WINDOW, uint count) {
    uint plane = height * width;
    FOR_EACH(i, count) {
        uint channel = i / plane % channels;
        uint image = i / (plane * channels) % batch;
        uint part = i / (plane * channels * batch);
        int y = (int) (i / width % height + padding);
        int x = (int) (i % width + padding);
        float sum = 0;
        for (int ky = 0; ky < (int) kernel; ky++) {
            int row = (y - ky) / (int) stride;
            if (y < ky || (y - ky) % (int) stride != 0 || row >= (int) rows) {
                continue;
            }
            for (int kx = 0; kx < (int) kernel; kx++) {
                int column = (x - kx) / (int) stride;
                if (x >= kx && (x - kx) % (int) stride == 0 && column < (int) columns) {
                    uint tap = (channel * kernel + ky) * kernel + kx;
                    uint place = (part * channels * kernel * kernel + tap) * batch + image;
                    sum += patches[(place * rows + row) * columns + column];
                }
            }
        }
        dx[((image * workers + first + part) * channels + channel) * plane + i % plane] = sum;
    }
}

// outcomes [n', out, b, plane] from values [b, n, out, plane]; count values of n' replicas.
extern "C" __global__ void gather_outcomes(
        const float* values, float* outcomes, uint first, uint batch, uint workers, uint channels, uint plane,
        uint count) {
    FOR_EACH(i, count) {
        uint image = i / plane % batch;
        uint channel = i / (plane * batch) % channels;
        uint worker = first + i / (plane * batch * channels);
        outcomes[i] = values[((image * workers + worker) * channels + channel) * plane + i % plane];
    }
}

// y [b, n, out, plane] from outcomes, plus bias [n, out] where there is one, then a ReLU where asked.
extern "C" __global__ void scatter_outcomes(
        const float* outcomes, const float* bias, float* y, uint first, uint batch, uint workers, uint channels,
        uint plane, int rectify, uint count) {
    FOR_EACH(i, count) {
        uint image = i / plane % batch;
        uint channel = i / (plane * batch) % channels;
        uint worker = first + i / (plane * batch * channels);
        float value = bias ? outcomes[i] + bias[worker * channels + channel] : outcomes[i];
        y[((image * workers + worker) * channels + channel) * plane + i % plane] = rectify ? relu(value) : value;
    }
}
