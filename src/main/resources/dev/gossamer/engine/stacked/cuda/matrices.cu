// The parameter matrices, [n, d], which lie parameter tensor by parameter tensor: [n, size] each. A block of threads
// [lanes, threads] works on neighbouring columns of one tensor, all rows of them: on piece p, which pieces [.., 4] tells.
// A thread takes W columns side by side: 4 where the size of the tensor is a multiple of 4, so that all rows start at
// multiples of 16 bytes, otherwise 1.

struct Piece {
    int64 offset;  // values of a row before the tensor
    int64 size;    // values of a row in the tensor
    int64 from;    // first column in the tensor
    int64 count;   // number of columns, at most W for each of the threads side by side
};

static __device__ bool in_fours(const Piece& piece) {
    return piece.size % 4 == 0;
}

// Whether this thread has columns.
template <int W>
static __device__ bool has_columns(const Piece& piece) {
    return W * threadIdx.x < piece.count;
}

// Index of this thread's first column in row 0 of a matrix of so many rows.
template <int W>
static __device__ int64 first_index(const Piece& piece, int rows) {
    return piece.offset * rows + piece.from + W * threadIdx.x;
}

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

#define STEP_PARAMETERS \
        float* __restrict__ x, bf16* __restrict__ rounded, const float* __restrict__ g, float* __restrict__ m, \
        float* __restrict__ average, const Piece* __restrict__ pieces, int rows, float rate, float momentum, float decay, \
        float ema_decay, const int* __restrict__ row_starts, const int* __restrict__ senders, \
        const float* __restrict__ weights, const int* __restrict__ repeated

#define STEP_ARGUMENTS \
        x, rounded, g, m, average, pieces, rows, rate, momentum, decay, ema_decay, row_starts, senders, weights, \
        repeated

// The local SGD step on every row, then X <- W X, then the moving average, where there is one, in one pass: X, G and M
// are read once, X and M written once, X rounded to BF16 too, where it is kept. W in compressed rows; repeated [n] says
// whether a row of W is that before it.
// A thread reads DEEP rows before it writes one, so that enough values are on their way from memory.
template <int W>
static __device__ void step_columns(STEP_PARAMETERS) {
    const int DEEP = 2;
    int lanes = blockDim.y;
    Piece piece = pieces[blockIdx.x];
    bool used = has_columns<W>(piece);
    int64 first = first_index<W>(piece, rows);
    int64 stride = piece.size;
    Pack<W>* columns = (Pack<W>*) shared_rows + threadIdx.x;
    for (int i = threadIdx.y; used && i < rows; i += DEEP * lanes) {
        Pack<W> old[DEEP], gradient[DEEP], next[DEEP];
#pragma unroll
        for (int u = 0; u < DEEP; u++) {
            if (i + u * lanes < rows) {
                int64 k = first + (i + u * lanes) * stride;
                old[u] = load<W>(x + k);
                gradient[u] = load_once<W>(g + k);
                next[u] = load_once<W>(m + k);
            }
        }
#pragma unroll
        for (int u = 0; u < DEEP; u++) {
            if (i + u * lanes < rows) {
                Pack<W> value = momentum * next[u] + (gradient[u] + decay * old[u]);
                store_once(m + first + (i + u * lanes) * stride, value);
                columns[(i + u * lanes) * blockDim.x] = old[u] + -rate * value;
            }
        }
    }
    __syncthreads();
    int share = (rows + lanes - 1) / lanes;
    int from = threadIdx.y * share;
    int to = from + share < rows ? from + share : rows;
    Pack<W> mixed;
    for (int i = from; used && i < to; i++) {
        int64 k = first + i * stride;
        Pack<W> before;
        if (average) {
            before = load_once<W>(average + k);
        }
        if (i == from || !repeated[i]) {
            mixed = mixed_row(i, columns, row_starts, senders, weights);
        }
        store(x + k, mixed);
        if (rounded) {
            store(rounded + k, rounded_to<bf16>(mixed));
        }
        if (average) {
            store_once(average + k, ema_decay * before + (1 - ema_decay) * mixed);
        }
    }
}

extern "C" __launch_bounds__(512, 2) __global__ void step(STEP_PARAMETERS) {
    if (in_fours(pieces[blockIdx.x])) {
        step_columns<4>(STEP_ARGUMENTS);
    } else {
        step_columns<1>(STEP_ARGUMENTS);
    }
}

