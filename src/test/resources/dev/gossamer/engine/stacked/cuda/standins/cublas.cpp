// Stands in for libcublas.so.13: products of matrices that lie column by column.

#include "standin.h"

#include <algorithm>

enum { BLAS_SUCCESS = 0, NOT_INITIALIZED = 1, BLAS_INVALID_VALUE = 7, EXECUTION_FAILED = 13, BLAS_NOT_SUPPORTED = 15 };
enum { DEFAULT_MATH = 0, PEDANTIC_MATH = 2, TF32_MATH = 3 };
enum { FLOAT = 0, BFLOAT16 = 14 };
enum { COMPUTE_32F = 68, COMPUTE_32F_PEDANTIC = 69, FAST_16BF = 75, FAST_TF32 = 77 };

struct Blas {
    void* stream;
    char* workspace;
    size_t workspace_bytes;
    int math;
};

#define CALL Call call(__func__); \
    if (call.status != SUCCESS) { \
        return sticky() != SUCCESS ? EXECUTION_FAILED : call.status; \
    }

API int cublasCreate_v2(Blas** handle) {
    CALL
    if (unsafe_in_capture() != SUCCESS) {
        return NOT_INITIALIZED;
    }
    has_context() = true;
    *handle = make<Blas>("cuBLAS", {nullptr, nullptr, 0, DEFAULT_MATH});
    return BLAS_SUCCESS;
}

API int cublasDestroy_v2(Blas* handle) {
    CALL
    if (!dies(handle, "cuBLAS")) {
        return NOT_INITIALIZED;
    }
    synchronize_all();
    delete handle;
    return BLAS_SUCCESS;
}

API int cublasGetProperty(int part, int* value) {
    CALL
    const int VERSION[] = {13, 0, 0};
    if (part < 0 || part > 2) {
        return BLAS_INVALID_VALUE;
    }
    *value = VERSION[part];
    return BLAS_SUCCESS;
}

// Takes the library's own workspace again.
API int cublasSetStream_v2(Blas* handle, void* stream) {
    CALL
    if (!lives(handle, "cuBLAS") || !stream_of(stream)) {
        return NOT_INITIALIZED;
    }
    handle->stream = stream;
    handle->workspace = nullptr;
    handle->workspace_bytes = 0;
    return BLAS_SUCCESS;
}

API int cublasSetWorkspace_v2(Blas* handle, void* workspace, size_t bytes) {
    CALL
    if (!lives(handle, "cuBLAS")) {
        return NOT_INITIALIZED;
    }
    if ((uintptr_t) workspace % 256 != 0 || !is_device_memory(workspace, bytes)) {
        return BLAS_INVALID_VALUE;
    }
    handle->workspace = (char*) workspace;
    handle->workspace_bytes = bytes;
    return BLAS_SUCCESS;
}

API int cublasSetMathMode(Blas* handle, int mode) {
    CALL
    if (!lives(handle, "cuBLAS")) {
        return NOT_INITIALIZED;
    }
    handle->math = mode;
    return BLAS_SUCCESS;
}

// A value with so many bits of its fraction left, rounded to the nearest.
static float rounded(float value, int bits) {
    uint32_t word;
    memcpy(&word, &value, sizeof word);
    uint32_t unit = 1u << (23 - bits);
    if ((word & 0x7F800000) != 0x7F800000) {
        word += unit / 2 - 1 + (word / unit & 1);
    }
    word &= ~(unit - 1);
    memcpy(&value, &word, sizeof value);
    return value;
}

struct Matrix {
    const char* at;
    int type;
    bool transposed;
    int64_t leading;
    int64_t stride;

    int64_t element_bytes() const {
        return type == FLOAT ? 4 : 2;
    }

    // Rows x columns values of a product's factor, column by column, as the tensor cores take them.
    void read(std::vector<float>& values, int product, int rows, int columns, int bits) const {
        const char* start = at + product * stride * element_bytes();
        values.resize((size_t) rows * columns);
        for (int j = 0; j < columns; j++) {
            for (int i = 0; i < rows; i++) {
                int64_t place = transposed ? i * leading + j : i + j * leading;
                float value;
                if (type == FLOAT) {
                    value = ((const float*) start)[place];
                } else {
                    uint32_t word = (uint32_t) ((const uint16_t*) start)[place] << 16;
                    memcpy(&value, &word, sizeof value);
                }
                values[(size_t) j * rows + i] = bits < 23 ? rounded(value, bits) : value;
            }
        }
    }

    bool is_inside(int count, int rows, int columns) const {
        int64_t lines = transposed ? rows : columns, length = transposed ? columns : rows;
        int64_t last = std::max<int64_t>(count - 1, 0) * stride + (lines - 1) * leading + length;
        return count == 0 || lines * length == 0
                || (leading >= length && is_device_memory(at, last * element_bytes()));
    }
};

// sums [rows] += the columns [rows, count] of a, each times its weight.
static void add(float* __restrict__ sums, const float* __restrict__ a, const float* weights, int rows, int count) {
    int l = 0;
    for (; l + 4 <= count; l += 4) {
        const float *a0 = a + (size_t) l * rows, *a1 = a0 + rows, *a2 = a1 + rows, *a3 = a2 + rows;
        float w0 = weights[l], w1 = weights[l + 1], w2 = weights[l + 2], w3 = weights[l + 3];
        for (int i = 0; i < rows; i++) {
            sums[i] += (a0[i] * w0 + a1[i] * w1) + (a2[i] * w2 + a3[i] * w3);
        }
    }
    for (; l < count; l++) {
        for (int i = 0; i < rows; i++) {
            sums[i] += a[(size_t) l * rows + i] * weights[l];
        }
    }
}

