// What a program's input [b, n, c, h, w] is made of.

// Unsigned bytes, and the tables [c, 256] of what each becomes.
struct Pixels {
    const unsigned char* __restrict__ pixels;
    const float* __restrict__ tables;

    template <int W>
    __device__ Pack<W> pack(int64 at, uint channel) const {
        Pack<W, unsigned char> pack = load<W>(pixels + at);
        Pack<W> values;
#pragma unroll
        for (int k = 0; k < W; k++) {
            values.v[k] = tables[channel * 256 + pack.v[k]];
        }
        return values;
    }

    __device__ float value(int64 at, uint channel, bool inside) const {
        return tables[channel * 256 + (inside ? pixels[at] : 0)];
    }
};

// Inputs as they are.
struct Features {
    const float* __restrict__ features;

    template <int W>
    __device__ Pack<W> pack(int64 at, uint channel) const {
        return load<W>(features + at);
    }

    __device__ float value(int64 at, uint channel, bool inside) const {
        return inside ? features[at] : 0;
    }
};

template <int W, typename Source>
static __device__ void normalize_packs(
        Source images, float* __restrict__ input, uint first, uint batch, uint parts, int64 by_parts, uint channels,
        int64 by_channels, uint plane, int64 by_plane, uint count) {
    FOR_EACH(p, count / W) {
        uint row = quotient(W * p, by_plane);
        uint image = quotient(row, by_channels);
        uint channel = row - image * channels;
        uint place = quotient(image, by_parts);
        int64 source = first + (image - place * parts) * batch + place;
        store(input + W * p,
                images.template pack<W>((source * channels + channel) * plane + W * p - row * plane, channel));
    }
}

template <typename Source>
static __device__ void take_in_order(
        Source images, float* input, uint first, uint batch, uint parts, int64 by_parts, uint channels,
        int64 by_channels, uint plane, int64 by_plane, uint count) {
    if (plane % 4 == 0) {
        normalize_packs<4>(images, input, first, batch, parts, by_parts, channels, by_channels, plane, by_plane, count);
    } else {
        normalize_packs<1>(images, input, first, batch, parts, by_parts, channels, by_channels, plane, by_plane, count);
    }
}

// From the images first + p b + i of a set of bytes [N, c, h, w].
extern "C" __global__ void normalize_images(
        const unsigned char* pixels, const float* tables, float* input, uint first, uint batch, uint parts,
        int64 by_parts, uint channels, int64 by_channels, uint plane, int64 by_plane, uint count) {
    take_in_order(Pixels{pixels, tables}, input, first, batch, parts, by_parts, channels, by_channels, plane, by_plane,
            count);
}

// The same from a set of floats.
extern "C" __global__ void copy_features(
        const float* features, float* input, uint first, uint batch, uint parts, int64 by_parts, uint channels,
        int64 by_channels, uint plane, int64 by_plane, uint count) {
    take_in_order(Features{features}, input, first, batch, parts, by_parts, channels, by_channels, plane, by_plane,
            count);
}

template <int W, typename Source>
static __device__ void draw_packs(
        Source images, const int* __restrict__ draws, const int* __restrict__ holes, float* __restrict__ input,
        uint batch, uint workers, int64 by_workers, uint channels, int64 by_channels, int height, int64 by_height,
        int width, int64 by_width, uint count) {
    FOR_EACH(p, count / W) {
        uint line = quotient(W * p, by_width);
        uint row = quotient(line, by_height);
        uint image = quotient(row, by_channels);
        uint channel = row - image * channels;
        uint place = quotient(image, by_workers);
        uint drawing = 4 * ((image - place * workers) * batch + place);
        Pack<4, int> drawn = load<4>(draws + drawing);
        int y = (int) (line - row * height) + drawn.v[1];
        int64 from = (((int64) drawn.v[0] * channels + channel) * height + y) * width;
        Pack<W> values;
#pragma unroll
        for (int k = 0; k < W; k++) {
            int column = (int) (W * p - line * width) + k;
            int x = (drawn.v[3] ? width - 1 - column : column) + drawn.v[2];
            bool inside = y >= 0 && y < height && x >= 0 && x < width;
            values.v[k] = images.value(from + x, channel, inside);
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

template <typename Source>
static __device__ void take_drawn(
        Source images, const int* draws, const int* holes, float* input, uint batch, uint workers, int64 by_workers,
        uint channels, int64 by_channels, uint height, int64 by_height, uint width, int64 by_width, uint count) {
    if (width % 4 == 0) {
        draw_packs<4>(images, draws, holes, input, batch, workers, by_workers, channels, by_channels, (int) height,
                by_height, (int) width, by_width, count);
    } else {
        draw_packs<1>(images, draws, holes, input, batch, workers, by_workers, channels, by_channels, (int) height,
                by_height, (int) width, by_width, count);
    }
}

// From drawn images of a set of bytes: draws [n, b, 4] of index, first row, first column and whether mirrored. Outside
// of the image, pixels are 0. Where there are holes [n, b, 4], inputs are 0 in their rows and columns, each from..to.
extern "C" __global__ void draw_images(
        const unsigned char* pixels, const float* tables, const int* draws, const int* holes, float* input,
        uint batch, uint workers, int64 by_workers, uint channels, int64 by_channels, uint height, int64 by_height,
        uint width, int64 by_width, uint count) {
    take_drawn(Pixels{pixels, tables}, draws, holes, input, batch, workers, by_workers, channels, by_channels, height,
            by_height, width, by_width, count);
}

// The same from a set of floats, with inputs of 0 outside.
extern "C" __global__ void draw_features(
        const float* features, const int* draws, const int* holes, float* input, uint batch, uint workers,
        int64 by_workers, uint channels, int64 by_channels, uint height, int64 by_height, uint width, int64 by_width,
        uint count) {
    take_drawn(Features{features}, draws, holes, input, batch, workers, by_workers, channels, by_channels, height,
            by_height, width, by_width, count);
}
