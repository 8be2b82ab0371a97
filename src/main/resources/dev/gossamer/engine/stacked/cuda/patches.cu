// Convolutions as matrix products, for replicas first to first + n' of n: patches [n', c k k, b, h', w'] of the input
// are multiplied with weights [out, c k k] to outcomes [n', out, b, h', w']. Neighbouring threads take neighbouring values
// of a tap. Tensors of all replicas, and patches, may have more than 2^32 values: there indices have 64 bits.

struct Patches {
    uint batch, channels, height, width, kernel, stride, padding, rows, columns;

    // Patches from x [b, n, c, h, w]. A thread takes W neighbouring outcomes of a channel, count of them in all, and all
    // taps: they share most of the pixels.
    template <int W, class T>
    __device__ __forceinline__ void gather_in_packs(
            const float* __restrict__ x, T* __restrict__ patches, uint first, uint workers, uint count) const {
        uint size = batch * rows * columns;
        FOR_EACH(i, count / W) {
            uint pair = W * i / size;
            uint place = W * i % size;
            uint image = place / (rows * columns);
            uint worker = first + pair / channels;
            const float* from = x + ((int64) (image * workers + worker) * channels + pair % channels) * height * width;
            T* to = patches + (int64) pair * kernel * kernel * size + place;
            uint top = place / columns % rows * stride - padding;
            uint left = place % columns * stride - padding;
#pragma unroll 8
            for (uint ky = 0; ky < kernel; ky++) {
#pragma unroll 8
                for (uint kx = 0; kx < kernel; kx++) {
                    Pack<W> pack;
#pragma unroll
                    for (int k = 0; k < W; k++) {
                        pack.v[k] = value(from, top + ky, height, left + (kx + k * stride), width);
                    }
                    store(to + (int64) (ky * kernel + kx) * size, rounded_to<T>(pack));
                }
            }
        }
    }

    template <class T>
    __device__ __forceinline__ void gather(const float* x, T* patches, uint first, uint workers, uint count) const {
        if (columns % 4 == 0) {
            gather_in_packs<4>(x, patches, first, workers, count);
        } else if (columns % 2 == 0) {
            gather_in_packs<2>(x, patches, first, workers, count);
        } else {
            gather_in_packs<1>(x, patches, first, workers, count);
        }
    }

    // dx [b, n, c, h, w], count values of it, from gradients of patches.
    __device__ __forceinline__ void sum(
            const float* __restrict__ patches, float* __restrict__ dx, uint first, uint workers, uint count) const {
        uint plane = height * width;
        FOR_EACH(i, count) {
            uint pair = i / (batch * plane);
            uint image = i / plane % batch;
            uint worker = first + pair / channels;
            uint y = i % plane / width + padding;
            uint x = i % width + padding;
            const float* from = patches + ((int64) pair * kernel * kernel * batch + image) * rows * columns;
            float sum = 0;
#pragma unroll 8
            for (uint ky = 0; ky < kernel; ky++) {
#pragma unroll 8
                for (uint kx = 0; kx < kernel; kx++) {
                    const float* tap = from + (int64) (ky * kernel + kx) * batch * rows * columns;
                    bool met = (y - ky) % stride == 0 && (x - kx) % stride == 0;
                    sum += value(tap, met ? (y - ky) / stride : rows, rows, (x - kx) / stride, columns);
                }
            }
            dx[((int64) (image * workers + worker) * channels + pair % channels) * plane + i % plane] = sum;
        }
    }

    // That at (row, column), 0 where there is none; what would be before the first is large. Something is read anyway:
    // reads without a condition are on their way together, and the compiler leaves out those that it has done.
    static __device__ __forceinline__ float value(
            const float* __restrict__ from, uint row, uint rows, uint column, uint columns) {
        bool inside = row < rows && column < columns;
        float found = from[inside ? row * columns + column : 0];
        return inside ? found : 0;
    }
};

#define GATHER(type) const float* x, type* patches, uint first, uint workers, uint count, PATCH_PARAMETERS

#define SUM const float* patches, float* dx, uint first, uint workers, uint count, PATCH_PARAMETERS

#define PATCH_PARAMETERS uint batch, uint channels, uint height, uint width, uint kernel, uint stride, uint padding, \
        uint rows, uint columns

// Sizes are parameters; where a kernel is compiled for some, these constants are there in their place.
#ifdef SIZES
#define PATCH_SIZES SIZES
#else
#define PATCH_SIZES batch, channels, height, width, kernel, stride, padding, rows, columns
#endif

#define PATCHES Patches {PATCH_SIZES}