// Means of the rows of this thread's columns, for all lanes, in double precision.
template <int W>
static __device__ Pack<W, double> column_means(const float* x, const Piece& piece, int rows) {
    Pack<W, double> sums = {};
#pragma unroll 4
    for (int i = threadIdx.y; has_columns<W>(piece) && i < rows; i += blockDim.y) {
        Pack<W> values = load<W>(x + first_index<W>(piece, rows) + i * piece.size);
#pragma unroll
        for (int k = 0; k < W; k++) {
            sums.v[k] += values.v[k];
        }
    }
#pragma unroll
    for (int k = 0; k < W; k++) {
        shared_sums[threadIdx.y * blockDim.x + threadIdx.x] = sums.v[k];
        __syncthreads();
        double sum = 0;
        for (uint lane = 0; lane < blockDim.y; lane++) {
            sum += shared_sums[lane * blockDim.x + threadIdx.x];
        }
        __syncthreads();
        sums.v[k] = sum / rows;
    }
    return sums;
}

template <int W>
static __device__ void store_means(
        const float* x, float* mean, bf16* rounded, const Piece& piece, int rows, int copies) {
    Pack<W, double> means = column_means<W>(x, piece, rows);
    Pack<W> values;
#pragma unroll
    for (int k = 0; k < W; k++) {
        values.v[k] = (float) means.v[k];
    }
    for (int i = threadIdx.y; has_columns<W>(piece) && i < copies; i += blockDim.y) {
        int64 to = first_index<W>(piece, copies) + i * piece.size;
        store(mean + to, values);
        if (rounded) {
            store(rounded + to, rounded_to<bf16>(values));
        }
    }
}

// The mean of all rows, copies times: a matrix [copies, d] that lies likewise, and is rounded to BF16 too, where asked.
extern "C" __global__ void mean_rows(
        const float* x, float* mean, bf16* rounded, const Piece* pieces, int rows, int copies) {
    Piece piece = pieces[blockIdx.x];
    if (in_fours(piece)) {
        store_means<4>(x, mean, rounded, piece, rows, copies);
    } else {
        store_means<1>(x, mean, rounded, piece, rows, copies);
    }
}

template <int W>
static __device__ void copy_columns(
        const float* from, int from_rows, int from_row, float* to, bf16* rounded, int to_rows, int to_row, int copies,
        const Piece& piece) {
    if (has_columns<W>(piece)) {
        Pack<W> values = load<W>(from + first_index<W>(piece, from_rows) + from_row * piece.size);
        for (int i = to_row; i < to_row + copies; i++) {
            int64 k = first_index<W>(piece, to_rows) + i * piece.size;
            store(to + k, values);
            if (rounded) {
                store(rounded + k, rounded_to<bf16>(values));
            }
        }
    }
}

// Rows to_row, to_row + 1, .. of a matrix become copies of one row of another, rounded to BF16 too, where asked. Each
// lane works on a piece of its own.
extern "C" __global__ void copy_row(
        const float* from, int from_rows, int from_row, float* to, bf16* rounded, int to_rows, int to_row, int copies,
        const Piece* pieces, int count) {
    int p = blockIdx.x * blockDim.y + threadIdx.y;
    if (p < count) {
        Piece piece = pieces[p];
        if (in_fours(piece)) {
            copy_columns<4>(from, from_rows, from_row, to, rounded, to_rows, to_row, copies, piece);
        } else {
            copy_columns<1>(from, from_rows, from_row, to, rounded, to_rows, to_row, copies, piece);
        }
    }
}

template <int W>
static __device__ double squared_distance(const float* x, const Piece& piece, int rows) {
    Pack<W, double> means = column_means<W>(x, piece, rows);
    double sum = 0;
#pragma unroll 4
    for (int i = threadIdx.y; has_columns<W>(piece) && i < rows; i += blockDim.y) {
        Pack<W> values = load<W>(x + first_index<W>(piece, rows) + i * piece.size);
#pragma unroll
        for (int k = 0; k < W; k++) {
            double deviation = values.v[k] - means.v[k];
            sum += deviation * deviation;
        }
    }
    return block_sum(sum);
}

// Sum over rows and columns of the squared distances to the mean, for each piece.
extern "C" __global__ void squared_distances(const float* x, double* sums, const Piece* pieces, int rows) {
    Piece piece = pieces[blockIdx.x];
    double sum = in_fours(piece) ? squared_distance<4>(x, piece, rows) : squared_distance<1>(x, piece, rows);
    if (threadIdx.x == 0 && threadIdx.y == 0) {
        sums[blockIdx.x] = sum;
    }
}
