// Dense layers of few images: the weights are read, or their gradients written, once and by whole lines of memory, while
// what belongs to the images is in shared memory or registers. x [b, n, in], weights [n, out, in], z [b, n, out]. There
// are IMAGES images, of which those from number batch on are 0. Each thread has up to 64 sums or factors in registers.
// Sums are in FP32, by fused multiply-add, always in the same order.

#define SUMS 64

// Values of a line of memory that are read together by neighbouring lanes.
#define LINE_LANES 8

// So much is added to a row of the transposed z, so that writing it down columns meets other banks.
#define PADDING 4

extern __shared__ __align__(16) float shared_factors[];

// Values first to first + count of the rows of all images of a replica, [IMAGES, stride].
template <int IMAGES, int W>
static __device__ void share_images(
        const float* __restrict__ x, uint batch, uint workers, uint worker, uint size, uint first, uint count,
        uint stride) {
    for (uint image = threadIdx.x / 32; image < IMAGES; image += blockDim.x / 32) {
        const float* from = x + (image * workers + worker) * size + first;
        for (uint k = threadIdx.x % 32 * W; k < count; k += 32 * W) {
            Pack<W> none = {};
            store(shared_factors + image * stride + k, image < batch ? load<W>(from + k) : none);
        }
    }
}

// The same with the images side by side, [count, IMAGES + PADDING].
template <int IMAGES>
static __device__ void share_transposed(
        const float* __restrict__ z, uint batch, uint workers, uint worker, uint size, uint first, uint count) {
    for (uint image = threadIdx.x / 32; image < IMAGES; image += blockDim.x / 32) {
        const float* from = z + (image * workers + worker) * size + first;
        for (uint k = threadIdx.x % 32; k < count; k += 32) {
            shared_factors[k * (IMAGES + PADDING) + image] = image < batch ? from[k] : 0;
        }
    }
}

// Adds up over LINE_LANES neighbouring lanes; lane number part of them gets the sums from number 8 part on, in the first
// places.
template <int HALF = SUMS / 2>
static __device__ void add_up_lanes(float (&sums)[SUMS], uint part) {
    const int EACH = SUMS / LINE_LANES;
    bool upper = part & (HALF / EACH);
#pragma unroll
    for (int k = 0; k < HALF; k++) {
        float kept = upper ? sums[k + HALF] : sums[k];
        float given = upper ? sums[k] : sums[k + HALF];
        sums[k] = kept + __shfl_xor_sync(0xFFFFFFFF, given, HALF / EACH);
    }
    if constexpr (HALF > EACH) {
        add_up_lanes<HALF / 2>(sums, part);
    }
}

// A block takes some rows of the weights of one replica; a warp 4 ROWS of them, eight lanes a row. Where there are
// slices, as many warps share the columns of the same rows.
template <int IMAGES, int W>
static __device__ void dense_rows(
        const float* __restrict__ x, const float* __restrict__ weights, const float* __restrict__ bias,
        float* __restrict__ y, uint batch, uint workers, uint in, uint out, int rectify, uint tiles, uint slices,
        uint columns) {
    const int ROWS = SUMS / IMAGES;
    const int EACH = SUMS / LINE_LANES;
    uint warp = threadIdx.x / 32;
    uint lane = threadIdx.x % 32;
    uint part = lane % LINE_LANES;
    uint slice = warp % slices;
    uint worker = blockIdx.x / tiles;
    uint set = blockIdx.x % tiles * (blockDim.x / 32 / slices) + warp / slices;
    uint first = (set * 4 + lane / LINE_LANES) * ROWS;
    const float* matrix = weights + (int64) worker * out * in;
    uint offsets[ROWS];
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
        offsets[r] = min(first + r, out - 1) * in;
    }
    float sums[SUMS] = {};
    for (uint start = 0; start < in; start += columns) {
        uint count = min(columns, in - start);
        __syncthreads();
        share_images<IMAGES, W>(x, batch, workers, worker, in, start, count, columns);
        __syncthreads();
        uint step = slices * LINE_LANES * W;
        uint c = (slice * LINE_LANES + part) * W;
        Pack<W> next[ROWS];
#pragma unroll
        for (int r = 0; r < ROWS; r++) {
            next[r] = load<W>(matrix + offsets[r] + start + (c < count ? c : 0));
        }
        for (; c < count; c += step) {
            Pack<W> row[ROWS];
#pragma unroll
            for (int r = 0; r < ROWS; r++) {
                row[r] = next[r];
                next[r] = load<W>(matrix + offsets[r] + start + (c + step < count ? c + step : 0));
            }
#pragma unroll
            for (int image = 0; image < IMAGES; image++) {
                Pack<W> values = load<W>(shared_factors + image * columns + c);
#pragma unroll
                for (int r = 0; r < ROWS; r++) {
#pragma unroll
                    for (int k = 0; k < W; k++) {
                        sums[r * IMAGES + image] = fmaf(row[r].v[k], values.v[k], sums[r * IMAGES + image]);
                    }
                }
            }
        }
    }
    add_up_lanes(sums, part);
    if (slices > 1) {
        __syncthreads();
#pragma unroll
        for (int k = 0; k < EACH; k++) {
            shared_factors[(warp * EACH + k) * 32 + lane] = sums[k];
        }
        __syncthreads();
        if (slice > 0) {
            return;
        }
        for (uint other = warp + 1; other < warp + slices; other++) {
#pragma unroll
            for (int k = 0; k < EACH; k++) {
                sums[k] += shared_factors[(other * EACH + k) * 32 + lane];
            }
        }
    }
    uint row = first + part * EACH / IMAGES;
    uint image = part * EACH % IMAGES;
    if (row < out) {
        float shift = bias[worker * out + row];
#pragma unroll
        for (int k = 0; k < EACH; k++) {
            if (image + k < batch) {
                float value = sums[k] + shift;
                y[((image + k) * workers + worker) * out + row] = rectify ? relu(value) : value;
            }
        }
    }
}

