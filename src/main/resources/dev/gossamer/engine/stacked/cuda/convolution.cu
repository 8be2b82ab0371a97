// Convolutions of all replicas as matrix products whose patches are never written to memory ("implicit GEMM"). A block
// of threads makes a tile of one replica's result: it copies a few channels of the pixels it needs, with their
// surroundings, and the weights between them and its results to shared memory, while it multiplies those it copied
// before; each value is copied once, and used for all taps of the kernel. A warp multiplies by tensor cores (TF32 and
// BF16), or by FMA (FP32). Tensors lie as [b, n, c, h, w], weights as [n, out, c, k, k].

// The instructions behind this all, with their stand-ins on the host in tensor_cores.h. GPUs before compute capability
// 8.0 have none of them: there copies do not run beside the rest, and only FP32 is used.
#ifdef __CUDA_ARCH__

#if __CUDA_ARCH__ >= 800
static __device__ uint shared_address(const void* place) {
    uint address;
    asm("{ .reg .u64 a; cvta.to.shared.u64 a, %1; cvt.u32.u64 %0, a; }" : "=r"(address) : "l"(place));
    return address;
}
#endif

// Starts to copy 4 bytes to shared memory, zeros where they are not inside of the array; from is an address anyway.
static __device__ void copy_value(float* to, const float* from, bool inside) {
#if __CUDA_ARCH__ >= 800
    asm volatile("cp.async.ca.shared.global [%0], [%1], 4, %2;"
            :: "r"(shared_address(to)), "l"(from), "r"(inside ? 4 : 0) : "memory");
#else
    *to = inside ? *from : 0;
#endif
}

// The same for 16 bytes, at addresses that are multiples of 16.
static __device__ void copy_vector(float* to, const float* from, bool inside) {
#if __CUDA_ARCH__ >= 800
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;"
            :: "r"(shared_address(to)), "l"(from), "r"(inside ? 16 : 0) : "memory");
#else
    *(float4*) to = inside ? *(const float4*) from : make_float4(0, 0, 0, 0);
#endif
}

// Ends a group of copies, which may be empty.
static __device__ void end_group_of_copies() {
#if __CUDA_ARCH__ >= 800
    asm volatile("cp.async.commit_group;" ::: "memory");
#endif
}

// Waits until at most so many of this thread's groups, the last ones, are on their way.
template <int GROUPS>
static __device__ void wait_for_copies() {
#if __CUDA_ARCH__ >= 800
    asm volatile("cp.async.wait_group %0;" :: "n"(GROUPS) : "memory");
#endif
}

// A value rounded to TF32, to the nearest, halves away from zero.
static __device__ uint as_tf32(float value) {
    uint bits = 0;
#if __CUDA_ARCH__ >= 800
    asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(value));
#endif
    return bits;
}

// Two values rounded to BF16, to the nearest, halves to even; the first in the lower half.
static __device__ uint as_bf16(float first, float second) {
    uint bits = 0;
#if __CUDA_ARCH__ >= 800
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(bits) : "f"(second), "f"(first));
#endif
    return bits;
}

