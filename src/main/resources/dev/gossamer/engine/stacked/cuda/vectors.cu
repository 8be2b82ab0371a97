// Vectors that are compressed, see compression.cu.

// What is known of a vector before it is compressed: what signs are multiplied by, or levels, or its norm in limits; how
// many levels a unit is.
struct Scale {
    double step;
    double levels;
};

// Of a vector, the values are kept that are of the least order or of a higher one.
struct Search {
    uint64 least;  // as far as it is known
    uint missing;  // number of values with its digits that are kept
    uint found;    // whether these are all that there are
};

// Orders are found in digits of so many values.
static const uint DIGITS = 1 << 11;

// By their magnitudes, what is not a number being the largest.
static __device__ uint rank_of(float value) {
    return __float_as_uint(value) & 0x7FFFFFFF;
}

// By ranks; of equal ones those that come first are higher.
static __device__ uint64 order_of(uint rank, uint column) {
    return (uint64) rank << 32 | ~column;
}

// The last step of MurmurHash3.
static __device__ uint mixed_bits(uint bits) {
    bits = (bits ^ bits >> 16) * 0x85EBCA6B;
    bits = (bits ^ bits >> 13) * 0xC2B2AE35;
    return bits ^ bits >> 16;
}

// Random bits of a column, of a row with this key, as RandomBits.Counted has them.
static __device__ uint random_bits(uint2 key, uint column) {
    return mixed_bits(mixed_bits(column + key.y) ^ key.x);
}
