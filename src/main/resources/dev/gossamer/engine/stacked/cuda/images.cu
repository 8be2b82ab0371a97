// What a program's input [b, n, c, h, w] is made of.

template <int W>
static __device__ void normalize_packs(
        const unsigned char* __restrict__ pixels, const float* __restrict__ tables, float* __restrict__ input,
        uint first, uint batch, uint parts, int64 by_parts, uint channels, int64 by_channels, uint plane,
        int64 by_plane, uint count) {
    FOR_EACH(p, count / W) {
        uint row = quotient(W * p, by_plane);
        uint image = quotient(row, by_channels);
        uint channel = row - image * channels;
        uint place = quotient(image, by_parts);
        int64 source = first + (image - place * parts) * batch + place;
        Pack<W, unsigned char> pack = load<W>(pixels + (source * channels + channel) * plane + W * p - row * plane);
        Pack<W> values;
#pragma unroll
        for (int k = 0; k < W; k++) {
            values.v[k] = tables[channel * 256 + pack.v[k]];
        }
        store(input + W * p, values);
    }
}

// From the images first + p b + i of a set: pixels [N, c, h, w], tables [c, 256] of what a pixel becomes.
extern "C" __global__ void normalize_images(
        const unsigned char* pixels, const float* tables, float* input, uint first, uint batch, uint parts,
        int64 by_parts, uint channels, int64 by_channels, uint plane, int64 by_plane, uint count) {
    if (plane % 4 == 0) {
        normalize_packs<4>(pixels, tables, input, first, batch, parts, by_parts, channels, by_channels, plane,
                by_plane, count);
    } else {
        normalize_packs<1>(pixels, tables, input, first, batch, parts, by_parts, channels, by_channels, plane,
                by_plane, count);
    }
}

template <int W>
static __device__ void draw_packs(
        const unsigned char* __restrict__ pixels, const float* __restrict__ tables, const int* __restrict__ draws,
        const int* __restrict__ holes, float* __restrict__ input, uint batch, uint workers, int64 by_workers,
        uint channels, int64 by_channels, int height, int64 by_height, int width, int64 by_width, uint count) {
    FOR_EACH(p, count / W) {
        uint line = quotient(W * p, by_width);
        uint row = quotient(line, by_height);
        uint image = quotient(row, by_channels);
        uint channel = row - image * channels;
        uint place = quotient(image, by_workers);
        uint drawing = 4 * ((image - place * workers) * batch + place);
        Pack<4, int> drawn = load<4>(draws + drawing);
        int y = (int) (line - row * height) + drawn.v[1];
        const unsigned char* from = pixels + (((int64) drawn.v[0] * channels + channel) * height + y) * width;
        Pack<W> values;
#pragma unroll
        for (int k = 0; k < W; k++) {
            int column = (int) (W * p - line * width) + k;
            int x = (drawn.v[3] ? width - 1 - column : column) + drawn.v[2];
            bool inside = y >= 0 && y < height && x >= 0 && x < width;
            values.v[k] = tables[channel * 256 + (inside ? from[x] : 0)];
        }
        if (holes) {
            Pack<4, int> hole = load<4>(holes + drawing);
            int own = (int) (line - row * height);
#pragma unroll
            for (int k = 0; k < W; k++) {
                int column = (int) (W * p - line * width) + k;
                bool cut = own >= hole.v[0] && own < hole.v[1] && column >= hole.v[2] && column < hole.v[3];
                values.v[k] = cut ? 0 : values.v[k];
            }
        }
        store(input + W * p, values);
    }
}

// From drawn images of a set: draws [n, b, 4] of index, first row, first column and whether mirrored. Outside of the
// image, pixels are 0. Where there are holes [n, b, 4], inputs are 0 in their rows and columns, each from..to.
extern "C" __global__ void draw_images(
        const unsigned char* pixels, const float* tables, const int* draws, const int* holes, float* input,
        uint batch, uint workers, int64 by_workers, uint channels, int64 by_channels, uint height, int64 by_height,
        uint width, int64 by_width, uint count) {
    if (width % 4 == 0) {
        draw_packs<4>(pixels, tables, draws, holes, input, batch, workers, by_workers, channels, by_channels,
                (int) height, by_height, (int) width, by_width, count);
    } else {
        draw_packs<1>(pixels, tables, draws, holes, input, batch, workers, by_workers, channels, by_channels,
                (int) height, by_height, (int) width, by_width, count);
    }
}
