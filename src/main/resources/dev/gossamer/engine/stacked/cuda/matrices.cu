// The parameter matrices, [n, d], which lie parameter tensor by parameter tensor: [n, size] each. A block of threads
// [lanes, columns] works on a few columns of one tensor, all rows of them: on piece p, which pieces [.., 4] tells.

struct Piece {
    int64 offset;  // values of a row before the tensor
    int64 size;    // values of a row in the tensor
    int64 from;    // first column in the tensor
    int64 count;   // number of columns
};

// Index of this thread's column in row 0 of a matrix of so many rows.
static __device__ int64 first_index(const Piece* piece, int rows) {
    return piece->offset * rows + piece->from + threadIdx.x;
}

extern __shared__ float shared_rows[];

// Value of this thread's column in row i of W X, from the rows in shared memory, two summands at a time as on the host.
static __device__ float mixed_row(
        int i, int width, const int* __restrict__ row_starts, const int* __restrict__ senders,
        const float* __restrict__ weights) {
    const float* column = shared_rows + threadIdx.x;
    int e = row_starts[i];
    int end = row_starts[i + 1];
    float mixed = weights[e] * column[senders[e] * width];
    e++;
    if ((end - e) % 2 == 1) {
        mixed = mixed + weights[e] * column[senders[e] * width];
        e++;
    }
#pragma unroll 1  // more take registers, and so threads, from the reading above
    for (; e < end; e += 2) {
        mixed += weights[e] * column[senders[e] * width] + weights[e + 1] * column[senders[e + 1] * width];
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
// A thread reads DEEP rows before it writes one, so that enough values are on their way from memory. G, M and the
// average are not needed again soon, and do not displace what is from the cache.
template <int DEEP>
static __device__ void step_in_rows(STEP_PARAMETERS) {
    int column = threadIdx.x;
    int width = blockDim.x;
    int lanes = blockDim.y;
    const Piece* piece = pieces + blockIdx.x;
    bool used = column < piece->count;
    int64 first = first_index(piece, rows);
    int64 stride = piece->size;
    for (int i = threadIdx.y; used && i < rows; i += DEEP * lanes) {
        float old[DEEP], gradient[DEEP], next[DEEP];
#pragma unroll
        for (int u = 0; u < DEEP; u++) {
            if (i + u * lanes < rows) {
                int64 k = first + (i + u * lanes) * stride;
                old[u] = x[k];
                gradient[u] = __ldcs(g + k);
                next[u] = __ldcs(m + k);
            }
        }
#pragma unroll
        for (int u = 0; u < DEEP; u++) {
            if (i + u * lanes < rows) {
                float value = momentum * next[u] + (gradient[u] + decay * old[u]);
                __stcs(m + first + (i + u * lanes) * stride, value);
                shared_rows[(i + u * lanes) * width + column] = old[u] - rate * value;
            }
        }
    }
    __syncthreads();
    int share = (rows + lanes - 1) / lanes;
    int from = threadIdx.y * share;
    int to = from + share < rows ? from + share : rows;
    float mixed = 0;
    for (int i = from; used && i < to; i++) {
        int64 k = first + i * stride;
        float before = average ? __ldcs(average + k) : 0;
        if (i == from || !repeated[i]) {
            mixed = mixed_row(i, width, row_starts, senders, weights);
        }
        x[k] = mixed;
        if (rounded) {
            rounded[k] = rounded_to<bf16>(mixed);
        }
        if (average) {
            __stcs(average + k, ema_decay * before + (1 - ema_decay) * mixed);
        }
    }
}

extern "C" __launch_bounds__(1024) __global__ void step_1(STEP_PARAMETERS) {
    step_in_rows<1>(STEP_ARGUMENTS);
}

extern "C" __launch_bounds__(1024) __global__ void step_2(STEP_PARAMETERS) {
    step_in_rows<2>(STEP_ARGUMENTS);
}

extern "C" __launch_bounds__(1024) __global__ void step_4(STEP_PARAMETERS) {
    step_in_rows<4>(STEP_ARGUMENTS);
}

extern "C" __launch_bounds__(1024) __global__ void step_8(STEP_PARAMETERS) {
    step_in_rows<8>(STEP_ARGUMENTS);
}

// Mean of the rows of a column, for all lanes, in double precision.
static __device__ double column_mean(const float* x, int64 first, int64 stride, bool used, int rows) {
    double sum = 0;
#pragma unroll 4
    for (int i = threadIdx.y; used && i < rows; i += blockDim.y) {
        sum += x[first + i * stride];
    }
    shared_sums[threadIdx.y * blockDim.x + threadIdx.x] = sum;
    __syncthreads();
    sum = 0;
    for (uint lane = 0; lane < blockDim.y; lane++) {
        sum += shared_sums[lane * blockDim.x + threadIdx.x];
    }
    __syncthreads();
    return sum / rows;
}

// The mean of all rows, copies times: a matrix [copies, d] that lies likewise, and is rounded to BF16 too, where asked.
extern "C" __global__ void mean_rows(
        const float* x, float* mean, bf16* rounded, const Piece* pieces, int rows, int copies) {
    const Piece* piece = pieces + blockIdx.x;
    bool used = threadIdx.x < piece->count;
    double value = column_mean(x, first_index(piece, rows), piece->size, used, rows);
    for (int i = threadIdx.y; used && i < copies; i += blockDim.y) {
        int64 k = first_index(piece, copies) + i * piece->size;
        mean[k] = (float) value;
        if (rounded) {
            rounded[k] = rounded_to<bf16>((float) value);
        }
    }
}

// Rows to_row, to_row + 1, .. of a matrix become copies of one row of another, rounded to BF16 too, where asked.
extern "C" __global__ void copy_row(
        const float* from, int from_rows, int from_row, float* to, bf16* rounded, int to_rows, int to_row, int copies,
        const Piece* pieces) {
    const Piece* piece = pieces + blockIdx.x;
    for (int i = threadIdx.y; threadIdx.x < piece->count && i < copies; i += blockDim.y) {
        float value = from[first_index(piece, from_rows) + from_row * piece->size];
        int64 k = first_index(piece, to_rows) + (to_row + i) * piece->size;
        to[k] = value;
        if (rounded) {
            rounded[k] = rounded_to<bf16>(value);
        }
    }
}

// Sum over rows and columns of the squared distances to the mean, for each piece.
extern "C" __global__ void squared_distances(const float* x, double* sums, const Piece* pieces, int rows) {
    const Piece* piece = pieces + blockIdx.x;
    bool used = threadIdx.x < piece->count;
    int64 first = first_index(piece, rows);
    double mean = column_mean(x, first, piece->size, used, rows);
    double sum = 0;
#pragma unroll 4
    for (int i = threadIdx.y; used && i < rows; i += blockDim.y) {
        double deviation = x[first + i * piece->size] - mean;
        sum += deviation * deviation;
    }
    sum = block_sum(sum);
    if (threadIdx.x == 0 && threadIdx.y == 0) {
        sums[blockIdx.x] = sum;
    }
}
