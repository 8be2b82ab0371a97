// What kernels of updates are made of, see UpdateText: values of one row, of W columns side by side.

template <int W>
static __device__ Pack<W> operator+(const Pack<W>& a, const Pack<W>& b) {
    Pack<W> sum;
#pragma unroll
    for (int k = 0; k < W; k++) {
        sum.v[k] = a.v[k] + b.v[k];
    }
    return sum;
}

template <int W>
static __device__ Pack<W> operator*(float factor, const Pack<W>& a) {
    Pack<W> product;
#pragma unroll
    for (int k = 0; k < W; k++) {
        product.v[k] = factor * a.v[k];
    }
    return product;
}

template <int W>
static __device__ Pack<W> operator*(const Pack<W>& a, const Pack<W>& b) {
    Pack<W> product;
#pragma unroll
    for (int k = 0; k < W; k++) {
        product.v[k] = a.v[k] * b.v[k];
    }
    return product;
}

template <int W>
static __device__ Pack<W> operator/(const Pack<W>& a, const Pack<W>& b) {
    Pack<W> quotient;
#pragma unroll
    for (int k = 0; k < W; k++) {
        quotient.v[k] = a.v[k] / b.v[k];
    }
    return quotient;
}

// The sum with a number.
template <int W>
static __device__ Pack<W> operator+(const Pack<W>& a, float number) {
    Pack<W> sum;
#pragma unroll
    for (int k = 0; k < W; k++) {
        sum.v[k] = a.v[k] + number;
    }
    return sum;
}

template <int W>
static __device__ Pack<W> root(const Pack<W>& a) {
    Pack<W> roots;
#pragma unroll
    for (int k = 0; k < W; k++) {
        roots.v[k] = sqrtf(a.v[k]);
    }
    return roots;
}

template <int W>
static __device__ Pack<W> larger(const Pack<W>& a, const Pack<W>& b) {
    Pack<W> result;
#pragma unroll
    for (int k = 0; k < W; k++) {
        float x = a.v[k], y = b.v[k];
        result.v[k] = x == y ? __int_as_float(__float_as_int(x) & __float_as_int(y))  // 0 is larger than -0,
                : x > y || x != x ? x : y;                                              // what is no number than any
    }
    return result;
}

// 1, 0 or -1; what is not a number stays so.
template <int W>
static __device__ Pack<W> sign(const Pack<W>& a) {
    Pack<W> signs;
#pragma unroll
    for (int k = 0; k < W; k++) {
        signs.v[k] = a.v[k] > 0 ? 1 : a.v[k] < 0 ? -1 : a.v[k];
    }
    return signs;
}

// Number of this thread's first column, in the vector of all parameters.
template <int W>
static __device__ uint first_column(const Piece& piece) {
    return (uint) (piece.column + piece.from) + W * threadIdx.x;
}

template <int W>
static __device__ double magnitudes(const Pack<W>& a) {
    double sum = 0;
#pragma unroll
    for (int k = 0; k < W; k++) {
        sum += fabsf(a.v[k]);
    }
    return sum;
}

template <int W>
static __device__ double squares(const Pack<W>& a) {
    double sum = 0;
#pragma unroll
    for (int k = 0; k < W; k++) {
        sum += (double) a.v[k] * a.v[k];
    }
    return sum;
}

// Writes the sums of rows, [rows, pieces], of what threads have left in shared memory, each from another
// thread on, so that they are read from several banks.
template <int W>
static __device__ void add_columns(const double* of_threads, double* sums, const Piece& piece, int rows) {
    int count = (int) (piece.count + W - 1) / W;
    for (int row = threadIdx.y * blockDim.x + threadIdx.x; row < rows; row += blockDim.x * blockDim.y) {
        double sum = 0;
        int t = row % count;
        for (int k = 0; k < count; k++) {
            sum += of_threads[row * blockDim.x + t];
            t = t + 1 < count ? t + 1 : 0;
        }
        sums[(int64) row * gridDim.x + blockIdx.x] = sum;
    }
}

template <int W>
static __device__ Pack<W> scaled_sign(const Pack<W>& a, const Scale& scale) {
    return (float) scale.step * sign(a);
}

// The step of the scale is the norm in limits.
template <int W>
static __device__ Pack<W> clipped(const Pack<W>& a, const Scale& scale) {
    return scale.step <= 1 ? a : 1 / (float) scale.step * a;
}

template <int W>
static __device__ Pack<W> quantized(const Pack<W>& a, const Scale& scale, uint2 key, uint column) {
    Pack<W> signs = sign(a);
    Pack<W> result;
#pragma unroll
    for (int k = 0; k < W; k++) {
        double xi = (random_bits(key, column + k) >> 8) * 0x1p-24;
        result.v[k] = (float) (scale.step * signs.v[k] * floor(scale.levels * fabsf(a.v[k]) + xi));
    }
    return result;
}

template <int W>
static __device__ Pack<W> largest(const Pack<W>& a, const Search& search, uint column) {
    Pack<W> result;
#pragma unroll
    for (int k = 0; k < W; k++) {
        result.v[k] = order_of(rank_of(a.v[k]), column + k) >= search.least ? a.v[k] : 0;
    }
    return result;
}

template <int W>
static __device__ Pack<W> drawn(const Pack<W>& a, const Search& search, uint2 key, uint column) {
    Pack<W> result;
#pragma unroll
    for (int k = 0; k < W; k++) {
        result.v[k] = order_of(random_bits(key, column + k), column + k) >= search.least ? a.v[k] : 0;
    }
    return result;
}

// What is not needed again soon is read and written so that it does not displace what is from the cache.
template <int W>
static __device__ Pack<W> load_once(const float* from);

template <>
__device__ Pack<1> load_once(const float* from) {
    return {__ldcs(from)};
}

template <>
__device__ Pack<4> load_once(const float* from) {
    float4 values = __ldcs((const float4*) from);
    return {values.x, values.y, values.z, values.w};
}

static __device__ void store_once(float* to, const Pack<1>& pack) {
    __stcs(to, pack.v[0]);
}

static __device__ void store_once(float* to, const Pack<4>& pack) {
    __stcs((float4*) to, make_float4(pack.v[0], pack.v[1], pack.v[2], pack.v[3]));
}

extern __shared__ __align__(16) float shared_rows[];

// Values of this thread's columns in row i of W X, from the rows in shared memory, two summands at a time as on the host.
template <int W>
static __device__ Pack<W> mixed_row(
        int i, const Pack<W>* columns, const int* __restrict__ row_starts, const int* __restrict__ senders,
        const float* __restrict__ weights) {
    int e = row_starts[i];
    int end = row_starts[i + 1];
    if (e == end) {
        return {};
    }
    Pack<W> mixed = weights[e] * columns[senders[e] * blockDim.x];
    e++;
    if ((end - e) % 2 == 1) {
        mixed = mixed + weights[e] * columns[senders[e] * blockDim.x];
        e++;
    }
#pragma unroll 1  // more take registers, and so threads, from the reading above
    for (; e < end; e += 2) {
        mixed = mixed + (weights[e] * columns[senders[e] * blockDim.x]
                + weights[e + 1] * columns[senders[e + 1] * blockDim.x]);
    }
    return mixed;
}
