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

// The local SGD step on every row, then X <- W X, then the moving average, where there is one, in one pass: X, G and M
// are read once, X and M written once. W in compressed rows; repeated [n] says whether a row of W is that before it.
extern "C" __global__ void step(
        float* __restrict__ x, const float* __restrict__ g, float* __restrict__ m, float* __restrict__ average,
        const Piece* __restrict__ pieces, int rows, float rate, float momentum, float decay, float ema_decay,
        const int* __restrict__ row_starts, const int* __restrict__ senders, const float* __restrict__ weights,
        const int* __restrict__ repeated) {
    int column = threadIdx.x;
    int width = blockDim.x;
    const Piece* piece = pieces + blockIdx.x;
    bool used = column < piece->count;
    int64 first = first_index(piece, rows);
    int64 stride = piece->size;
    for (int i = threadIdx.y; used && i < rows; i += blockDim.y) {
        int64 k = first + i * stride;
        float old = x[k];
        float next = momentum * m[k] + (g[k] + decay * old);
        m[k] = next;
        shared_rows[i * width + column] = old - rate * next;
    }
    __syncthreads();
    int share = (rows + blockDim.y - 1) / blockDim.y;
    int from = threadIdx.y * share;
    float mixed = 0;
    for (int i = from; used && i < rows && i < from + share; i++) {
        if (i == from || !repeated[i]) {
            int e = row_starts[i];
            int end = row_starts[i + 1];
            mixed = weights[e] * shared_rows[senders[e] * width + column];
            e++;
            if ((end - e) % 2 == 1) {
                mixed = mixed + weights[e] * shared_rows[senders[e] * width + column];
                e++;
            }
            for (; e < end; e += 2) {
                mixed += weights[e] * shared_rows[senders[e] * width + column]
                        + weights[e + 1] * shared_rows[senders[e + 1] * width + column];
            }
        }
        int64 k = first + i * stride;
        x[k] = mixed;
        if (average) {
            average[k] = ema_decay * average[k] + (1 - ema_decay) * mixed;
        }
    }
}

// Mean of the rows of a column, for all lanes, in double precision.
static __device__ double column_mean(const float* x, int64 first, int64 stride, bool used, int rows) {
    double sum = 0;
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

// The mean of all rows, copies times: a matrix [copies, d] that lies likewise.
extern "C" __global__ void mean_rows(const float* x, float* mean, const Piece* pieces, int rows, int copies) {
    const Piece* piece = pieces + blockIdx.x;
    bool used = threadIdx.x < piece->count;
    double value = column_mean(x, first_index(piece, rows), piece->size, used, rows);
    for (int i = threadIdx.y; used && i < copies; i += blockDim.y) {
        mean[first_index(piece, copies) + i * piece->size] = (float) value;
    }
}

// Rows to_row, to_row + 1, .. of a matrix become copies of one row of another.
extern "C" __global__ void copy_row(
        const float* from, int from_rows, int from_row, float* to, int to_rows, int to_row, int copies,
        const Piece* pieces) {
    const Piece* piece = pieces + blockIdx.x;
    for (int i = threadIdx.y; threadIdx.x < piece->count && i < copies; i += blockDim.y) {
        to[first_index(piece, to_rows) + (to_row + i) * piece->size] =
                from[first_index(piece, from_rows) + from_row * piece->size];
    }
}

// Sum over rows and columns of the squared distances to the mean, for each piece.
extern "C" __global__ void squared_distances(const float* x, double* sums, const Piece* pieces, int rows) {
    const Piece* piece = pieces + blockIdx.x;
    bool used = threadIdx.x < piece->count;
    int64 first = first_index(piece, rows);
    double mean = column_mean(x, first, piece->size, used, rows);
    double sum = 0;
    for (int i = threadIdx.y; used && i < rows; i += blockDim.y) {
        double deviation = x[first + i * piece->size] - mean;
        sum += deviation * deviation;
    }
    sum = block_sum(sum);
    if (threadIdx.x == 0 && threadIdx.y == 0) {
        sums[blockIdx.x] = sum;
    }
}
