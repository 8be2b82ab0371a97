// Stands in for all of cuDNN 9's libraries: convolutions in groups as their definition reads, by algorithms that differ
// in name only, unless STANDIN_CUDNN says what is wrong with some of them: NUMBER=FAULT, .. with the faults
//     missing       is not among those that it names
//     refused       fails when it is called
//     uncapturable  waits for its stream, which no capture survives
//     slow          takes 20 ms
//     wrong         has one value in a thousand wrong
//     random        may differ from call to call, and says so
//     large         needs a workspace of 64 GiB
// STANDIN_CUDNN_CUDA is the version of CUDA that it is for (13000).

#include "standin.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <sstream>

enum { DNN_SUCCESS = 0, NOT_INITIALIZED = 1001, BAD_PARAM = 2000, SHAPE_MISMATCH = 2008, DNN_NOT_SUPPORTED = 3000,
    EXECUTION_FAILED = 5000 };
enum { FMA_MATH = 3 };

struct Dnn {
    void* stream;
};

// Of a tensor, [n, c, h, w], and of weights, [out, in, k, k].
struct Shape {
    int n, c, h, w;

    int64_t size() const {
        return (int64_t) n * c * h * w;
    }
};

struct Convolution {
    int padding_y, padding_x, stride_y, stride_x, groups, math;
};

static thread_local std::string last_message;

static int result(int status, const std::string& message = "") {
    last_message = message;
    return status;
}

#define CALL Call call(__func__); \
    if (call.status != SUCCESS) { \
        return result(sticky() != SUCCESS ? EXECUTION_FAILED : call.status, std::string("in ") + __func__); \
    }

API size_t cudnnGetVersion() {
    return 91900;
}

API size_t cudnnGetCudartVersion() {
    return setting("STANDIN_CUDNN_CUDA", 13000L);
}

API const char* cudnnGetErrorString(int status) {
    switch (status) {
        case DNN_SUCCESS: return "CUDNN_STATUS_SUCCESS";
        case NOT_INITIALIZED: return "CUDNN_STATUS_NOT_INITIALIZED";
        case BAD_PARAM: return "CUDNN_STATUS_BAD_PARAM";
        case SHAPE_MISMATCH: return "CUDNN_STATUS_BAD_PARAM_SHAPE_MISMATCH";
        case DNN_NOT_SUPPORTED: return "CUDNN_STATUS_NOT_SUPPORTED";
        case EXECUTION_FAILED: return "CUDNN_STATUS_EXECUTION_FAILED";
        default: return "CUDNN_STATUS_INTERNAL_ERROR";
    }
}

API void cudnnGetLastErrorString(char* message, size_t size) {
    snprintf(message, size, "%s", last_message.c_str());
    last_message.clear();
}

API int cudnnCreate(Dnn** handle) {
    CALL
    if (unsafe_in_capture() != SUCCESS) {
        return result(NOT_INITIALIZED, "in a capture");
    }
    has_context() = true;
    *handle = make<Dnn>("cuDNN", {nullptr});
    return DNN_SUCCESS;
}

API int cudnnDestroy(Dnn* handle) {
    CALL
    if (!dies(handle, "cuDNN")) {
        return result(BAD_PARAM, "no handle");
    }
    synchronize_all();
    delete handle;
    return DNN_SUCCESS;
}

API int cudnnSetStream(Dnn* handle, void* stream) {
    CALL
    if (!lives(handle, "cuDNN") || !stream_of(stream)) {
        return result(BAD_PARAM, "no handle or stream");
    }
    handle->stream = stream;
    return DNN_SUCCESS;
}

template <class T>
static int create(T** thing, const char* kind) {
    *thing = make<T>(kind, {});
    return DNN_SUCCESS;
}

template <class T>
static int destroy(T* thing, const char* kind) {
    if (!dies(thing, kind)) {
        return result(BAD_PARAM, std::string("no ") + kind);
    }
    delete thing;
    return DNN_SUCCESS;
}

API int cudnnCreateTensorDescriptor(Shape** tensor) {
    CALL
    return create(tensor, "tensor");
}

API int cudnnDestroyTensorDescriptor(Shape* tensor) {
    CALL
    return destroy(tensor, "tensor");
}

API int cudnnCreateFilterDescriptor(Shape** filter) {
    CALL
    return create(filter, "filter");
}

