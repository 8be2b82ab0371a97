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
    return (uint) __cvta_generic_to_shared(place);
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
// Volatile, as all lanes have to meet it: it must not move to where some do not come.
static __device__ void mma_tf32(float (&c)[4], const uint (&a)[4], const uint (&b)[2]) {
#if __CUDA_ARCH__ >= 800
    asm volatile("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 "
            "{%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
            : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
            : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#endif
}

// c [16, 8] += a [16, 16] b [16, 8], factors in BF16: c as above; a pair of a starts at (g, 2 t), (g + 8, 2 t),
// (g, 2 t + 8), (g + 8, 2 t + 8) and goes on to the right, one of b at (2 t, g), (2 t + 8, g) and goes on below.
static __device__ void mma_bf16(float (&c)[4], const uint (&a)[4], const uint (&b)[2]) {
#if __CUDA_ARCH__ >= 800
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
            "{%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
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

// Factors of 16 rows and the terms of a step, as tensor cores take them; see multiply_add.
template <int PRECISION>
static __device__ __forceinline__ void load_left(
        uint (&a)[4], const float* left, int row_step, const int (&left_terms)[own_terms<PRECISION>()]) {
    const int PAIR = PRECISION == BF16 ? 2 : 1;
#pragma unroll
    for (int i = 0; i < 4; i++) {
        const float* row = left + i % 2 * 8 * row_step;
        int j = i / 2 * PAIR;
        a[i] = PRECISION == BF16 ? as_bf16(row[left_terms[j]], row[left_terms[j + PAIR - 1]])
                : as_tf32(row[left_terms[j]]);
    }
}

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
            load_left<PRECISION>(a[d], left + 16 * d * row_step, row_step, left_terms);
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

// Products of a group of four warps by Hopper's tensor cores: c [64, 8 GROUPS] += a [64, 8 (16)] b, where each warp
// brings 16 rows of a as mma_tf32 (mma_bf16) takes them, and b lies in shared memory: 16 bytes of each of 8 columns one
// after the other, so that four (eight) terms are together, the next terms after half_step floats, the next 8 columns
// after group_step. GPUs without those compute it with what they have.
template <int PRECISION, int GROUPS>
static __device__ __forceinline__ void multiply_group(
        float (*c)[4], const uint (&a)[4], const float* b, int half_step, int group_step) {
#ifdef __CUDA_ARCH_FEAT_SM90_ALL
    // 64 bits: address, steps between terms and between columns, all in 16 bytes; no swizzle.
    uint64 where = (uint64) (shared_address(b) >> 4 & 0x3FFF) | (uint64) (half_step / 4) << 16
            | (uint64) (group_step / 4) << 32;
#define GROUP_SUMS(j) "+f"(c[j][0]), "+f"(c[j][1]), "+f"(c[j][2]), "+f"(c[j][3])
#define GROUP_SUMS_2(j) GROUP_SUMS(j), GROUP_SUMS(j + 1)
#define GROUP_SUMS_4(j) GROUP_SUMS_2(j), GROUP_SUMS_2(j + 2)
#define GROUP_SUMS_8(j) GROUP_SUMS_4(j), GROUP_SUMS_4(j + 4)
#define GROUP_SUMS_16(j) GROUP_SUMS_8(j), GROUP_SUMS_8(j + 8)
#define GROUP_REGISTERS_2 "%0,%1,%2,%3,%4,%5,%6,%7"
#define GROUP_REGISTERS_4 GROUP_REGISTERS_2 ",%8,%9,%10,%11,%12,%13,%14,%15"
#define GROUP_REGISTERS_8 GROUP_REGISTERS_4 ",%16,%17,%18,%19,%20,%21,%22,%23,%24,%25,%26,%27,%28,%29,%30,%31"
#define GROUP_REGISTERS_16 GROUP_REGISTERS_8 ",%32,%33,%34,%35,%36,%37,%38,%39,%40,%41,%42,%43,%44,%45,%46,%47" \
        ",%48,%49,%50,%51,%52,%53,%54,%55,%56,%57,%58,%59,%60,%61,%62,%63"
#define MULTIPLY_GROUP(groups, columns, a0, a1, a2, a3, b0) \
    if constexpr (PRECISION == BF16) { \
        asm volatile("wgmma.mma_async.sync.aligned.m64n" columns "k16.f32.bf16.bf16 {" GROUP_REGISTERS_##groups "}, {" \
                a0 "," a1 "," a2 "," a3 "}, " b0 ", 1, 1, 1, 0;" \
                : GROUP_SUMS_##groups(0) : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(where)); \
    } else { \
        asm volatile("wgmma.mma_async.sync.aligned.m64n" columns "k8.f32.tf32.tf32 {" GROUP_REGISTERS_##groups "}, {" \
                a0 "," a1 "," a2 "," a3 "}, " b0 ", 1, 1, 1;" \
                : GROUP_SUMS_##groups(0) : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(where)); \
    }
    if constexpr (GROUPS == 2) {
        MULTIPLY_GROUP(2, "16", "%8", "%9", "%10", "%11", "%12")
    } else if constexpr (GROUPS == 4) {
        MULTIPLY_GROUP(4, "32", "%16", "%17", "%18", "%19", "%20")
    } else if constexpr (GROUPS == 8) {
        MULTIPLY_GROUP(8, "64", "%32", "%33", "%34", "%35", "%36")
    } else {
        MULTIPLY_GROUP(16, "128", "%64", "%65", "%66", "%67", "%68")
    }
#else
    const float* column = b + threadIdx.x % 32 / 4 * 4 + threadIdx.x % 4;
#pragma unroll
    for (int j = 0; j < GROUPS; j++) {
        const uint terms[2] = {__float_as_uint(column[j * group_step]),
                __float_as_uint(column[j * group_step + half_step])};
        if constexpr (PRECISION == BF16) {
            mma_bf16(c[j], a, terms);
        } else {
            mma_tf32(c[j], a, terms);
        }
    }
#endif
}

// The compiler knows nothing of products that run by themselves: it must not move what reads or writes these over here.
template <int COUNT>
static __device__ __forceinline__ void keep_in_place(float (&sums)[COUNT][4]) {
#ifdef __CUDA_ARCH_FEAT_SM90_ALL
#pragma unroll
    for (int i = 0; i < 4 * COUNT; i++) {
        asm volatile("" : "+f"(sums[i / 4][i % 4]) :: "memory");
    }
#endif
}

template <int COUNT>
static __device__ __forceinline__ void keep_in_place(uint (&factors)[COUNT][4]) {
#ifdef __CUDA_ARCH_FEAT_SM90_ALL
#pragma unroll
    for (int i = 0; i < 4 * COUNT; i++) {
        asm volatile("" : "+r"(factors[i / 4][i % 4]) :: "memory");
    }
#endif
}

// Before a group's products: their factors in registers, and the sums, are there.
static __device__ __forceinline__ void begin_products() {
#ifdef __CUDA_ARCH_FEAT_SM90_ALL
    asm volatile("wgmma.fence.sync.aligned;" ::: "memory");
#endif
}

// Lets a group's products run.
static __device__ __forceinline__ void commit_products() {
#ifdef __CUDA_ARCH_FEAT_SM90_ALL
    asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
#endif
}

// Waits for a group's products.
static __device__ __forceinline__ void end_products() {
#ifdef __CUDA_ARCH_FEAT_SM90_ALL
    asm volatile("wgmma.wait_group.sync.aligned 0;" ::: "memory");
#endif
}

// What this thread wrote to shared memory is seen by a group's products after the next barrier.
static __device__ __forceinline__ void show_to_products() {
#ifdef __CUDA_ARCH_FEAT_SM90_ALL
    asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
#endif
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

// The same for those that multiply_group takes: four terms together, the next four after a step.
template <int PRECISION>
static __device__ void make_group_ready(float* values, int step, int groups) {
    const int QUADS = terms<PRECISION>() / 4;
    for (int group = 0; group < groups; group++) {
        Pack<4> quads[QUADS];
#pragma unroll
        for (int i = 0; i < QUADS; i++) {
            quads[i] = load<4>(values + i * step);
        }
#pragma unroll
        for (int i = 0; i < 2; i++) {
            Pack<4> ready;
#pragma unroll
            for (int k = 0; k < 4; k++) {
                ready.v[k] = __uint_as_float(PRECISION == TF32 ? as_tf32(quads[i].v[k])
                        : as_bf16(quads[2 * i % QUADS].v[k], quads[(2 * i + 1) % QUADS].v[k]));
            }
            store(values + i * step, ready);
        }
        values += QUADS * step;
    }
}

// Copies chunks to shared memory and multiplies what has come, one after another, with as many chunks less one on their
// way as there are stages, 2 or 3: copy(chunk, stage), ready(stage) for what the same thread copied, multiply(stage).
template <class Copy, class Ready, class Multiply>
static __device__ __forceinline__ void run_stages(
        int chunks, int stages, float* first_stage, int stage_size, Copy copy, Ready ready, Multiply multiply) {
    int copied = 0, full = 0, empty = 0;
    for (int chunk = 1 - stages; chunk < chunks; chunk++) {
        if (chunk >= 0) {
            if (stages == 2) {
                wait_for_copies<0>();
            } else {
                wait_for_copies<1>();
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

// The same with three stages for products that run by themselves: begin(stage) starts them, and they are waited for when
// what comes next has been made ready.
template <class Copy, class Ready, class Begin>
static __device__ __forceinline__ void run_beside_products(
        int chunks, float* first_stage, int stage_size, Copy copy, Ready ready, Begin begin) {
    int full = 0, next = 1, empty = 2;
    for (int chunk = 0; chunk < 2; chunk++) {
        if (chunk < chunks) {
            copy(chunk, first_stage + chunk * stage_size);
        }
        end_group_of_copies();
    }
    if (chunks > 0) {
        wait_for_copies<1>();
        ready(first_stage);
        __syncthreads();
    }
    for (int chunk = 0; chunk < chunks; chunk++) {
        begin(first_stage + full * stage_size);
        if (chunk + 2 < chunks) {
            copy(chunk + 2, first_stage + empty * stage_size);
        }
        end_group_of_copies();
        if (chunk + 1 < chunks) {
            wait_for_copies<1>();
            ready(first_stage + next * stage_size);
        }
        end_products();
        __syncthreads();
        int done = full;
        full = next;
        next = empty;
        empty = done;
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

// A tile of images, rows and columns, 2^log_rows by 2^log_columns pixels of so many images. The same pixel of 2^log_inner
// images comes first, then the next column, the next row, and other images.
struct Tile {
    int log_rows, log_columns, log_inner;

    __device__ int column(int pixel) const {
        return pixel >> log_inner & ((1 << log_columns) - 1);
    }

    __device__ int row(int pixel) const {
        return pixel >> (log_inner + log_columns) & ((1 << log_rows) - 1);
    }

    __device__ int image(int pixel) const {
        return (pixel >> (log_inner + log_columns + log_rows) << log_inner) + inner(pixel);
    }

    __device__ int inner(int pixel) const {
        return pixel & ((1 << log_inner) - 1);
    }

    // Where the pixels of the source begin that a pixel meets. The place of a sum of pixels that have no bits in common
    // is the sum of their places.
    __device__ int place(int pixel, int step, int reach_rows, int reach_columns) const {
        int outer = image(pixel) >> log_inner;
        return (((outer * reach_rows + row(pixel) * step) * reach_columns + column(pixel) * step) << log_inner)
                + inner(pixel);
    }

    // The same among so many images; where there is no such image, it is of no meaning.
    __device__ int place_within(int images, int pixel, int step, int reach_rows, int reach_columns) const {
        int first_images = (1 << (log_inner + log_columns + log_rows)) - 1;
        return place(image(pixel) < images ? pixel : pixel & first_images, step, reach_rows, reach_columns);
    }

    // Edge of the pixels of the source that a tile's edge of 2^log pixels meets.
    static __device__ int reach(int log, int step, int taps) {
        return ((1 << log) - 1) * step + taps;
    }
};

// Numbers that a block's number is made of, the one that varies fastest first.
struct BlockNumber {
    int rest;

    // The next one, which is below count.
    __device__ int next(int count) {
        int number = rest % count;
        rest /= count;
        return number;
    }
};

// Starts to copy 4 values where wide, else one.
static __device__ void copy_values(float* to, const float* from, bool inside, int wide) {
    if (wide) {
        copy_vector(to, from, inside);
    } else {
        copy_value(to, from, inside);
    }
}

// result [b, n, results, height, width] of source [b, n, sources, source_height, source_width]: the convolution, with
// weights [n, results, sources, k, k], plus bias [n, results] where there is one, then a ReLU where asked; or, backward,
// the gradient of its input from that of its result, with weights [n, sources, results, k, k], and 0 where mask, of the
// result's shape, is not positive, where there is one. groups times 8 (16) channels of the source are copied at once.
// Where wide, weights are copied 16 bytes at a time; pairs says that pixels are written in pairs; biased, rectify and
// masked, what is done to the sums. All numbers but that of the workers are known where a kernel is compiled.
struct Convolution {
    const float *source, *weights, *bias, *mask;
    float* result;
    int workers;
    int batch, sources, source_height, source_width, results, height, width, kernel, stride, padding, backward,
            log_rows, log_columns, log_inner, groups, stages, wide, pairs, biased, rectify, masked;
};

// A block of threads that makes a tile of 16 DOWN WARPS_DOWN results of 8 RIGHT WARPS_RIGHT pixels. Of a gradient's
// pixels, those between which there are as many as the stride go together. With GROUP, four warps multiply as one: RUN
// times 8 pixels at once, which lie at equal distances.
template <int PRECISION, int WARPS_DOWN, int WARPS_RIGHT, int DOWN, int RIGHT, int RUN = 0>
struct ConvolutionBlock {
    static const bool GROUP = RUN > 0;
    static const int THREADS = 32 * WARPS_DOWN * WARPS_RIGHT;
    static const int TERMS = terms<PRECISION>(), OWN = own_terms<PRECISION>();
    static const int RIGHT_OWN = PRECISION == FP32 ? OWN : 2;
    static const int TILE_RESULTS = 16 * DOWN * WARPS_DOWN, TILE_PIXELS = 8 * RIGHT * WARPS_RIGHT;

    const Convolution& of;
    Lane<PRECISION> lane;
    Tile tile;
    int images, copied_images, spread, source_step;
    int first_result, first_column, first_row, first_image, parity_x, parity_y, worker;
    Taps down, across;
    int area, channels, reach_columns, reach_rows, places;
    int lines, line_size, source_pitch, weight_pitch, result_step, channel_step, stage_size;
    int* offsets;
    float* stage_at;
    int warp_result, warp_pixel;
    int columns[RIGHT], left_terms[OWN], right_terms[RIGHT_OWN];
    float sums[DOWN][RIGHT][4] = {};

    __device__ __forceinline__ ConvolutionBlock(const Convolution& convolution)
            : of(convolution), tile{of.log_rows, of.log_columns, of.log_inner} {
        images = TILE_PIXELS >> (of.log_rows + of.log_columns);
        copied_images = images < of.batch ? images : of.batch;
        spread = of.backward ? of.stride : 1;
        source_step = of.backward ? 1 : of.stride;
        find_tile();
        lay_out_stages();
        find_places();
        find_factors();
    }

    // Which tile this block makes.
    __device__ __forceinline__ void find_tile() {
        BlockNumber number = {(int) blockIdx.x};
        first_result = number.next(quotient_up(of.results, TILE_RESULTS)) * TILE_RESULTS;
        first_column = number.next(quotient_up(quotient_up(of.width, spread), 1 << of.log_columns)) << of.log_columns;
        first_row = number.next(quotient_up(quotient_up(of.height, spread), 1 << of.log_rows)) << of.log_rows;
        first_image = number.next(quotient_up(of.batch, images)) * images;
        parity_x = number.next(spread);
        parity_y = number.next(spread);
        worker = number.rest;
        down = taps_of(of.kernel, of.stride, of.padding, of.backward, parity_y);
        across = taps_of(of.kernel, of.stride, of.padding, of.backward, parity_x);
    }

    // Weights lie in shared memory as in memory: a line for each result, or, backward, for each channel of the source.
    // Channels of the source follow them. Before the stages there is where each pixel of the source is.
    __device__ __forceinline__ void lay_out_stages() {
        area = of.kernel * of.kernel;
        channels = of.groups * TERMS;
        reach_columns = Tile::reach(of.log_columns, source_step, across.count);
        reach_rows = Tile::reach(of.log_rows, source_step, down.count);
        places = copied_images * reach_rows * reach_columns;
        source_pitch = GROUP ? places : spaced(places, 8, 16);
        lines = of.backward ? channels : TILE_RESULTS;
        line_size = (of.backward ? TILE_RESULTS : channels) * area;
        weight_pitch = line_size + (of.backward ? 8 : 4);
        result_step = of.backward ? area : weight_pitch;
        channel_step = of.backward ? weight_pitch : area;
        stage_size = lines * weight_pitch + channels * source_pitch;
        offsets = (int*) shared_tiles;
        stage_at = shared_tiles + quotient_up(places, 4) * 4;
    }

    // Where the pixels of the source are in memory, in the first channel; -1 for those outside.
    __device__ __forceinline__ void find_places() {
        for (int p = threadIdx.x; p < places; p += THREADS) {
            int pixel = p >> of.log_inner;
            int line = pixel / reach_columns;
            int column = first_column * source_step + across.origin + pixel - line * reach_columns;
            int outer = line / reach_rows;
            int row = first_row * source_step + down.origin + line - outer * reach_rows;
            int image = first_image + (outer << of.log_inner) + (p & ((1 << of.log_inner) - 1));
            bool inside = image < of.batch && row >= 0 && row < of.source_height && column >= 0
                    && column < of.source_width;
            offsets[p] = inside ? (image * of.workers + worker) * of.sources * source_plane() + row * of.source_width
                    + column : -1;
        }
    }

    __device__ int source_plane() const {
        return of.source_height * of.source_width;
    }

    // Where this lane finds its factors.
    __device__ __forceinline__ void find_factors() {
        int warp = threadIdx.x / 32;
        warp_result = warp / WARPS_RIGHT * 16 * DOWN;
        warp_pixel = warp % WARPS_RIGHT * 8 * RIGHT;
        int own = warp_pixel + lane.g;
        int own_column = tile.place(own, source_step, reach_rows, reach_columns);
#pragma unroll
        for (int q = 0; q < RIGHT; q++) {
            columns[q] = images == copied_images
                    ? own_column + tile.place(8 * q, source_step, reach_rows, reach_columns)
                    : tile.place_within(copied_images, own + 8 * q, source_step, reach_rows, reach_columns);
        }
#pragma unroll
        for (int j = 0; j < OWN; j++) {
            left_terms[j] = lane.term(j) * channel_step;
        }
#pragma unroll
        for (int j = 0; j < RIGHT_OWN; j++) {
            right_terms[j] = lane.term(j) * source_pitch;
        }
    }

    __device__ __forceinline__ void copy_weights(int first_channel, float* stage) const {
        int line_taps = (of.backward ? of.results : of.sources) * area;
        int all_lines = of.backward ? of.sources : of.results;
        const float* all_weights = of.weights + (int64) worker * of.results * of.sources * area;
        int first_line = of.backward ? first_channel : first_result;
        int first_tap = (of.backward ? first_result : first_channel) * area;
        int size = of.wide ? 4 : 1;
        int vectors = line_size / size;
        int line = threadIdx.x / vectors, vector = threadIdx.x % vectors;
        while (line < lines) {
            int tap = first_tap + vector * size;
            bool inside = first_line + line < all_lines && tap < line_taps;
            const float* from = inside ? all_weights + (int64) (first_line + line) * line_taps + tap : of.weights;
            copy_values(stage + line * weight_pitch + vector * size, from, inside, of.wide);
            vector += THREADS % vectors;
            line += THREADS / vectors;
            if (vector >= vectors) {
                vector -= vectors;
                line++;
            }
        }
    }

    __device__ __forceinline__ void copy_source(int first_channel, float* stage) const {
        float* to = stage + lines * weight_pitch;
        for (int p = threadIdx.x; p < places; p += THREADS) {
            bool inside = offsets[p] >= 0;
            const float* from = of.source + (inside ? offsets[p] + first_channel * source_plane() : 0);
            for (int group = 0; group < of.groups; group++) {
#pragma unroll
                for (int term = 0; term < TERMS; term++) {
                    int c = group * TERMS + term;
                    bool real = inside && (of.sources % channels == 0 || first_channel + c < of.sources);
                    copy_value(to + at(c, p), real ? from + c * source_plane() : from, real);
                }
            }
        }
    }

    // Where a channel of a place is among those copied.
    __device__ __forceinline__ int at(int channel, int place) const {
        return GROUP ? channel / 4 * 4 * source_pitch + 4 * place + channel % 4 : channel * source_pitch + place;
    }

    __device__ __forceinline__ void make_source_ready(float* stage) const {
        float* source = stage + lines * weight_pitch;
        for (int p = threadIdx.x; p < places; p += THREADS) {
            if constexpr (GROUP) {
                make_group_ready<PRECISION>(source + 4 * p, 4 * source_pitch, of.groups);
            } else {
                make_ready<PRECISION>(source + p, source_pitch, of.groups);
            }
        }
        if constexpr (GROUP) {
            show_to_products();
        }
    }

    __device__ __forceinline__ void multiply(const float* stage) {
        const float* left = stage + (warp_result + lane.first_row()) * result_step;
        const float* right = stage + lines * weight_pitch;
        for (int group = 0; group < of.groups; group++) {
            if (PRECISION != FP32 && down.count == 3 && across.count == 3) {
                multiply_taps<3>(0, 0, left, right);
            } else {
                for (int y = 0; y < down.count; y++) {
                    for (int x = 0; x < across.count; x++) {
                        multiply_taps<1>(y, x, left, right);
                    }
                }
            }
            left += TERMS * channel_step;
            right += TERMS * source_pitch;
        }
    }

    // COUNT by COUNT taps, in straight code.
    template <int COUNT>
    __device__ __forceinline__ void multiply_taps(int first_y, int first_x, const float* left, const float* right) {
        if constexpr (GROUP) {
            multiply_taps_as_group<COUNT>(first_y, first_x, left, right);
        } else {
#pragma unroll
            for (int i = 0; i < COUNT * COUNT; i++) {
                int y = first_y + i / COUNT;
                int x = first_x + i % COUNT;
                multiply_add<PRECISION, true>(sums, left + tap_of(y, x), result_step, left_terms,
                        right + y * reach_columns + x, columns, right_terms);
            }
        }
    }

    // Where a tap is among the weights of a channel.
    __device__ __forceinline__ int tap_of(int y, int x) const {
        return (down.first + y * down.step) * of.kernel + across.first + x * across.step;
    }

    // All factors of the weights come into registers before the products. Those of a 3x3 kernel run on by themselves; others
    // are waited for, as they take turns in the same registers.
    template <int COUNT>
    __device__ __forceinline__ void multiply_taps_as_group(
            int first_y, int first_x, const float* left, const float* right) {
        uint a[COUNT * COUNT][4];
#pragma unroll
        for (int i = 0; i < COUNT * COUNT; i++) {
            load_left<PRECISION>(
                    a[i], left + tap_of(first_y + i / COUNT, first_x + i % COUNT), result_step, left_terms);
        }
        keep_in_place(a);
        keep_in_place(sums[0]);
        begin_products();
#pragma unroll
        for (int i = 0; i < COUNT * COUNT; i++) {
            int tap = (first_y + i / COUNT) * reach_columns + first_x + i % COUNT;
#pragma unroll
            for (int run = 0; run < RIGHT / RUN; run++) {
                int place = tile.place(8 * RUN * run, 1, reach_rows, reach_columns) + (tap << of.log_inner);
                multiply_group<PRECISION, RUN>(sums[0] + RUN * run, a[i], right + 4 * place, 4 * source_pitch,
                        4 * tile.place(8, 1, reach_rows, reach_columns));
            }
        }
        commit_products();
        if (COUNT == 1 || of.groups > 1) {
            end_products();
        }
    }

    __device__ __forceinline__ void run() {
        int chunks = down.count > 0 && across.count > 0 ? quotient_up(of.sources, channels) : 0;
        auto copy = [&](int chunk, float* stage) {
            copy_weights(chunk * channels, stage);
            copy_source(chunk * channels, stage);
        };
        auto ready = [&](float* stage) { make_source_ready(stage); };
        auto multiply_stage = [&](const float* stage) { multiply(stage); };
        if constexpr (GROUP) {
            run_beside_products(chunks, stage_at, stage_size, copy, ready, multiply_stage);
            keep_in_place(sums[0]);
        } else {
            run_stages(chunks, of.stages, stage_at, stage_size, copy, ready, multiply_stage);
        }
        write();
    }

    // Where a pixel of the tile is in the result, in the first channel; -1 where there is no such pixel.
    __device__ __forceinline__ int place_of(int pixel) const {
        int image = first_image + tile.image(pixel);
        int row = (first_row + tile.row(pixel)) * spread + parity_y;
        int column = (first_column + tile.column(pixel)) * spread + parity_x;
        bool inside = image < of.batch && row < of.height && column < of.width;
        return inside ? (image * of.workers + worker) * of.results * of.height * of.width + row * of.width + column
                : -1;
    }

    __device__ __forceinline__ float finished(float sum, float bias, int place) const {
        float value = of.biased ? sum + bias : sum;
        value = of.rectify ? relu(value) : value;
        return of.masked && !(of.mask[place] > 0) ? 0 : value;
    }

    __device__ __forceinline__ void write() const {
        const int ROWS = Lane<PRECISION>::ROWS, VALUES = 4 / ROWS;
        float bias[DOWN][ROWS];
#pragma unroll
        for (int i = 0; i < DOWN * ROWS; i++) {
            int channel = channel_of(i / ROWS, i % ROWS);
            bias[i / ROWS][i % ROWS] = of.biased && exists(channel) ? of.bias[worker * of.results + channel] : 0;
        }
#pragma unroll
        for (int q = 0; q < RIGHT; q++) {
            int places[VALUES];
#pragma unroll
            for (int k = 0; k < VALUES; k++) {
                places[k] = place_of(warp_pixel + 8 * q + lane.column(k));
            }
#pragma unroll
            for (int i = 0; i < DOWN * ROWS; i++) {
                int channel = channel_of(i / ROWS, i % ROWS);
                if (exists(channel)) {
                    write(sums[i / ROWS][q] + i % ROWS * VALUES, bias[i / ROWS][i % ROWS], places,
                            channel * of.height * of.width);
                }
            }
        }
    }

    __device__ __forceinline__ int channel_of(int down, int row) const {
        return first_result + warp_result + 16 * down + lane.row(row * 4 / Lane<PRECISION>::ROWS);
    }

    __device__ __forceinline__ bool exists(int channel) const {
        return of.results % TILE_RESULTS == 0 || channel < of.results;
    }

    // Values of one channel, of one pixel or of two neighbours.
    template <int VALUES>
    __device__ __forceinline__ void write(
            const float* values, float bias, const int (&places)[VALUES], int channel_at) const {
        if (VALUES == 2 && of.pairs) {
            if (places[0] >= 0) {
                int at = places[0] + channel_at;
                *(float2*) (of.result + at) =
                        make_float2(finished(values[0], bias, at), finished(values[VALUES - 1], bias, at + 1));
            }
            return;
        }
#pragma unroll
        for (int k = 0; k < VALUES; k++) {
            if (places[k] >= 0) {
                of.result[places[k] + channel_at] = finished(values[k], bias, places[k] + channel_at);
            }
        }
    }
};

#define CONVOLUTION \
        const float* __restrict__ source, const float* __restrict__ weights, const float* __restrict__ bias, \
        const float* __restrict__ mask, float* __restrict__ result, int workers, int batch, int sources, \
        int source_height, int source_width, int results, int height, int width, int kernel, int stride, \
        int padding, int backward, int log_rows, int log_columns, int log_inner, int groups, int stages, int wide, \
        int pairs, int biased, int rectify, int masked

// Sizes are parameters; where a kernel is compiled for some, these constants are there in their place.
#ifdef SIZES
#define CONVOLUTION_SIZES SIZES
#define GRADIENT_SIZES SIZES
#else
#define CONVOLUTION_SIZES batch, sources, source_height, source_width, results, height, width, kernel, \
        stride, padding, backward, log_rows, log_columns, log_inner, groups, stages, wide, pairs, biased, rectify, \
        masked
#define GRADIENT_SIZES batch, channels, height, width, outs, rows, columns, kernel, stride, padding, log_images, \
        log_rows, log_columns, stages, wide
#endif

#define CONVOLVE(...) { \
        Convolution convolution = {source, weights, bias, mask, result, workers, CONVOLUTION_SIZES}; \
        ConvolutionBlock<__VA_ARGS__>(convolution).run(); \
    }


// result [splits, n, outs, channels, k, k] from x [b, n, channels, height, width] and dz [b, n, outs, rows, columns]: the
// gradient of the weights is the sum over the splits of the pixels, of which 2^(log_images + log_rows + log_columns) are
// copied at once. Where wide, dz is copied 16 bytes at a time.
struct WeightsGradient {
    const float *x, *dz;
    float* result;
    int workers, splits;
    int batch, channels, height, width, outs, rows, columns, kernel, stride, padding, log_images, log_rows, log_columns,
            stages, wide;
};

// A block of threads that makes a tile of 16 DOWN WARPS_DOWN outs of 9 WARPS_RIGHT units, pairs of 8 channels and a tap,
// one tap after another, from some of the pixels.
template <int PRECISION, int WARPS_DOWN, int WARPS_RIGHT, int DOWN>
struct GradientBlock {
    static const int WARPS = WARPS_DOWN * WARPS_RIGHT, THREADS = 32 * WARPS, RIGHT = 9;
    static const int TERMS = terms<PRECISION>(), OWN = own_terms<PRECISION>();
    static const int TILE_OUTS = 16 * DOWN * WARPS_DOWN, TILE_UNITS = RIGHT * WARPS_RIGHT;
    // Pairs in BF16 are of pixels, which are others for each tap.
    static const bool READY = PRECISION == TF32;

    const WeightsGradient& of;
    Lane<PRECISION> lane;
    Tile tile;
    int log_pixels, pixels, area, copied_images, blocks_rows, blocks_columns;
    int first_out, first_unit, end_unit, split, worker;
    int first_channel, tile_channels, reach_columns, reach_rows, places;
    int x_pitch, z_pitch, stage_size;
    int* packed;
    float* stage_at;
    int warp_out, warp_unit;
    int units_at[RIGHT], own_places[OWN];
    float sums[DOWN][RIGHT][4] = {};

    __device__ __forceinline__ GradientBlock(const WeightsGradient& gradient)
            : of(gradient), tile{of.log_rows, of.log_columns, 0} {
        log_pixels = of.log_images + of.log_rows + of.log_columns;
        pixels = 1 << log_pixels;
        area = of.kernel * of.kernel;
        copied_images = 1 << of.log_images < of.batch ? 1 << of.log_images : of.batch;
        blocks_rows = quotient_up(of.rows, 1 << of.log_rows);
        blocks_columns = quotient_up(of.columns, 1 << of.log_columns);
        find_tile();
        lay_out_stages();
        find_places();
        find_factors();
    }

    // Which tile this block makes.
    __device__ __forceinline__ void find_tile() {
        BlockNumber number = {(int) blockIdx.x};
        first_out = number.next(quotient_up(of.outs, TILE_OUTS)) * TILE_OUTS;
        first_unit = number.next(quotient_up(units(), TILE_UNITS)) * TILE_UNITS;
        split = number.next(of.splits);
        worker = number.rest;
        end_unit = first_unit + TILE_UNITS < units() ? first_unit + TILE_UNITS : units();
        first_channel = first_unit / area * 8;
        tile_channels = quotient_up(end_unit, area) * 8 - first_channel;
    }

    // Lines of dz, one for each out, and channels of x after them. Before the stages there is where each pixel of x is.
    __device__ __forceinline__ void lay_out_stages() {
        reach_columns = Tile::reach(of.log_columns, of.stride, of.kernel);
        reach_rows = Tile::reach(of.log_rows, of.stride, of.kernel);
        places = copied_images * reach_rows * reach_columns;
        x_pitch = spaced(places, 4, 8);
        z_pitch = pixels + 4;
        stage_size = TILE_OUTS * z_pitch + tile_channels * x_pitch;
        packed = (int*) shared_tiles;
        stage_at = shared_tiles + quotient_up(places, 4) * 4;
    }

    // Image, row and column of the pixels of x, counted from the first one that is copied.
    __device__ __forceinline__ void find_places() {
        for (int p = threadIdx.x; p < places; p += THREADS) {
            int line = p / reach_columns;
            int image = line / reach_rows;
            packed[p] = image << 20 | (line - image * reach_rows) << 10 | (p - line * reach_columns);
        }
    }

    // Where this lane finds its factors.
    __device__ __forceinline__ void find_factors() {
        int warp = threadIdx.x / 32;
        warp_out = warp / WARPS_RIGHT * 16 * DOWN;
        warp_unit = first_unit + warp % WARPS_RIGHT * RIGHT;
        bool whole = RIGHT % area == 0 && of.channels % 8 == 0 && units() % TILE_UNITS == 0;
        int own = (warp_unit / area * 8 - first_channel + lane.g) * x_pitch;
#pragma unroll
        for (int q = 0; q < RIGHT; q++) {
            int unit = warp_unit + q < end_unit ? warp_unit + q : end_unit - 1;
            units_at[q] = whole ? own + place_of_unit(q)
                    : (lane.g - first_channel) * x_pitch + place_of_unit(unit);
        }
#pragma unroll
        for (int j = 0; j < OWN; j++) {
            own_places[j] = tile.place(lane.term(j), of.stride, reach_rows, reach_columns);
        }
    }

    // From the first pixel of the first channel on.
    __device__ __forceinline__ int place_of_unit(int unit) const {
        int tap = unit % area;
        return unit / area * 8 * x_pitch + tap / of.kernel * reach_columns + tap % of.kernel;
    }

    __device__ __forceinline__ int units() const {
        return quotient_up(of.channels, 8) * area;
    }

    __device__ __forceinline__ void copy(int chunk, float* stage) const {
        BlockNumber number = {chunk};
        int first_column = number.next(blocks_columns) << of.log_columns;
        int first_row = number.next(blocks_rows) << of.log_rows;
        int first_image = number.rest << of.log_images;
        copy_dz(first_image, first_row, first_column, stage);
        copy_x(first_image, first_row, first_column, stage + TILE_OUTS * z_pitch);
    }

    __device__ __forceinline__ void copy_dz(int first_image, int first_row, int first_column, float* to) const {
        int log_size = of.wide ? 2 : 0;
        int log_line = log_pixels - log_size;
        for (int i = threadIdx.x; i < TILE_OUTS << log_line; i += THREADS) {
            int line = i >> log_line;
            int pixel = (i & ((1 << log_line) - 1)) << log_size;
            int image = first_image + tile.image(pixel);
            int row = first_row + tile.row(pixel);
            int column = first_column + tile.column(pixel);
            bool inside = image < of.batch && row < of.rows && column < of.columns && first_out + line < of.outs;
            int64 plane = (int64) (image * of.workers + worker) * of.outs + first_out + line;
            const float* from = inside ? of.dz + plane * of.rows * of.columns + row * of.columns + column : of.dz;
            copy_values(to + line * z_pitch + pixel, from, inside, of.wide);
        }
    }

    __device__ __forceinline__ void copy_x(int first_image, int first_row, int first_column, float* to) const {
        int plane = of.height * of.width;
        for (int p = threadIdx.x; p < places; p += THREADS) {
            int image = first_image + (packed[p] >> 20);
            int row = first_row * of.stride - of.padding + (packed[p] >> 10 & 1023);
            int column = first_column * of.stride - of.padding + (packed[p] & 1023);
            bool inside = image < of.batch && row >= 0 && row < of.height && column >= 0 && column < of.width;
            const float* from = inside
                    ? of.x + ((int64) (image * of.workers + worker) * of.channels + first_channel) * plane
                            + row * of.width + column
                    : of.x;
            for (int group = 0; group < tile_channels; group += 8) {
#pragma unroll
                for (int c = group; c < group + 8; c++) {
                    bool real = inside && (of.channels % 8 == 0 || first_channel + c < of.channels);
                    copy_value(to + c * x_pitch + p, real ? from + c * plane : of.x, real);
                }
            }
        }
    }

    __device__ __forceinline__ void make_x_ready(float* stage) const {
        for (int p = threadIdx.x; READY && p < places; p += THREADS) {
            make_ready<PRECISION>(stage + TILE_OUTS * z_pitch + p, x_pitch, tile_channels / TERMS);
        }
    }

    __device__ __forceinline__ void multiply(const float* stage) {
        const float* left = stage + (warp_out + lane.first_row()) * z_pitch;
        const float* right = stage + TILE_OUTS * z_pitch;
        const int STEPS = 4;
        bool within = 1 << of.log_images == copied_images;
        for (int first = 0; first < pixels; first += STEPS * TERMS) {
            int first_place = tile.place(first, of.stride, reach_rows, reach_columns);
#pragma unroll
            for (int step = 0; step < STEPS; step++) {
                int place = first_place + tile.place(step * TERMS, of.stride, reach_rows, reach_columns);
                int left_terms[OWN], right_terms[OWN];
#pragma unroll
                for (int j = 0; j < OWN; j++) {
                    int pixel = first + step * TERMS + lane.term(j);
                    left_terms[j] = pixel;
                    right_terms[j] = within ? place + own_places[j]
                            : tile.place_within(copied_images, pixel, of.stride, reach_rows, reach_columns);
                }
                multiply_add<PRECISION, READY>(sums, left, z_pitch, left_terms, right, units_at, right_terms);
            }
        }
    }

    __device__ __forceinline__ void run() {
        int all_chunks = blocks_columns * blocks_rows * quotient_up(of.batch, 1 << of.log_images);
        int first_chunk = (int) ((int64) all_chunks * split / of.splits);
        int end_chunk = (int) ((int64) all_chunks * (split + 1) / of.splits);
        run_stages(end_chunk - first_chunk, of.stages, stage_at, stage_size,
                [&](int chunk, float* stage) { copy(first_chunk + chunk, stage); },
                [&](float* stage) { make_x_ready(stage); },
                [&](const float* stage) { multiply(stage); });
        float* to = of.result + (int64) (split * of.workers + worker) * of.outs * of.channels * area;
        if (TILE_UNITS % area == 0) {
            write_lines(to);
        } else {
            write_values(to);
        }
    }

    __device__ __forceinline__ void write_values(float* to) const {
        int taps = of.channels * area;
#pragma unroll
        for (int q = 0; q < RIGHT; q++) {
            int unit = warp_unit + q;
#pragma unroll
            for (int i = 0; i < 4 * DOWN; i++) {
                int out = first_out + warp_out + i / 4 * 16 + lane.row(i % 4);
                int channel = unit / area * 8 + lane.column(i % 4);
                if (unit < end_unit && out < of.outs && channel < of.channels) {
                    to[(int64) out * taps + channel * area + unit % area] = sums[i / 4][q][i % 4];
                }
            }
        }
    }

    // Of a tile that has whole lines of weights: they are brought into order in shared memory, and written as they lie.
    __device__ __forceinline__ void write_lines(float* to) const {
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
        int taps = of.channels * area;
        int first_tap = first_channel * area;
        for (int line = threadIdx.x / 32; line < TILE_OUTS && first_out + line < of.outs; line += WARPS) {
            for (int tap = threadIdx.x % 32; tap < line_size && first_tap + tap < taps; tap += 32) {
                to[(int64) (first_out + line) * taps + first_tap + tap] = shared_tiles[line * line_size + tap];
            }
        }
    }
};

#define WEIGHTS \
        const float* __restrict__ x, const float* __restrict__ dz, float* __restrict__ result, int workers, \
        int splits, int batch, int channels, int height, int width, int outs, int rows, int columns, int kernel, \
        int stride, int padding, int log_images, int log_rows, int log_columns, int stages, int wide

#define GRADIENT(...) { \
        WeightsGradient gradient = {x, dz, result, workers, splits, GRADIENT_SIZES}; \
        GradientBlock<__VA_ARGS__>(gradient).run(); \
    }
