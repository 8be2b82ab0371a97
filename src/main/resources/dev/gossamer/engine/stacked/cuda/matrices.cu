// What is made of parameter matrices, see pieces.cu.

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