// c [16, 8] += a [16, 8] b [8, 8] by a warp: factors in TF32, sums in FP32. Lane 4 g + t has a at (g, t), (g + 8, t),
// (g, t + 4), (g + 8, t + 4), b at (t, g), (t + 4, g), c at (g, 2 t), (g, 2 t + 1), (g + 8, 2 t), (g + 8, 2 t + 1).
static __device__ void mma_tf32(float (&c)[4], const uint (&a)[4], const uint (&b)[2]) {
#if __CUDA_ARCH__ >= 800
    asm("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
            : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
            : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#endif
}

// c [16, 8] += a [16, 16] b [16, 8], factors in BF16: c as above; a pair of a starts at (g, 2 t), (g + 8, 2 t),
// (g, 2 t + 8), (g + 8, 2 t + 8) and goes on to the right, one of b at (2 t, g), (2 t + 8, g) and goes on below.
static __device__ void mma_bf16(float (&c)[4], const uint (&a)[4], const uint (&b)[2]) {
#if __CUDA_ARCH__ >= 800
    asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
            : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
            : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#endif
}

#endif

extern __shared__ __align__(16) float shared_tiles[];

enum { FP32, TF32, BF16 };

// Terms that a step adds to each sum.
template <int PRECISION>
static __device__ constexpr int terms() {
    return PRECISION == BF16 ? 16 : 8;
}

// Number of terms whose factors a lane brings: with tensor cores terms t, t + 4, t + 8, ..; with FMA all of them.
template <int PRECISION>
static __device__ constexpr int own_terms() {
    return PRECISION == FP32 ? 8 : terms<PRECISION>() / 4;
}

// Where a lane's part of a tile [16, 8] of a product lies: it has four sums, number i at (row(i), column(i)), and brings
// factors of rows first_row, first_row + ROW_STEP, .., and of column g.
template <int PRECISION>
struct Lane {
    static const int ROWS = PRECISION == FP32 ? 4 : 2;
    static const int ROW_STEP = 16 / ROWS;
    int g, t;

    __device__ Lane() : g(threadIdx.x % 32 / 4), t(threadIdx.x % 4) {}

    __device__ int first_row() const {
        return PRECISION == FP32 ? t : g;
    }

    __device__ int row(int i) const {
        return PRECISION == FP32 ? t + 4 * i : g + i / 2 * 8;
    }

    __device__ int column(int i) const {
        return PRECISION == FP32 ? g : 2 * t + i % 2;
    }

    __device__ int term(int j) const {
        return PRECISION == FP32 ? j : t + 4 * j;
    }
};

// Adds the products of one step to sums [16 DOWN, 8 RIGHT] of a warp. Factors of row r and term j are at
// left[r row_step + left_terms[j]], with r from this lane's first row; those of column g of tile q and term j at
// right[columns[q] + right_terms[j]]. Where READY, the latter are what an instruction takes: see make_ready.
template <int PRECISION, bool READY, int DOWN, int RIGHT, int RIGHT_TERMS>
static __device__ void multiply_add(
        float (&sums)[DOWN][RIGHT][4], const float* left, int row_step,
        const int (&left_terms)[own_terms<PRECISION>()], const float* right, const int (&columns)[RIGHT],
        const int (&right_terms)[RIGHT_TERMS]) {
    const int ROWS = Lane<PRECISION>::ROWS, ROW_STEP = Lane<PRECISION>::ROW_STEP;
    if constexpr (PRECISION == FP32) {
#pragma unroll
        for (int j = 0; j < 8; j++) {
            float a[DOWN][4];
#pragma unroll
            for (int d = 0; d < DOWN; d++) {
#pragma unroll
                for (int i = 0; i < ROWS; i++) {
                    a[d][i] = left[(16 * d + ROW_STEP * i) * row_step + left_terms[j]];
                }
            }
#pragma unroll
            for (int q = 0; q < RIGHT; q++) {
                float b = right[columns[q] + right_terms[j]];
#pragma unroll
                for (int d = 0; d < DOWN; d++) {
#pragma unroll
                    for (int i = 0; i < ROWS; i++) {
                        sums[d][q][i] = fmaf(a[d][i], b, sums[d][q][i]);
                    }
                }
            }
        }
    } else {
        const int PAIR = PRECISION == BF16 ? 2 : 1;
        uint a[DOWN][4];
#pragma unroll
        for (int d = 0; d < DOWN; d++) {
#pragma unroll
            for (int i = 0; i < 4; i++) {
                const float* row = left + (16 * d + ROW_STEP * (i % 2)) * row_step;
                int j = i / 2 * PAIR;
                a[d][i] = PRECISION == BF16 ? as_bf16(row[left_terms[j]], row[left_terms[j + PAIR - 1]])
                        : as_tf32(row[left_terms[j]]);
            }
        }
#pragma unroll
        for (int q = 0; q < RIGHT; q++) {
            const float* column = right + columns[q];
            uint b[2];
#pragma unroll
            for (int i = 0; i < 2; i++) {
                int j = i * PAIR;
                if constexpr (READY) {
                    b[i] = __float_as_uint(column[right_terms[i]]);
                } else {
                    b[i] = PRECISION == BF16 ? as_bf16(column[right_terms[j]], column[right_terms[j + PAIR - 1]])
                            : as_tf32(column[right_terms[j]]);
                }
            }
#pragma unroll
            for (int d = 0; d < DOWN; d++) {
                if constexpr (PRECISION == BF16) {
                    mma_bf16(sums[d][q], a[d], b);
                } else {
                    mma_tf32(sums[d][q], a[d], b);
                }
            }
        }
    }
}

// Rounds the factors of some steps in place: term j of a step is at values[j pitch]. In BF16 pairs (j, j + 4) are put
// together, those for j = 0 .. 3 first, then those for j = 8 .. 11.
template <int PRECISION>
static __device__ void make_ready(float* values, int pitch, int steps) {
    if constexpr (PRECISION != FP32) {
        const int TERMS = terms<PRECISION>();
        for (int step = 0; step < steps; step++) {
            float terms[TERMS];
#pragma unroll
            for (int j = 0; j < TERMS; j++) {
                terms[j] = values[j * pitch];
            }
#pragma unroll
            for (int j = 0; j < 8; j++) {
                values[j * pitch] = __uint_as_float(PRECISION == TF32 ? as_tf32(terms[j])
                        : as_bf16(terms[(j + j / 4 * 4) % TERMS], terms[(j + j / 4 * 4 + 4) % TERMS]));
            }
            values += TERMS * pitch;
        }
    }
}

// Copies chunks to shared memory and multiplies what has come, one after another, with as many chunks less one on their
// way as there are stages, 2 to 4: copy(chunk, stage), ready(stage) for what the same thread copied, multiply(stage).
template <class Copy, class Ready, class Multiply>
static __device__ __forceinline__ void run_stages(
        int chunks, int stages, float* first_stage, int stage_size, Copy copy, Ready ready, Multiply multiply) {
    int copied = 0, full = 0, empty = 0;
    for (int chunk = 1 - stages; chunk < chunks; chunk++) {
        if (chunk >= 0) {
            if (stages == 2) {
                wait_for_copies<0>();
            } else if (stages == 3) {
                wait_for_copies<1>();
            } else {
                wait_for_copies<2>();
            }
            ready(first_stage + full * stage_size);
            __syncthreads();
        }
        if (copied < chunks) {
            copy(copied, first_stage + empty * stage_size);
            empty = empty + 1 == stages ? 0 : empty + 1;
            copied++;
        }
        end_group_of_copies();
        if (chunk >= 0) {
            multiply(first_stage + full * stage_size);
            full = full + 1 == stages ? 0 : full + 1;
        }
    }
}

// The least size from count on that is first modulo step: so lines of shared memory start in banks of their own.
static __device__ int spaced(int count, int first, int step) {
    return (count - first + step - 1 + step) / step * step - step + first;
}

static __device__ int quotient_up(int a, int b) {
    return (a + b - 1) / b;
}

// The taps of a kernel in one direction that meet values of the source, from the left: tap first, first + step, ..;
// source values of a result's pixel i are from origin + i times the source's step on.
struct Taps {
    int count, first, step, origin;
};

// Of the convolution, or of its gradient's: there results at distance stride, from parity on, meet the same taps.
static __device__ Taps taps_of(int kernel, int stride, int padding, int backward, int parity) {
    if (!backward) {
        return {kernel, 0, 1, -padding};
    }
    int least = (parity + padding) % stride;
    int count = least < kernel ? quotient_up(kernel - least, stride) : 0;
    return {count, least + stride * (count - 1), -stride, (parity + padding - least) / stride - (count - 1)};
}

// A tile of images, rows and columns, 2^log_rows by 2^log_columns pixels of so many images.
struct Tile {
    int log_rows, log_columns;

    __device__ int column(int pixel) const {
        return pixel & ((1 << log_columns) - 1);
    }

    __device__ int row(int pixel) const {
        return pixel >> log_columns & ((1 << log_rows) - 1);
    }

    __device__ int image(int pixel) const {
        return pixel >> (log_columns + log_rows);
    }

    // Where the pixels of the source begin that a pixel meets, among those of so many images; where there is no such
    // image, it is of no meaning.
    __device__ int place(int pixel, int images, int step, int reach_rows, int reach_columns) const {
        int real = image(pixel) < images ? image(pixel) : 0;
        return (real * reach_rows + row(pixel) * step) * reach_columns + column(pixel) * step;
    }

    // Edge of the pixels of the source that a tile's edge of 2^log pixels meets.
    static __device__ int reach(int log, int step, int taps) {
        return ((1 << log) - 1) * step + taps;
    }
};

#define CONVOLUTION \
        const float* __restrict__ source, const float* __restrict__ weights, const float* __restrict__ bias, \
        const float* __restrict__ mask, float* __restrict__ result, int batch, int workers, int sources, \
        int source_height, int source_width, int results, int height, int width, int kernel, int stride, \
        int padding, int backward, int rectify, int log_rows, int log_columns, int groups, int stages, int wide, \
        int pairs

// result [b, n, results, height, width] of source [b, n, sources, source_height, source_width]: the convolution, with
// weights [n, results, sources, k, k], plus bias [n, results] where there is one, then a ReLU where asked; or, backward,
// the gradient of its input from that of its result, with weights [n, sources, results, k, k], and 0 where mask, of the
// result's shape, is not positive, where there is one. A tile has 16 DOWN WARPS_DOWN results of 8 RIGHT WARPS_RIGHT
// pixels; groups times 8 (16) channels of the source are copied at once. Where wide, weights are copied 16 bytes at a
// time; pairs says that pixels are written in pairs.
template <int PRECISION, int WARPS_DOWN, int WARPS_RIGHT, int DOWN, int RIGHT>
static __device__ __forceinline__ void convolve(CONVOLUTION) {
    const int THREADS = 32 * WARPS_DOWN * WARPS_RIGHT;
    const int TERMS = terms<PRECISION>(), OWN = own_terms<PRECISION>();
    const int TILE_RESULTS = 16 * DOWN * WARPS_DOWN, TILE_PIXELS = 8 * RIGHT * WARPS_RIGHT;
    Lane<PRECISION> lane;
    Tile tile = {log_rows, log_columns};
    int images = TILE_PIXELS >> (log_rows + log_columns);
    int spread = backward ? stride : 1;
    int source_step = backward ? 1 : stride;

    int block = blockIdx.x;
    int blocks_results = quotient_up(results, TILE_RESULTS);
    int blocks_columns = quotient_up(quotient_up(width, spread), 1 << log_columns);
    int blocks_rows = quotient_up(quotient_up(height, spread), 1 << log_rows);
    int blocks_images = quotient_up(batch, images);
    int first_result = block % blocks_results * TILE_RESULTS;
    block /= blocks_results;
    int first_column = block % blocks_columns << log_columns;
    block /= blocks_columns;
    int first_row = block % blocks_rows << log_rows;
    block /= blocks_rows;
    int first_image = block % blocks_images * images;
    block /= blocks_images;
    int parity_x = block % spread;
    block /= spread;
    int parity_y = block % spread;
    int worker = block / spread;

    Taps down = taps_of(kernel, stride, padding, backward, parity_y);
    Taps across = taps_of(kernel, stride, padding, backward, parity_x);
    int area = kernel * kernel;
    int channels = groups * TERMS;
    int reach_columns = Tile::reach(log_columns, source_step, across.count);
    int reach_rows = Tile::reach(log_rows, source_step, down.count);
    int copied_images = images < batch ? images : batch;
    int places = copied_images * reach_rows * reach_columns;
    int source_pitch = spaced(places, 8, 16);
    // Weights lie in shared memory as in memory: a line for each result, or, backward, for each channel of the source.
    int lines = backward ? channels : TILE_RESULTS;
    int line_size = (backward ? TILE_RESULTS : channels) * area;
    int weight_pitch = line_size + (backward ? 8 : 4);
    int result_step = backward ? area : weight_pitch;
    int channel_step = backward ? weight_pitch : area;
    int stage_size = lines * weight_pitch + channels * source_pitch;
    int* offsets = (int*) shared_tiles;
    float* stage_at = shared_tiles + quotient_up(places, 4) * 4;

    int source_plane = source_height * source_width;
    for (int p = threadIdx.x; p < places; p += THREADS) {
        int line = p / reach_columns;
        int column = first_column * source_step + across.origin + p - line * reach_columns;
        int image = line / reach_rows;
        int row = first_row * source_step + down.origin + line - image * reach_rows;
        image += first_image;
        bool inside = image < batch && row >= 0 && row < source_height && column >= 0 && column < source_width;
        offsets[p] = inside ? (image * workers + worker) * sources * source_plane + row * source_width + column : -1;
    }

    int line_taps = (backward ? results : sources) * area;
    int all_lines = backward ? sources : results;
    const float* all_weights = weights + (int64) worker * results * sources * area;

    auto copy = [&](int first_channel, float* stage) {
        int first_line = backward ? first_channel : first_result;
        int first_tap = (backward ? first_result : first_channel) * area;
        int size = wide ? 4 : 1;
        int vectors = line_size / size;
        int line = threadIdx.x / vectors, vector = threadIdx.x % vectors;
        while (line < lines) {
            int tap = first_tap + vector * size;
            bool inside = first_line + line < all_lines && tap < line_taps;
            const float* from = inside ? all_weights + (int64) (first_line + line) * line_taps + tap : weights;
            float* to = stage + line * weight_pitch + vector * size;
            if (wide) {
                copy_vector(to, from, inside);
            } else {
                copy_value(to, from, inside);
            }
            vector += THREADS % vectors;
            line += THREADS / vectors;
            if (vector >= vectors) {
                vector -= vectors;
                line++;
            }
        }
        float* to = stage + lines * weight_pitch;
        for (int p = threadIdx.x; p < places; p += THREADS) {
            int offset = offsets[p];
#pragma unroll 4
            for (int c = 0; c < channels; c++) {
                bool inside = offset >= 0 && first_channel + c < sources;
                copy_value(to + c * source_pitch + p,
                        inside ? source + offset + (first_channel + c) * source_plane : source, inside);
            }
        }
    };

    auto ready = [&](float* stage) {
        for (int p = threadIdx.x; p < places; p += THREADS) {
            make_ready<PRECISION>(stage + lines * weight_pitch + p, source_pitch, groups);
        }
    };

    int warp = threadIdx.x / 32;
    int warp_result = warp / WARPS_RIGHT * 16 * DOWN;
    int warp_pixel = warp % WARPS_RIGHT * 8 * RIGHT;
    int columns[RIGHT];
#pragma unroll
    for (int q = 0; q < RIGHT; q++) {
        columns[q] = tile.place(warp_pixel + 8 * q + lane.g, copied_images, source_step, reach_rows, reach_columns);
    }
    const int RIGHT_OWN = PRECISION == FP32 ? OWN : 2;
    int left_terms[OWN], right_terms[RIGHT_OWN];
#pragma unroll
    for (int j = 0; j < OWN; j++) {
        left_terms[j] = lane.term(j) * channel_step;
    }
#pragma unroll
    for (int j = 0; j < RIGHT_OWN; j++) {
        right_terms[j] = lane.term(j) * source_pitch;
    }
    float sums[DOWN][RIGHT][4] = {};
    auto multiply = [&](const float* stage) {
        const float* left = stage + (warp_result + lane.first_row()) * result_step;
        const float* right = stage + lines * weight_pitch;
        for (int group = 0; group < groups; group++) {
            for (int y = 0; y < down.count; y++) {
                int tap = (down.first + y * down.step) * kernel + across.first;
                int place = y * reach_columns;
                for (int x = 0; x < across.count; x++) {
                    multiply_add<PRECISION, true>(sums, left + tap, result_step, left_terms, right + place,
                            columns, right_terms);
                    tap += across.step;
                    place++;
                }
            }
            left += TERMS * channel_step;
            right += TERMS * source_pitch;
        }
    };

    int chunks = down.count > 0 && across.count > 0 ? quotient_up(sources, channels) : 0;
    run_stages(chunks, stages, stage_at, stage_size,
            [&](int chunk, float* stage) { copy(chunk * channels, stage); }, ready, multiply);

    int plane = height * width;
    auto place_of = [&](int pixel) -> int64 {
        int image = first_image + tile.image(pixel);
        int row = (first_row + tile.row(pixel)) * spread + parity_y;
        int column = (first_column + tile.column(pixel)) * spread + parity_x;
        bool inside = image < batch && row < height && column < width;
        return inside ? (int64) (image * workers + worker) * results * plane + row * width + column : -1;
    };
    auto finished = [&](float sum, int channel, int64 place) {
        float value = bias ? sum + bias[worker * results + channel] : sum;
        value = rectify ? relu(value) : value;
        return mask && !(mask[place] > 0) ? 0 : value;
    };
#pragma unroll
    for (int d = 0; d < DOWN; d++) {
#pragma unroll
        for (int q = 0; q < RIGHT; q++) {
#pragma unroll
            for (int i = 0; i < 4; i++) {
                int channel = first_result + warp_result + 16 * d + lane.row(i);
                int64 place = place_of(warp_pixel + 8 * q + lane.column(i));
                if (channel >= results || place < 0) {
                    continue;
                }
                place += (int64) channel * plane;
                float value = finished(sums[d][q][i], channel, place);
                if (PRECISION == FP32 || !pairs) {
                    result[place] = value;
                } else if (i % 2 == 0) {
                    float next = finished(sums[d][q][(i + 1) % 4], channel, place + 1);
                    *(float2*) (result + place) = make_float2(value, next);
                }
            }
        }
    }
}

#define CONVOLUTION_OPERANDS source, weights, bias, mask, result, batch, workers, sources, source_height, \
        source_width, results, height, width, kernel, stride, padding, backward, rectify, log_rows, log_columns, \
        groups, stages, wide, pairs

#define CONVOLVE(...) { convolve<__VA_ARGS__>(CONVOLUTION_OPERANDS); }

extern "C" __global__ __launch_bounds__(128, 3) void convolve_fp32_64x128(CONVOLUTION) CONVOLVE(FP32, 2, 2, 2, 8)
extern "C" __global__ __launch_bounds__(128, 4) void convolve_fp32_64x64(CONVOLUTION) CONVOLVE(FP32, 2, 2, 2, 4)
extern "C" __global__ __launch_bounds__(128, 4) void convolve_fp32_32x128(CONVOLUTION) CONVOLVE(FP32, 1, 4, 2, 4)
extern "C" __global__ __launch_bounds__(128, 4) void convolve_fp32_16x256(CONVOLUTION) CONVOLVE(FP32, 1, 4, 1, 8)
extern "C" __global__ __launch_bounds__(128, 2) void convolve_tf32_64x128(CONVOLUTION) CONVOLVE(TF32, 2, 2, 2, 8)
extern "C" __global__ __launch_bounds__(128, 4) void convolve_tf32_64x64(CONVOLUTION) CONVOLVE(TF32, 2, 2, 2, 4)
extern "C" __global__ __launch_bounds__(128, 4) void convolve_tf32_32x128(CONVOLUTION) CONVOLVE(TF32, 1, 4, 2, 4)
extern "C" __global__ __launch_bounds__(128, 4) void convolve_tf32_16x256(CONVOLUTION) CONVOLVE(TF32, 1, 4, 1, 8)
extern "C" __global__ __launch_bounds__(128, 2) void convolve_bf16_64x128(CONVOLUTION) CONVOLVE(BF16, 2, 2, 2, 8)
extern "C" __global__ __launch_bounds__(128, 3) void convolve_bf16_64x64(CONVOLUTION) CONVOLVE(BF16, 2, 2, 2, 4)
extern "C" __global__ __launch_bounds__(128, 3) void convolve_bf16_32x128(CONVOLUTION) CONVOLVE(BF16, 1, 4, 2, 4)
extern "C" __global__ __launch_bounds__(128, 2) void convolve_bf16_16x256(CONVOLUTION) CONVOLVE(BF16, 1, 4, 1, 8)

#define WEIGHTS \
        const float* __restrict__ x, const float* __restrict__ dz, float* __restrict__ result, int batch, \
        int workers, int channels, int height, int width, int outs, int rows, int columns, int kernel, int stride, \
        int padding, int log_images, int log_rows, int log_columns, int splits, int stages, int wide

// result [splits, n, outs, channels, k, k] from x [b, n, channels, height, width] and dz [b, n, outs, rows, columns]: the
// gradient of the weights is the sum over the splits of the pixels. A tile has 16 DOWN WARPS_DOWN outs of 9 WARPS_RIGHT
// pairs of 8 channels and a tap, one tap after another; 2^(log_images + log_rows + log_columns) pixels are copied at
// once. Where wide, dz is copied 16 bytes at a time.
template <int PRECISION, int WARPS_DOWN, int WARPS_RIGHT, int DOWN>
static __device__ __forceinline__ void weights_gradient(WEIGHTS) {
    const int WARPS = WARPS_DOWN * WARPS_RIGHT, THREADS = 32 * WARPS, RIGHT = 9;
    const int TERMS = terms<PRECISION>(), OWN = own_terms<PRECISION>();
    const int TILE_OUTS = 16 * DOWN * WARPS_DOWN, TILE_UNITS = RIGHT * WARPS_RIGHT;
    Lane<PRECISION> lane;
    Tile tile = {log_rows, log_columns};
    int log_pixels = log_images + log_rows + log_columns;
    int pixels = 1 << log_pixels;
    int area = kernel * kernel;
    int units = quotient_up(channels, 8) * area;

    int block = blockIdx.x;
    int blocks_outs = quotient_up(outs, TILE_OUTS);
    int blocks_units = quotient_up(units, TILE_UNITS);
    int first_out = block % blocks_outs * TILE_OUTS;
    block /= blocks_outs;
    int first_unit = block % blocks_units * TILE_UNITS;
    block /= blocks_units;
    int split = block % splits;
    int worker = block / splits;

    int end_unit = first_unit + TILE_UNITS < units ? first_unit + TILE_UNITS : units;
    int first_channel = first_unit / area * 8;
    int tile_channels = quotient_up(end_unit, area) * 8 - first_channel;
    int reach_columns = Tile::reach(log_columns, stride, kernel);
    int reach_rows = Tile::reach(log_rows, stride, kernel);
    int copied_images = 1 << log_images < batch ? 1 << log_images : batch;
    int places = copied_images * reach_rows * reach_columns;
    int x_pitch = spaced(places, 4, 8);
    int z_pitch = pixels + 4;
    int stage_size = TILE_OUTS * z_pitch + tile_channels * x_pitch;
    int* packed = (int*) shared_tiles;
    float* stage_at = shared_tiles + quotient_up(places, 4) * 4;
    for (int p = threadIdx.x; p < places; p += THREADS) {
        int line = p / reach_columns;
        int image = line / reach_rows;
        packed[p] = image << 20 | (line - image * reach_rows) << 10 | (p - line * reach_columns);
    }

    int blocks_columns = quotient_up(columns, 1 << log_columns);
    int blocks_rows = quotient_up(rows, 1 << log_rows);
    int x_plane = height * width;
    int z_plane = rows * columns;
    auto copy = [&](int chunk, float* stage) {
        int first_column = chunk % blocks_columns << log_columns;
        chunk /= blocks_columns;
        int first_row = chunk % blocks_rows << log_rows;
        int first_image = chunk / blocks_rows << log_images;
        int log_size = wide ? 2 : 0;
        int log_line = log_pixels - log_size;
        for (int i = threadIdx.x; i < TILE_OUTS << log_line; i += THREADS) {
            int line = i >> log_line;
            int pixel = (i & ((1 << log_line) - 1)) << log_size;
            int image = first_image + tile.image(pixel);
            int row = first_row + tile.row(pixel);
            int column = first_column + tile.column(pixel);
            bool inside = image < batch && row < rows && column < columns && first_out + line < outs;
            const float* from = inside ? dz + (int64) ((image * workers + worker) * outs + first_out + line) * z_plane
                    + row * columns + column : dz;
            float* to = stage + line * z_pitch + pixel;
            if (wide) {
                copy_vector(to, from, inside);
            } else {
                copy_value(to, from, inside);
            }
        }
        float* to = stage + TILE_OUTS * z_pitch;
        for (int p = threadIdx.x; p < places; p += THREADS) {
            int image = first_image + (packed[p] >> 20);
            int row = first_row * stride - padding + (packed[p] >> 10 & 1023);
            int column = first_column * stride - padding + (packed[p] & 1023);
            bool inside = image < batch && row >= 0 && row < height && column >= 0 && column < width;
            const float* from = inside ? x + ((int64) (image * workers + worker) * channels + first_channel) * x_plane
                    + row * width + column : x;
#pragma unroll 4
            for (int c = 0; c < tile_channels; c++) {
                bool real = inside && first_channel + c < channels;
                copy_value(to + c * x_pitch + p, real ? from + c * x_plane : x, real);
            }
        }
    };

    // Pairs in BF16 are of pixels, which are others for each tap.
    const bool READY = PRECISION == TF32;
    auto ready = [&](float* stage) {
        for (int p = threadIdx.x; READY && p < places; p += THREADS) {
            make_ready<PRECISION>(stage + TILE_OUTS * z_pitch + p, x_pitch, tile_channels / terms<PRECISION>());
        }
    };

    int warp = threadIdx.x / 32;
    int warp_out = warp / WARPS_RIGHT * 16 * DOWN;
    int warp_unit = first_unit + warp % WARPS_RIGHT * RIGHT;
    int units_at[RIGHT];
#pragma unroll
    for (int q = 0; q < RIGHT; q++) {
        int unit = warp_unit + q < end_unit ? warp_unit + q : end_unit - 1;
        int tap = unit % area;
        units_at[q] = (unit / area * 8 - first_channel + lane.g) * x_pitch + tap / kernel * reach_columns
                + tap % kernel;
    }
    float sums[DOWN][RIGHT][4] = {};
    auto multiply = [&](const float* stage) {
        const float* left = stage + (warp_out + lane.first_row()) * z_pitch;
        const float* right = stage + TILE_OUTS * z_pitch;
        for (int first = 0; first < pixels; first += TERMS) {
            int left_terms[OWN], right_terms[OWN];
#pragma unroll
            for (int j = 0; j < OWN; j++) {
                int pixel = first + lane.term(j);
                left_terms[j] = pixel;
                right_terms[j] = tile.place(pixel, copied_images, stride, reach_rows, reach_columns);
            }
            multiply_add<PRECISION, READY>(sums, left, z_pitch, left_terms, right, units_at, right_terms);
        }
    };

    int all_chunks = blocks_columns * blocks_rows * quotient_up(batch, 1 << log_images);
    int first_chunk = (int) ((int64) all_chunks * split / splits);
    int end_chunk = (int) ((int64) all_chunks * (split + 1) / splits);
    run_stages(end_chunk - first_chunk, stages, stage_at, stage_size,
            [&](int chunk, float* stage) { copy(first_chunk + chunk, stage); }, ready, multiply);

    int taps = channels * area;
    float* to = result + (int64) (split * workers + worker) * outs * taps;
    if (TILE_UNITS % area != 0) {
#pragma unroll
        for (int q = 0; q < RIGHT; q++) {
            int unit = warp_unit + q;
#pragma unroll
            for (int i = 0; i < 4 * DOWN; i++) {
                int out = first_out + warp_out + i / 4 * 16 + lane.row(i % 4);
                int channel = unit / area * 8 + lane.column(i % 4);
                if (unit < end_unit && out < outs && channel < channels) {
                    to[(int64) out * taps + channel * area + unit % area] = sums[i / 4][q][i % 4];
                }
            }
        }
        return;
    }
    // A tile has whole lines of weights: they are brought into order in shared memory, and written as they lie.
    int line_size = tile_channels * area;
    __syncthreads();
#pragma unroll
    for (int q = 0; q < RIGHT; q++) {
        int unit = warp_unit + q;
        int place = (unit / area * 8 - first_channel) * area + unit % area;
#pragma unroll
        for (int i = 0; i < 4 * DOWN; i++) {
            int line = warp_out + i / 4 * 16 + lane.row(i % 4);
            if (unit < end_unit) {
                shared_tiles[line * line_size + place + lane.column(i % 4) * area] = sums[i / 4][q][i % 4];
            }
        }
    }
    __syncthreads();
    int first_tap = first_channel * area;
    for (int line = warp; line < TILE_OUTS && first_out + line < outs; line += WARPS) {
        for (int tap = threadIdx.x % 32; tap < line_size && first_tap + tap < taps; tap += 32) {
            to[(int64) (first_out + line) * taps + first_tap + tap] = shared_tiles[line * line_size + tap];
        }
    }
}

#define WEIGHTS_OPERANDS x, dz, result, batch, workers, channels, height, width, outs, rows, columns, kernel, stride, \
        padding, log_images, log_rows, log_columns, splits, stages, wide

#define GRADIENT(...) { weights_gradient<__VA_ARGS__>(WEIGHTS_OPERANDS); }

extern "C" __global__ __launch_bounds__(128, 3) void weights_gradient_fp32_64x18(WEIGHTS) GRADIENT(FP32, 2, 2, 2)
extern "C" __global__ __launch_bounds__(128, 3) void weights_gradient_fp32_32x36(WEIGHTS) GRADIENT(FP32, 1, 4, 2)
extern "C" __global__ __launch_bounds__(64, 6) void weights_gradient_fp32_64x9(WEIGHTS) GRADIENT(FP32, 2, 1, 2)
extern "C" __global__ __launch_bounds__(64, 6) void weights_gradient_fp32_16x18(WEIGHTS) GRADIENT(FP32, 1, 2, 1)
extern "C" __global__ __launch_bounds__(128, 3) void weights_gradient_tf32_64x18(WEIGHTS) GRADIENT(TF32, 2, 2, 2)
extern "C" __global__ __launch_bounds__(128, 3) void weights_gradient_tf32_32x36(WEIGHTS) GRADIENT(TF32, 1, 4, 2)
extern "C" __global__ __launch_bounds__(64, 6) void weights_gradient_tf32_64x9(WEIGHTS) GRADIENT(TF32, 2, 1, 2)
extern "C" __global__ __launch_bounds__(64, 6) void weights_gradient_tf32_16x18(WEIGHTS) GRADIENT(TF32, 1, 2, 1)
extern "C" __global__ __launch_bounds__(128, 3) void weights_gradient_bf16_64x18(WEIGHTS) GRADIENT(BF16, 2, 2, 2)
extern "C" __global__ __launch_bounds__(128, 3) void weights_gradient_bf16_32x36(WEIGHTS) GRADIENT(BF16, 1, 4, 2)
extern "C" __global__ __launch_bounds__(64, 6) void weights_gradient_bf16_64x9(WEIGHTS) GRADIENT(BF16, 2, 1, 2)
extern "C" __global__ __launch_bounds__(64, 6) void weights_gradient_bf16_16x18(WEIGHTS) GRADIENT(BF16, 1, 2, 1)

// sum [count] of parts [splits, count], the first part first.
extern "C" __global__ void sum_parts(const float* parts, float* sum, int splits, uint count) {
    FOR_EACH(i, count) {
        float total = parts[i];
        for (int split = 1; split < splits; split++) {
            total += parts[(int64) split * count + i];
        }
        sum[i] = total;
    }
}