API int cudnnDestroyFilterDescriptor(Shape* filter) {
    CALL
    return destroy(filter, "filter");
}

API int cudnnCreateConvolutionDescriptor(Convolution** convolution) {
    CALL
    return create(convolution, "convolution");
}

API int cudnnDestroyConvolutionDescriptor(Convolution* convolution) {
    CALL
    return destroy(convolution, "convolution");
}

static int set(Shape* shape, const char* kind, int layout, int type, Shape values) {
    const int NCHW = 0, FLOAT = 0;
    if (!lives(shape, kind) || std::min({values.n, values.c, values.h, values.w}) < 1) {
        return result(BAD_PARAM, std::string("the shape of a ") + kind);
    }
    if (layout != NCHW || type != FLOAT) {
        return result(DNN_NOT_SUPPORTED, "only floats as NCHW");
    }
    *shape = values;
    return DNN_SUCCESS;
}

API int cudnnSetTensor4dDescriptor(Shape* tensor, int layout, int type, int n, int c, int h, int w) {
    CALL
    return set(tensor, "tensor", layout, type, {n, c, h, w});
}

API int cudnnSetFilter4dDescriptor(Shape* filter, int type, int layout, int out, int in, int h, int w) {
    CALL
    return set(filter, "filter", layout, type, {out, in, h, w});
}

API int cudnnSetConvolution2dDescriptor(Convolution* convolution, int padding_y, int padding_x, int stride_y,
        int stride_x, int dilation_y, int dilation_x, int mode, int type) {
    CALL
    const int CROSS_CORRELATION = 1, FLOAT = 0;
    if (!lives(convolution, "convolution") || std::min(padding_y, padding_x) < 0 || std::min(stride_y, stride_x) < 1) {
        return result(BAD_PARAM, "padding or stride");
    }
    if (dilation_y != 1 || dilation_x != 1 || mode != CROSS_CORRELATION || type != FLOAT) {
        return result(DNN_NOT_SUPPORTED, "only cross-correlations of floats without dilation");
    }
    *convolution = {padding_y, padding_x, stride_y, stride_x, 1, 0};
    return DNN_SUCCESS;
}

API int cudnnSetConvolutionGroupCount(Convolution* convolution, int groups) {
    CALL
    if (!lives(convolution, "convolution") || groups < 1) {
        return result(BAD_PARAM, "groups");
    }
    convolution->groups = groups;
    return DNN_SUCCESS;
}

API int cudnnSetConvolutionMathType(Convolution* convolution, int math) {
    CALL
    if (!lives(convolution, "convolution") || math < 0 || math > FMA_MATH) {
        return result(BAD_PARAM, "math type");
    }
    convolution->math = math;
    return DNN_SUCCESS;
}

// What is wrong with an algorithm; empty where nothing is.
static std::string fault(int algorithm) {
    std::istringstream faults(setting("STANDIN_CUDNN", ""));
    for (std::string word; std::getline(faults, word, ',');) {
        if (atoi(word.c_str()) == algorithm) {
            return word.substr(word.find('=') + 1);
        }
    }
    return "";
}

static size_t workspace(int algorithm, const Shape& x) {
    return fault(algorithm) == "large" ? (size_t) 64 << 30 : algorithm == 0 ? 0 : 4 * x.size();
}

// How algorithms are told of, for each of the passes alike.
struct Performance {
    int algorithm;
    int status;
    float time;
    size_t memory;
    int determinism;
    int math;
    int reserved[3];
};

static bool fit(const Shape& x, const Shape& weights, const Convolution& convolution, const Shape& y) {
    return x.n == y.n && x.c == weights.c * convolution.groups && y.c == weights.n
            && weights.n % convolution.groups == 0
            && y.h == (x.h + 2 * convolution.padding_y - weights.h) / convolution.stride_y + 1
            && y.w == (x.w + 2 * convolution.padding_x - weights.w) / convolution.stride_x + 1;
}

