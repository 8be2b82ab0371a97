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