static void multiply(int m, int n, int k, float alpha, const Matrix& a, const Matrix& b, float beta, const Matrix& c,
        int count, int bits) {
    static std::vector<float> left, right, sums;
    for (int product = 0; product < count; product++) {
        a.read(left, product, m, k, bits);
        b.read(right, product, k, n, bits);
        float* to = (float*) c.at + product * c.stride;
        for (int j = 0; j < n; j++) {
            sums.assign(m, 0);
            add(sums.data(), left.data(), right.data() + (size_t) j * k, m, k);
            for (int i = 0; i < m; i++) {
                float* value = to + i + j * c.leading;
                *value = alpha * sums[i] + (beta == 0 ? 0 : beta * *value);
            }
        }
    }
}

static int submit_product(Blas* handle, int m, int n, int k, float alpha, Matrix a, Matrix b, float beta, Matrix c,
        int count, int bits) {
    if (m < 0 || n < 0 || k < 0 || count < 0 || !a.is_inside(count, m, k) || !b.is_inside(count, k, n)
            || !c.is_inside(count, m, n)) {
        return BLAS_INVALID_VALUE;
    }
    Stream* stream = stream_of(handle->stream);
    char* workspace = handle->workspace;
    size_t scratch = std::min<size_t>(handle->workspace_bytes, 4096);
    bool done = (double) m * n * k * count <= (double) setting("STANDIN_LARGEST", INT64_MAX);
    int status = !stream ? INVALID_HANDLE : submit(stream, [=] {
        memset(workspace, 0xFF, scratch);
        if (done) {
            multiply(m, n, k, alpha, a, b, beta, c, count, bits);
        }
    });
    return status == SUCCESS ? BLAS_SUCCESS : EXECUTION_FAILED;
}

API int cublasGemmStridedBatchedEx(Blas* handle, int op_a, int op_b, int m, int n, int k, const void* alpha,
        const void* a, int type_a, int leading_a, long long stride_a, const void* b, int type_b, int leading_b,
        long long stride_b, const void* beta, void* c, int type_c, int leading_c, long long stride_c, int count,
        int compute, int) {
    CALL
    if (!lives(handle, "cuBLAS")) {
        return NOT_INITIALIZED;
    }
    bool known = compute == COMPUTE_32F || compute == COMPUTE_32F_PEDANTIC
            || ((compute == FAST_16BF || compute == FAST_TF32) && type_a == FLOAT);
    if (type_a != type_b || (type_a != FLOAT && type_a != BFLOAT16) || type_c != FLOAT || !known) {
        return BLAS_NOT_SUPPORTED;
    }
    bool tf32 = compute == FAST_TF32 || (compute == COMPUTE_32F && handle->math == TF32_MATH && type_a == FLOAT);
    int bits = handle->math == PEDANTIC_MATH ? 23 : compute == FAST_16BF ? 7 : tf32 ? 10 : 23;
    return submit_product(handle, m, n, k, *(const float*) alpha,
            {(const char*) a, type_a, op_a != 0, leading_a, stride_a},
            {(const char*) b, type_b, op_b != 0, leading_b, stride_b}, *(const float*) beta,
            {(const char*) c, FLOAT, false, leading_c, stride_c}, count, bits);
}

API int cublasSgemm_v2(Blas* handle, int op_a, int op_b, int m, int n, int k, const float* alpha, const float* a,
        int leading_a, const float* b, int leading_b, const float* beta, float* c, int leading_c) {
    CALL
    if (!lives(handle, "cuBLAS")) {
        return NOT_INITIALIZED;
    }
    return submit_product(handle, m, n, k, *alpha, {(const char*) a, FLOAT, op_a != 0, leading_a, 0},
            {(const char*) b, FLOAT, op_b != 0, leading_b, 0}, *beta, {(const char*) c, FLOAT, false, leading_c, 0},
            1, handle->math == TF32_MATH ? 10 : 23);
}

API const char* cublasGetStatusName(int status) {
    switch (status) {
        case BLAS_SUCCESS: return "CUBLAS_STATUS_SUCCESS";
        case NOT_INITIALIZED: return "CUBLAS_STATUS_NOT_INITIALIZED";
        case BLAS_INVALID_VALUE: return "CUBLAS_STATUS_INVALID_VALUE";
        case EXECUTION_FAILED: return "CUBLAS_STATUS_EXECUTION_FAILED";
        case BLAS_NOT_SUPPORTED: return "CUBLAS_STATUS_NOT_SUPPORTED";
        default: return "CUBLAS_STATUS_INTERNAL_ERROR";
    }
}

API const char* cublasGetStatusString(int status) {
    switch (status) {
        case BLAS_SUCCESS: return "the operation completed successfully";
        case NOT_INITIALIZED: return "the library was not initialized";
        case BLAS_INVALID_VALUE: return "an unsupported value or parameter was passed to the function";
        case EXECUTION_FAILED: return "the function failed to launch on the GPU";
        case BLAS_NOT_SUPPORTED: return "the functionality requested is not supported";
        default: return "an internal operation failed";
    }
}