// y = x weights' + bias, then a ReLU where asked. For columns of the weights at a time, x is in shared memory.
extern "C" __launch_bounds__(256, 2) __global__ void dense_forward(
        const float* x, const float* weights, const float* bias, float* y, uint batch, uint workers, uint in, uint out,
        int rectify, uint tiles, uint slices, uint columns) {
    if (batch <= 16 && in % 4 == 0) {
        dense_rows<16, 4>(x, weights, bias, y, batch, workers, in, out, rectify, tiles, slices, columns);
    } else if (batch <= 16) {
        dense_rows<16, 1>(x, weights, bias, y, batch, workers, in, out, rectify, tiles, slices, columns);
    } else if (in % 4 == 0) {
        dense_rows<32, 4>(x, weights, bias, y, batch, workers, in, out, rectify, tiles, slices, columns);
    } else {
        dense_rows<32, 1>(x, weights, bias, y, batch, workers, in, out, rectify, tiles, slices, columns);
    }
}

// A lane takes W columns of one replica's weights; as many warps as there are slices share the rows of the same columns.
template <int W>
static __device__ uint dense_column(uint tile, uint slices) {
    uint set = tile * (blockDim.x / 32 / slices) + threadIdx.x / 32 / slices;
    return (set * 32 + threadIdx.x % 32) * W;
}

template <int IMAGES, int W>
static __device__ void dense_columns(
        const float* __restrict__ dz, const float* __restrict__ weights, float* __restrict__ dx, uint batch,
        uint workers, uint in, uint out, uint tiles, uint slices, uint rows) {
    uint warp = threadIdx.x / 32;
    uint lane = threadIdx.x % 32;
    uint slice = warp % slices;
    uint worker = blockIdx.x / tiles;
    uint column = dense_column<W>(blockIdx.x % tiles, slices);
    const float* matrix = weights + (int64) worker * out * in + column;
    float sums[IMAGES][W] = {};
    for (uint start = 0; start < out; start += rows) {
        uint count = min(rows, out - start);
        __syncthreads();
        share_transposed<IMAGES>(dz, batch, workers, worker, out, start, count);
        __syncthreads();
        for (uint r = slice; column < in && r < count; r += PACKS * slices) {
            Pack<W> row[PACKS];
#pragma unroll
            for (int u = 0; u < PACKS; u++) {
                if (r + u * slices < count) {
                    row[u] = load<W>(matrix + (start + r + u * slices) * in);
                }
            }
#pragma unroll
            for (int u = 0; u < PACKS; u++) {
                if (r + u * slices < count) {
#pragma unroll
                    for (int image = 0; image < IMAGES; image += 4) {
                        Pack<4> z = load<4>(shared_factors + (r + u * slices) * (IMAGES + PADDING) + image);
#pragma unroll
                        for (int j = 0; j < 4; j++) {
#pragma unroll
                            for (int k = 0; k < W; k++) {
                                sums[image + j][k] = fmaf(z.v[j], row[u].v[k], sums[image + j][k]);
                            }
                        }
                    }
                }
            }
        }
    }
    for (uint half = slices / 2; half > 0; half /= 2) {
        float* place = shared_factors + (warp / slices * half + slice % half) * IMAGES * W * 32 + lane;
        __syncthreads();
        if (slice >= half && slice < 2 * half) {
#pragma unroll
            for (int q = 0; q < IMAGES * W; q++) {
                place[q * 32] = sums[q / W][q % W];
            }
        }
        __syncthreads();
        if (slice < half) {
#pragma unroll
            for (int q = 0; q < IMAGES * W; q++) {
                sums[q / W][q % W] += place[q * 32];
            }
        }
    }
    if (slice == 0 && column < in) {
#pragma unroll
        for (int image = 0; image < IMAGES; image++) {
            if (image < batch) {
                Pack<W> pack;
#pragma unroll
                for (int k = 0; k < W; k++) {
                    pack.v[k] = sums[image][k];
                }
                store(dx + (image * workers + worker) * in + column, pack);
            }
        }
    }
}

