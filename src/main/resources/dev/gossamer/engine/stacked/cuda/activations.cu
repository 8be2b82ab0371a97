// Functions of single values, by the names of the Java enum ActivationFunction, which cites them; KernelSource makes an
// enum of these.

#define LEAK 0.01f
#define SELU_ALPHA 1.6732632f
#define SELU_SCALE 1.0507010f

static __device__ float clip(float value, float least, float most) {
    return value < least ? least : value > most ? most : value;  // what is not a number stays so
}

static __device__ float softplus(float x) {
    return relu(x) + log1pf(expf(-fabsf(x)));
}

// Distribution function of the normal distribution.
static __device__ float normal(float x) {
    return 0.5f * erfcf(-0.70710678f * x);
}

// sigmoid(2 sqrt(2 / pi) (x + 0.044715 x^3))
static __device__ float gelu_share(float x) {
    return sigmoid(1.5957691f * (x + 0.044715f * x * x * x));
}

static __device__ float value_of(int function, float x) {
    switch (function) {
        case RELU: return relu(x);
        case RELU6: return clip(x, 0, 6);
        case LEAKYRELU: return x > 0 ? x : LEAK * x;
        case ELU: return x > 0 ? x : expm1f(x);
        case SELU: return SELU_SCALE * (x > 0 ? x : SELU_ALPHA * expm1f(x));
        case GELU: return x * normal(x);
        case GELU_TANH: return x * gelu_share(x);
        case SIGMOID: return sigmoid(x);
        case TANH: return tanhf(x);
        case SOFTPLUS: return softplus(x);
        case SOFTSIGN: return x / (1 + fabsf(x));
        case SWISH: return x * sigmoid(x);
        case MISH: return x * tanhf(softplus(x));
        case HARDSIGMOID: return clip(0.2f * x + 0.5f, 0, 1);
        case HARDTANH: return clip(x, -1, 1);
        case CUBE: return x * x * x;
        default: return x;
    }
}

static __device__ float slope_of(int function, float x) {
    switch (function) {
        case RELU: return x > 0 ? 1 : 0;
        case RELU6: return x > 0 && x < 6 ? 1 : 0;
        case LEAKYRELU: return x > 0 ? 1 : LEAK;
        case ELU: return x > 0 ? 1 : expf(x);
        case SELU: return x > 0 ? SELU_SCALE : SELU_SCALE * SELU_ALPHA * expf(x);
        case GELU: return normal(x) + x * 0.39894228f * expf(-0.5f * x * x);
        case GELU_TANH: {
            float share = gelu_share(x);
            return share + x * 1.5957691f * (1 + 0.134145f * x * x) * share * (1 - share);
        }
        case SIGMOID: return sigmoid(x) * sigmoid(-x);
        case TANH: return 1 - tanhf(x) * tanhf(x);
        case SOFTPLUS: return sigmoid(x);
        case SOFTSIGN: return 1 / ((1 + fabsf(x)) * (1 + fabsf(x)));
        case SWISH: return sigmoid(x) * (1 + x * sigmoid(-x));
        case MISH: {
            float share = tanhf(softplus(x));
            return share + x * sigmoid(x) * (1 - share * share);
        }
        case HARDSIGMOID: return fabsf(x) < 2.5f ? 0.2f : 0;
        case HARDTANH: return fabsf(x) < 1 ? 1 : 0;
        case CUBE: return 3 * x * x;
        default: return 1;
    }
}

extern "C" __global__ void apply_function(
        const float* __restrict__ x, float* __restrict__ y, int function, uint count) {
    FOR_EACH(p, count / 4) {
        Pack<4> pack = load<4>(x + 4 * p);
#pragma unroll
        for (int k = 0; k < 4; k++) {
            pack.v[k] = value_of(function, pack.v[k]);
        }
        store(y + 4 * p, pack);
    }
    FOR_EACH(k, count % 4) {
        uint i = count - 1 - k;
        y[i] = value_of(function, x[i]);
    }
}

extern "C" __global__ void apply_function_backward(
        const float* x, const float* dy, float* dx, int function, uint count) {
    combine(x, dy, dx, count, [=](float value, float gradient) { return gradient * slope_of(function, value); });
}