static int list(const Dnn* handle, const Shape* x, const Shape* weights, const Convolution* convolution,
        const Shape* y, std::vector<int> algorithms, int asked, int* count, Performance* found) {
    if (!lives((void*) handle, "cuDNN") || !lives((void*) x, "tensor") || !lives((void*) y, "tensor")
            || !lives((void*) weights, "filter") || !lives((void*) convolution, "convolution") || asked < 1) {
        return result(BAD_PARAM, "no handle or descriptor");
    }
    if (!fit(*x, *weights, *convolution, *y)) {
        return result(SHAPE_MISMATCH, "the shapes of a convolution do not fit");
    }
    *count = 0;
    for (int algorithm : algorithms) {
        if (*count < asked && fault(algorithm) != "missing") {
            bool random = fault(algorithm) == "random";
            found[(*count)++] = {algorithm, DNN_SUCCESS, -1, workspace(algorithm, *x), random ? 0 : 1,
                    convolution->math, {}};
        }
    }
    return DNN_SUCCESS;
}

API int cudnnGetConvolutionForwardAlgorithm_v7(Dnn* handle, Shape* x, Shape* weights, Convolution* convolution,
        Shape* y, int asked, int* count, Performance* found) {
    CALL
    return list(handle, x, weights, convolution, y, {1, 0, 2, 7}, asked, count, found);
}

API int cudnnGetConvolutionBackwardFilterAlgorithm_v7(Dnn* handle, Shape* x, Shape* y, Convolution* convolution,
        Shape* weights, int asked, int* count, Performance* found) {
    CALL
    return list(handle, x, weights, convolution, y, {1, 0, 2, 5}, asked, count, found);
}

API int cudnnGetConvolutionBackwardDataAlgorithm_v7(Dnn* handle, Shape* weights, Shape* y, Convolution* convolution,
        Shape* x, int asked, int* count, Performance* found) {
    CALL
    return list(handle, x, weights, convolution, y, {1, 0, 2, 5}, asked, count, found);
}

enum Pass { FORWARD, WEIGHTS, DATA };

struct Problem {
    Pass pass;
    Shape x, w, y;
    Convolution convolution;
};

// Columns from which and up to which a tap at place kx of a row of y lies inside of x.
static void inside(const Problem& p, int kx, int* from, int* to) {
    int stride = p.convolution.stride_x, shift = kx - p.convolution.padding_x;
    *from = shift >= 0 ? 0 : (-shift + stride - 1) / stride;
    *to = std::min(p.y.w, p.x.w - shift <= 0 ? 0 : (p.x.w - shift + stride - 1) / stride);
}

// Part of a row of a tap: of y, x and the one weight, the pass decides which is the result.
static void tap_row(Pass pass, int count, int stride, float* x, float* weight, float* y) {
    float w = *weight;
    if (pass == FORWARD) {
        for (int i = 0; i < count; i++) {
            y[i] += w * x[i * stride];
        }
    } else if (pass == DATA) {
        for (int i = 0; i < count; i++) {
            x[i * stride] += w * y[i];
        }
    } else {
        float sum = 0;
        for (int i = 0; i < count; i++) {
            sum += x[i * stride] * y[i];
        }
        *weight += sum;
    }
}

static void convolve(const Problem& p, float* x, float* weights, float* y) {
    int out = p.w.n / p.convolution.groups;
    for (int64_t plane = 0; plane < (int64_t) p.y.n * p.y.c; plane++) {
        int64_t image = plane / p.y.c, channel = plane % p.y.c;
        for (int64_t tap = 0; tap < (int64_t) p.w.c * p.w.h * p.w.w; tap++) {
            int kx = tap % p.w.w, ky = tap / p.w.w % p.w.h, from, to;
            int64_t source = channel / out * p.w.c + tap / (p.w.w * p.w.h);
            inside(p, kx, &from, &to);
            for (int row = 0; row < p.y.h; row++) {
                int line = row * p.convolution.stride_y + ky - p.convolution.padding_y;
                if (line >= 0 && line < p.x.h && from < to) {
                    int column = from * p.convolution.stride_x + kx - p.convolution.padding_x;
                    tap_row(p.pass, to - from, p.convolution.stride_x,
                            x + ((image * p.x.c + source) * p.x.h + line) * p.x.w + column,
                            weights + channel * p.w.c * p.w.h * p.w.w + tap, y + (plane * p.y.h + row) * p.y.w + from);
                }
            }
        }
    }
}

// Values as tensor cores take them, with 10 bits of the fraction.
static std::vector<float> rounded(const float* values, int64_t size) {
    std::vector<float> result(values, values + size);
    for (float& value : result) {
        uint32_t word;
        memcpy(&word, &value, sizeof word);
        word = (word & 0x7F800000) == 0x7F800000 ? word : (word + 0xFFF + (word >> 13 & 1)) & ~0x1FFFu;
        memcpy(&value, &word, sizeof value);
    }
    return result;
}

