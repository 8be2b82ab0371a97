// The parameter matrices, [n, d], which lie parameter tensor by parameter tensor: [n, size] each. A block of threads
// [lanes, threads] works on neighbouring columns of one tensor, all rows of them: on piece p, which pieces [.., 6] tells.
// A thread takes W columns side by side: 4 where the size of the tensor is a multiple of 4, so that all rows start at
// multiples of 16 bytes, otherwise 1.

struct Piece {
    int64 offset;  // values of a row before the tensor
    int64 size;    // values of a row in the tensor
    int64 from;    // first column in the tensor
    int64 count;   // number of columns, at most W for each of the threads side by side
    int64 column;  // of the tensor's first value, in the vector of all parameters
    int64 tensor;  // number of the tensor
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
