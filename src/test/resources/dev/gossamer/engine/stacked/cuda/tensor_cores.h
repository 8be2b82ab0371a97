// What convolution.cu takes for granted of a GPU, on the host: copies that come late, rounding bit by bit, and products
// of warps, whose lanes' parts lie as the PTX manual (ISA 8.7, 9.7.14.5, matrix fragments for mma) shows them.

#pragma once

#include "emulator.h"

struct Copy {
    char* to;
    const char* from;  // or null, for zeros
    size_t bytes;
};

// Groups of copies of each thread of a block, the oldest first; the last one is open. What is left of a block that ended
// is waited for in the next one.
static std::vector<std::vector<Copy>> copies[MOST_THREADS];

static void start_copy(float* to, const float* from, bool inside, size_t bytes) {
    if ((uintptr_t) to % bytes != 0 || (uintptr_t) from % bytes != 0) {
        fail("copies of " + std::to_string(bytes) + " bytes need addresses that are multiples of it");
    }
    std::vector<std::vector<Copy>>& groups = copies[thread_number()];
    if (groups.empty()) {
        groups.emplace_back();
    }
    groups.back().push_back({(char*) to, inside ? (const char*) from : nullptr, bytes});
    memset(to, 0xFF, bytes);  // whoever reads it too early, or still needs what was there, shall notice
}

static void copy_value(float* to, const float* from, bool inside) {
    start_copy(to, from, inside, 4);
}

static void copy_vector(float* to, const float* from, bool inside) {
    start_copy(to, from, inside, 16);
}

static void end_group_of_copies() {
    std::vector<std::vector<Copy>>& groups = copies[thread_number()];
    if (groups.empty()) {
        groups.emplace_back();
    }
    groups.emplace_back();
}

template <int GROUPS>
static void wait_for_copies() {
    std::vector<std::vector<Copy>>& groups = copies[thread_number()];
    while (groups.size() > GROUPS + 1) {
        for (const Copy& copy : groups.front()) {
            if (copy.from == nullptr) {
                memset(copy.to, 0, copy.bytes);
            } else {
                memcpy(copy.to, copy.from, copy.bytes);
            }
        }
        groups.erase(groups.begin());
    }
}

static unsigned as_tf32(float value) {
    unsigned bits = __float_as_uint(value);
    if ((bits & 0x7F800000) == 0x7F800000) {
        return std::isnan(value) ? 0x7FFFFFFF : bits;
    }
    return (bits + 0x1000) & ~0x1FFFu;
}

static unsigned as_bf16(float value) {
    unsigned bits = __float_as_uint(value);
    return std::isnan(value) ? 0x7FFF : (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
}

static unsigned as_bf16(float first, float second) {
    return as_bf16(second) << 16 | as_bf16(first);
}

static float of_tf32(unsigned bits) {
    float value = __uint_as_float(bits);
    if (std::isfinite(value) && (bits & 0x1FFF) != 0) {
        fail("a factor of a product in TF32 is not rounded to it");
    }
    return value;
}

static float of_bf16(unsigned bits) {
    return __uint_as_float((bits & 0xFFFF) << 16);
}

struct Fragments {
    float* c;
    const unsigned* a;
    const unsigned* b;
};

// c += a b, where a and b are what the lanes brought, and c is where they keep it.
template <int TERMS>
static void multiply_fragments(Fragments** lanes, const float (&a)[16][TERMS], const float (&b)[TERMS][8]) {
    for (int lane = 0; lane < 32; lane++) {
        for (int i = 0; i < 4; i++) {
            int row = lane / 4 + i / 2 * 8, column = lane % 4 * 2 + i % 2;
            double sum = lanes[lane]->c[i];
            for (int k = 0; k < TERMS; k++) {
                sum += (double) a[row][k] * b[k][column];
            }
            lanes[lane]->c[i] = (float) sum;
        }
    }
}

static void mma_tf32(float (&c)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
    Fragments own = {c, a, b};
    meet("mma_tf32", own, [](Fragments** lanes) {
        float left[16][8], right[8][8];
        for (int lane = 0; lane < 32; lane++) {
            for (int i = 0; i < 4; i++) {
                left[lane / 4 + i % 2 * 8][lane % 4 + i / 2 * 4] = of_tf32(lanes[lane]->a[i]);
            }
            for (int i = 0; i < 2; i++) {
                right[lane % 4 + i * 4][lane / 4] = of_tf32(lanes[lane]->b[i]);
            }
        }
        multiply_fragments(lanes, left, right);
    });
}

static void mma_bf16(float (&c)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
    Fragments own = {c, a, b};
    meet("mma_bf16", own, [](Fragments** lanes) {
        float left[16][16], right[16][8];
        for (int lane = 0; lane < 32; lane++) {
            for (int half = 0; half < 2; half++) {
                for (int i = 0; i < 4; i++) {
                    left[lane / 4 + i % 2 * 8][lane % 4 * 2 + half + i / 2 * 8] =
                            of_bf16(lanes[lane]->a[i] >> 16 * half);
                }
                for (int i = 0; i < 2; i++) {
                    right[lane % 4 * 2 + half + i * 8][lane / 4] = of_bf16(lanes[lane]->b[i] >> 16 * half);
                }
            }
        }
        multiply_fragments(lanes, left, right);
    });
}
