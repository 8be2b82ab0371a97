package dev.gossamer.bench.libtorch;

/**
 * A tensor of parameters of one replica.
 *
 * @param kind what it is of
 * @param shape as PyTorch's modules have it: [out, in, height, width], [out, in] or [size]
 * @param offset its first value in a row of the [n, d] matrix
 * @param size number of values
 * @param start how it is drawn
 * @param spread standard deviation or largest absolute value
 */
record Parameter(Kind kind, long[] shape, long offset, long size, Start start, double spread) {

    enum Kind { FILTER, WEIGHT, DENSE_BIAS, VECTOR }

    enum Start { NORMAL, UNIFORM, ONE }
}