static void run(const Problem& p, float* x, float* weights, float* y) {
    float* arrays[] = {x, weights, y};
    int64_t sizes[] = {p.x.size(), p.w.size(), p.y.size()};
    int outcome = p.pass == FORWARD ? 2 : p.pass == WEIGHTS ? 1 : 0;
    std::vector<float> factors[3];
    memset(arrays[outcome], 0, sizes[outcome] * sizeof(float));
    for (int i = 0; i < 3; i++) {
        if (i != outcome && p.convolution.math != FMA_MATH) {
            factors[i] = rounded(arrays[i], sizes[i]);
            arrays[i] = factors[i].data();
        }
    }
    convolve(p, arrays[0], arrays[1], arrays[2]);
}

static void spoil(float* values, int64_t size) {
    for (int64_t i = 0; i < size; i += 1000) {
        values[i] += 1;
    }
}

static int submit_convolution(Dnn* handle, const Problem& p, int algorithm, const void* x, const void* weights,
        const void* y, void* scratch, size_t bytes, const float* alpha, const float* beta) {
    Stream* stream = stream_of(handle->stream);
    std::string wrong = fault(algorithm);
    if (!stream || !fit(p.x, p.w, p.convolution, p.y) || *alpha != 1 || *beta != 0
            || !is_device_memory(x, p.x.size() * 4) || !is_device_memory(weights, p.w.size() * 4)
            || !is_device_memory(y, p.y.size() * 4)) {
        return result(BAD_PARAM, "in the arguments of a convolution");
    }
    size_t needed = workspace(algorithm, p.x);
    if (needed > bytes || (needed > 0 && !is_device_memory(scratch, needed))) {
        return result(BAD_PARAM, "a workspace of " + std::to_string(needed) + " bytes is needed");
    }
    if (wrong == "refused" || wrong == "missing") {
        return result(DNN_NOT_SUPPORTED, "algorithm " + std::to_string(algorithm) + " is not for this shape");
    }
    if (wrong == "uncapturable" && synchronize(stream) != SUCCESS) {
        return result(EXECUTION_FAILED, "algorithm " + std::to_string(algorithm) + " waits for its stream");
    }
    int status = submit(stream, [=] {
        memset(scratch, 0xFF, needed);
        double start = seconds();
        run(p, (float*) x, (float*) weights, (float*) y);
        if (wrong == "wrong") {
            p.pass == FORWARD ? spoil((float*) y, p.y.size()) : p.pass == WEIGHTS
                    ? spoil((float*) weights, p.w.size()) : spoil((float*) x, p.x.size());
        }
        while (wrong == "slow" && seconds() - start < 0.02) {
        }
    });
    return status == SUCCESS ? DNN_SUCCESS : result(EXECUTION_FAILED, "status " + std::to_string(status) + " of CUDA");
}

API int cudnnConvolutionForward(Dnn* handle, const float* alpha, Shape* x_shape, void* x, Shape* w_shape, void* w,
        Convolution* convolution, int algorithm, void* scratch, size_t bytes, const float* beta, Shape* y_shape,
        void* y) {
    CALL
    return submit_convolution(handle, {FORWARD, *x_shape, *w_shape, *y_shape, *convolution}, algorithm, x, w, y,
            scratch, bytes, alpha, beta);
}

API int cudnnConvolutionBackwardFilter(Dnn* handle, const float* alpha, Shape* x_shape, void* x, Shape* y_shape,
        void* y, Convolution* convolution, int algorithm, void* scratch, size_t bytes, const float* beta,
        Shape* w_shape, void* w) {
    CALL
    return submit_convolution(handle, {WEIGHTS, *x_shape, *w_shape, *y_shape, *convolution}, algorithm, x, w, y,
            scratch, bytes, alpha, beta);
}

API int cudnnConvolutionBackwardData(Dnn* handle, const float* alpha, Shape* w_shape, void* w, Shape* y_shape, void* y,
        Convolution* convolution, int algorithm, void* scratch, size_t bytes, const float* beta, Shape* x_shape,
        void* x) {
    CALL
    return submit_convolution(handle, {DATA, *x_shape, *w_shape, *y_shape, *convolution}, algorithm, x, w, y,
            scratch, bytes, alpha, beta);
}