// dx = dz weights. For rows of the weights at a time, dz is in shared memory.
extern "C" __launch_bounds__(256, 2) __global__ void dense_data(
        const float* dz, const float* weights, float* dx, uint batch, uint workers, uint in, uint out, uint tiles,
        uint slices, uint rows) {
    if (batch <= 16 && in % 4 == 0) {
        dense_columns<16, 4>(dz, weights, dx, batch, workers, in, out, tiles, slices, rows);
    } else if (batch <= 16) {
        dense_columns<16, 1>(dz, weights, dx, batch, workers, in, out, tiles, slices, rows);
    } else if (in % 2 == 0) {
        dense_columns<32, 2>(dz, weights, dx, batch, workers, in, out, tiles, slices, rows);
    } else {
        dense_columns<32, 1>(dz, weights, dx, batch, workers, in, out, tiles, slices, rows);
    }
}

template <int IMAGES, int W>
static __device__ void dense_products(
        const float* __restrict__ x, const float* __restrict__ dz, float* __restrict__ dweights,
        float* __restrict__ dbias, uint batch, uint workers, uint in, uint out, uint tiles, uint slices, uint rows,
        uint chunks) {
    uint worker = blockIdx.x / chunks / tiles;
    uint tile = blockIdx.x / chunks % tiles;
    uint start = blockIdx.x % chunks * rows;
    uint count = min(rows, out - start);
    uint column = dense_column<W>(tile, slices);
    share_transposed<IMAGES>(dz, batch, workers, worker, out, start, count);
    Pack<W> values[IMAGES];
#pragma unroll
    for (int image = 0; image < IMAGES; image++) {
        Pack<W> none = {};
        bool used = column < in && image < batch;
        values[image] = used ? load<W>(x + (image * workers + worker) * in + column) : none;
    }
    __syncthreads();
    float* matrix = dweights + ((int64) worker * out + start) * in + column;
    for (uint r = threadIdx.x / 32 % slices; column < in && r < count; r += slices) {
        Pack<W> sums = {};
#pragma unroll
        for (int image = 0; image < IMAGES; image += 4) {
            Pack<4> z = load<4>(shared_factors + r * (IMAGES + PADDING) + image);
#pragma unroll
            for (int j = 0; j < 4; j++) {
#pragma unroll
                for (int k = 0; k < W; k++) {
                    sums.v[k] = fmaf(z.v[j], values[image + j].v[k], sums.v[k]);
                }
            }
        }
        store(matrix + r * in, sums);
    }
    for (uint r = threadIdx.x; tile == 0 && r < count; r += blockDim.x) {
        float sum = 0;
#pragma unroll
        for (int image = 0; image < IMAGES; image++) {
            sum += shared_factors[r * (IMAGES + PADDING) + image];
        }
        dbias[worker * out + start + r] = sum;
    }
}

// dweights = dz' x and dbias, the sums of dz over the images. A block takes a chunk of rows.
extern "C" __launch_bounds__(256, 2) __global__ void dense_weights(
        const float* x, const float* dz, float* dweights, float* dbias, uint batch, uint workers, uint in, uint out,
        uint tiles, uint slices, uint rows, uint chunks) {
    if (batch <= 16 && in % 4 == 0) {
        dense_products<16, 4>(x, dz, dweights, dbias, batch, workers, in, out, tiles, slices, rows, chunks);
    } else if (batch <= 16) {
        dense_products<16, 1>(x, dz, dweights, dbias, batch, workers, in, out, tiles, slices, rows, chunks);
    } else if (in % 2 == 0) {
        dense_products<32, 2>(x, dz, dweights, dbias, batch, workers, in, out, tiles, slices, rows, chunks);
    } else {
        dense_products<32, 1>(x, dz, dweights, dbias, batch, workers, in, out, tiles, slices, rows, chunks);
    }
}
