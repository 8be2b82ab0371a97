// What all kernels use. Compiled without fused multiply-add, so that sums round as Java's do. The files of this folder are
// one source, but for convolution.cu and patches.cu, whose kernels are compiled for the sizes of each convolution.

typedef unsigned int uint;
typedef long long int64;
typedef unsigned long long uint64;

// A grid of any size goes over all values.
#define FOR_EACH(i, count) \
    for (uint i = blockIdx.x * blockDim.x + threadIdx.x; i < (count); i += gridDim.x * blockDim.x)

// Neighbouring values that one instruction reads or writes: up to 16 bytes.
template <int W, class T = float>
struct alignas(W * sizeof(T)) Pack {
    T v[W];
};

template <int W, class T>
static __device__ Pack<W, T> load(const T* from) {
    return *reinterpret_cast<const Pack<W, T>*>(from);
}

template <int W, class T>
static __device__ void store(T* to, Pack<W, T> pack) {
    *reinterpret_cast<Pack<W, T>*>(to) = pack;
}

// value / d, for a value below 2^31; divisor is Divisor.of(d). A division by what the compiler does not know takes
// longer than the rest of a small operation.
static __device__ uint quotient(uint value, int64 divisor) {
    return (uint) ((uint64) value * (uint) divisor >> (int) (divisor >> 32));
}

static __device__ float relu(float value) {
    return value < 0 ? 0 : value;  // what is not a number stays so
}

// The upper half of a float's bits.
typedef unsigned short bf16;

// A value as another type has it: itself, or rounded to BF16, to the nearest, halves to even.
template <class T>
static __device__ T rounded_to(float value);

template <>
__device__ float rounded_to<float>(float value) {
    return value;
}

template <>
__device__ bf16 rounded_to<bf16>(float value) {
#if defined __CUDA_ARCH__ && __CUDA_ARCH__ >= 800
    bf16 result;
    asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(result) : "f"(value));
    return result;
#else
    uint bits = __float_as_uint(value);
    bool number = (bits & 0x7FFFFFFF) <= 0x7F800000;
    return (bf16) (number ? (bits + 0x7FFF + (bits >> 16 & 1)) >> 16 : 0x7FFF);
#endif
}

template <class T, int W>
static __device__ Pack<W, T> rounded_to(const Pack<W>& pack) {
    Pack<W, T> result;
#pragma unroll
    for (int k = 0; k < W; k++) {
        result.v[k] = rounded_to<T>(pack.v[k]);
    }
    return result;
}
