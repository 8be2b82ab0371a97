// Convolutions as matrix products, for replicas first to first + n' of n: patches [n', c k k, b, h', w'] of the input
// are multiplied with weights [out, c k k] to outcomes [n', out, b, h', w']. A row of threads takes a whole row of the
// first two dimensions, as divisions take longer than the rest.

#define FOR_EACH_ROW(row, count) \
    for (uint row = blockIdx.x * blockDim.y + threadIdx.y; row < (count); row += gridDim.x * blockDim.y)

#define FOR_EACH_IN_ROW(k, count) for (uint k = threadIdx.x; k < (count); k += blockDim.x)

#define WINDOW uint batch, uint workers, uint channels, uint height, uint width, uint kernel, uint stride, \
        uint padding, uint rows, uint columns

// patches from x [b, n, c, h, w]: pairs of replica and tap, with size values each.
extern "C" __global__ void gather_patches(
        const float* __restrict__ x, float* __restrict__ patches, uint first, WINDOW, uint pairs, uint size) {
    uint taps = channels * kernel * kernel;
    FOR_EACH_ROW(pair, pairs) {
        uint tap = pair % taps;
        uint worker = first + pair / taps;
        uint channel = tap / (kernel * kernel);
        int down = (int) (tap / kernel % kernel) - (int) padding;
        int right = (int) (tap % kernel) - (int) padding;
        FOR_EACH_IN_ROW(k, size) {
            uint line = k / columns;
            int column = (int) ((k - line * columns) * stride) + right;
            uint image = line / rows;
            int row = (int) ((line - image * rows) * stride) + down;
            bool inside = row >= 0 && row < (int) height && column >= 0 && column < (int) width;
            uint corner = ((image * workers + worker) * channels + channel) * height * width;
            patches[pair * size + k] = inside ? x[corner + row * width + column] : 0;
        }
    }
}

// dx [b, n, c, h, w] from gradients of patches: pairs of replica and channel, with size values of dx each.
extern "C" __global__ void sum_patches(
        const float* __restrict__ patches, float* __restrict__ dx, uint first, WINDOW, uint pairs, uint size) {
    uint plane = height * width;
    FOR_EACH_ROW(pair, pairs) {
        uint worker = first + pair / channels;
        FOR_EACH_IN_ROW(k, size) {
            uint image = k / plane;
            uint pixel = k - image * plane;
            int y = (int) (pixel / width + padding);
            int x = (int) (pixel % width + padding);
            float sum = 0;
            for (int ky = 0; ky < (int) kernel; ky++) {
                int row = (y - ky) / (int) stride;
                if (y < ky || row * (int) stride != y - ky || row >= (int) rows) {
                    continue;
                }
                for (int kx = 0; kx < (int) kernel; kx++) {
                    int column = (x - kx) / (int) stride;
                    if (x >= kx && column * (int) stride == x - kx && column < (int) columns) {
                        uint place = ((pair * kernel + ky) * kernel + kx) * batch + image;
                        sum += patches[(place * rows + row) * columns + column];
                    }
                }
            }
            dx[((image * workers + worker) * channels + pair % channels) * plane + pixel] = sum;
        }
    }
}

// outcomes from values [b, n, out, plane]: pairs of replica and channel, with size values each.
extern "C" __global__ void gather_outcomes(
        const float* __restrict__ values, float* __restrict__ outcomes, uint first, uint workers, uint channels,
        uint plane, uint pairs, uint size) {
    FOR_EACH_ROW(pair, pairs) {
        uint place = first * channels + pair;
        FOR_EACH_IN_ROW(k, size) {
            uint image = k / plane;
            outcomes[pair * size + k] = values[(image * workers * channels + place) * plane + k - image * plane];
        }
    }
}

// y [b, n, out, plane] from outcomes, plus bias [n, out] where there is one, then a ReLU where asked.
extern "C" __global__ void scatter_outcomes(
        const float* __restrict__ outcomes, const float* __restrict__ bias, float* __restrict__ y, uint first,
        uint workers, uint channels, uint plane, int rectify, uint pairs, uint size) {
    FOR_EACH_ROW(pair, pairs) {
        uint place = first * channels + pair;
        float shift = bias ? bias[place] : 0;
        FOR_EACH_IN_ROW(k, size) {
            uint image = k / plane;
            float value = outcomes[pair * size + k] + shift;
            y[(image * workers * channels + place) * plane + k - image * plane] = rectify ? relu(value) : value;
        }
    }
}
