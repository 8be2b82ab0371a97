// What has to be known of whole vectors before they are compressed. A vector is a row, or a tensor of it; those of a tensor
// lie side by side, [vectors of a row, rows]. Pieces here have as many columns as a block goes over, see pieces.cu.

// The vector that a piece of a row is of.
static __device__ int64 vector_of(const Piece& piece, int row, int rows, int by_tensor) {
    return (by_tensor ? piece.tensor : 0) * rows + row;
}

// Scales of vectors, from what blocks of an update's kernel have added up, [rows, pieces]: those of vector v of a row are
// starts[v] .. starts[v + 1]. In the order of pieces and threads, so that sums do not change. Without levels, the mean
// magnitude; otherwise what the norm is made of, see Scale.
extern "C" __global__ void scale_vectors(
        const double* sums, Scale* scales, const int* starts, const double* factors, int levels, int rows, int pieces) {
    int vector = blockIdx.x / rows;
    int row = blockIdx.x % rows;
    double sum = 0;
    for (int p = starts[vector] + threadIdx.x; p < starts[vector + 1]; p += blockDim.x) {
        sum += sums[(int64) row * pieces + p];
    }
    sum = block_sum(sum);
    if (threadIdx.x == 0) {
        double norm = levels ? sqrt(sum) : sum;
        scales[blockIdx.x] = {norm * factors[vector], norm == 0 ? 0 : levels / norm};
    }
}

// Values with the same digits above counted by the next ones. All of a vector's counts are in memory, as blocks add to
// them; a block adds what it has of its piece of a row. Without values, random bits decide.
extern "C" __global__ void count_orders(
        const float* values, const uint2* keys, const Piece* pieces, const Search* searches, uint* counts, int rows,
        int by_tensor, int shift, int bits) {
    __shared__ uint own[DIGITS];
    Piece piece = pieces[blockIdx.x / rows];
    int row = blockIdx.x % rows;
    int64 vector = vector_of(piece, row, rows, by_tensor);
    bool first = shift + bits == 64;
    Search search = searches[vector];
    if (!first && search.found) {
        return;
    }
    for (uint digit = threadIdx.x; digit < DIGITS; digit += blockDim.x) {
        own[digit] = 0;
    }
    __syncthreads();
    uint mask = (1u << bits) - 1;
    for (uint c = threadIdx.x; c < piece.count; c += blockDim.x) {
        uint column = (uint) (piece.column + piece.from) + c;
        uint rank = values ? rank_of(values[piece.offset * rows + row * piece.size + piece.from + c])
                : random_bits(keys[row], column);
        uint64 order = order_of(rank, column);
        if (first || order >> (shift + bits) == search.least >> (shift + bits)) {
            atomicAdd(&own[(uint) (order >> shift) & mask], 1u);
        }
    }
    __syncthreads();
    for (uint digit = threadIdx.x; digit < DIGITS; digit += blockDim.x) {
        if (own[digit] > 0) {
            atomicAdd(&counts[vector * DIGITS + digit], own[digit]);
        }
    }
}

// The next digits of the least order that is kept, for each vector; a block for each. Clears its counts.
extern "C" __global__ void find_digits(
        Search* searches, uint* counts, const int* kept, int rows, int of_values, int shift, int bits) {
    __shared__ uint sums[1024];
    Search search = searches[blockIdx.x];
    if (shift + bits == 64) {
        search = {0, (uint) kept[blockIdx.x / rows], 0};
    }
    if (search.found) {
        return;
    }
    uint t = threadIdx.x;
    uint share = DIGITS / blockDim.x;
    uint* own = counts + (int64) blockIdx.x * DIGITS + t * share;
    uint count = 0;
    for (uint digit = 0; digit < share; digit++) {
        count += own[digit];
    }
    sums[t] = count;
    __syncthreads();
    for (uint distance = 1; distance < blockDim.x; distance *= 2) {
        uint other = t + distance < blockDim.x ? sums[t + distance] : 0;
        __syncthreads();
        sums[t] += other;
        __syncthreads();
    }
    uint above = sums[t] - count;
    if (above < search.missing && search.missing <= sums[t]) {
        uint digit = share - 1;
        for (; above + own[digit] < search.missing; digit--) {
            above += own[digit];
        }
        search.least |= (uint64) (t * share + digit) << shift;
        search.missing -= above;
        bool zero = of_values && shift == 32 && search.least == 0;  // it does not matter which zeros are kept
        search.found = own[digit] == search.missing || zero;
        searches[blockIdx.x] = search;
    }
    for (uint digit = 0; digit < share; digit++) {
        own[digit] = 0;
    }
}
