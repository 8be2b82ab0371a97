// What convolution.cu takes for granted of a GPU, on the host: copies that come late, rounding bit by bit, and products
// of warps, whose lanes' parts lie as the PTX manual (ISA 8.7, 9.7.14.5, matrix fragments for mma) shows them.

#pragma once

#include "emulator.h"

struct Copy {
    char* to;
    const char* from;  // or null, for zeros
    size_t bytes;
};

// A thread's copies that have not come, the oldest first, and how many of them each group has. What is left of a block
// that ended is waited for in the next one.
struct Copies {
    std::vector<Copy> all;
    std::vector<size_t> groups;
    size_t open = 0;
};

static Copies copies[MOST_THREADS];

static void start_copy(float* to, const float* from, bool inside, size_t bytes) {
    if ((uintptr_t) to % bytes != 0 || (uintptr_t) from % bytes != 0) {
        fail("copies of " + std::to_string(bytes) + " bytes need addresses that are multiples of it");
    }
    Copies& own = copies[thread_number()];
    own.all.push_back({(char*) to, inside ? (const char*) from : nullptr, bytes});
    own.open++;
    memset(to, 0xFF, bytes);  // whoever reads it too early, or still needs what was there, shall notice
}

static void copy_value(float* to, const float* from, bool inside) {
    start_copy(to, from, inside, 4);
}

static void copy_vector(float* to, const float* from, bool inside) {
    start_copy(to, from, inside, 16);
}

static void end_group_of_copies() {
    Copies& own = copies[thread_number()];
    own.groups.push_back(own.open);
    own.open = 0;
}

template <int GROUPS>
static void wait_for_copies() {
    Copies& own = copies[thread_number()];
    size_t groups = own.groups.size() > GROUPS ? own.groups.size() - GROUPS : 0, count = 0;
    for (size_t group = 0; group < groups; group++) {
        count += own.groups[group];
    }
    for (size_t i = 0; i < count; i++) {
        const Copy& copy = own.all[i];
        if (copy.from == nullptr) {
            memset(copy.to, 0, copy.bytes);
        } else {
            memcpy(copy.to, copy.from, copy.bytes);
        }
    }
    own.all.erase(own.all.begin(), own.all.begin() + count);
    own.groups.erase(own.groups.begin(), own.groups.begin() + groups);
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

// Nearly all of the time goes here.
#define FAST __attribute__((optimize("O3"), no_sanitize("address")))

struct Fragments {
    float* c;
    const unsigned* a;
    const unsigned* b;
};

// c += a b, where a and b are what the lanes brought, and c is where they keep it.
template <int TERMS>
FAST static void multiply_fragments(Fragments** lanes, const double (&a)[16][TERMS], const double (&b)[TERMS][8]) {
    double sums[16][8];
    for (int lane = 0; lane < 32; lane++) {
        for (int i = 0; i < 4; i++) {
            sums[lane / 4 + i / 2 * 8][lane % 4 * 2 + i % 2] = lanes[lane]->c[i];
        }
    }
    for (int row = 0; row < 16; row++) {
        for (int k = 0; k < TERMS; k++) {
            for (int column = 0; column < 8; column++) {
                sums[row][column] += a[row][k] * b[k][column];
            }
        }
    }
    for (int lane = 0; lane < 32; lane++) {
        for (int i = 0; i < 4; i++) {
            lanes[lane]->c[i] = (float) sums[lane / 4 + i / 2 * 8][lane % 4 * 2 + i % 2];
        }
    }
}

FAST static void multiply_tf32(Fragments** lanes) {
    double a[16][8], b[8][8];
    unsigned rest = 0;
    for (int lane = 0; lane < 32; lane++) {
        for (int i = 0; i < 4; i++) {
            unsigned bits = lanes[lane]->a[i];
            rest |= (bits & 0x7F800000) == 0x7F800000 ? 0 : bits & 0x1FFF;
            a[lane / 4 + i % 2 * 8][lane % 4 + i / 2 * 4] = bits_as<float>(bits);
        }
        for (int i = 0; i < 2; i++) {
            unsigned bits = lanes[lane]->b[i];
            rest |= (bits & 0x7F800000) == 0x7F800000 ? 0 : bits & 0x1FFF;
            b[lane % 4 + i * 4][lane / 4] = bits_as<float>(bits);
        }
    }
    if (rest != 0) {
        fail("a factor of a product in TF32 is not rounded to it");
    }
    multiply_fragments(lanes, a, b);
}

FAST static void multiply_bf16(Fragments** lanes) {
    double a[16][16], b[16][8];
    for (int lane = 0; lane < 32; lane++) {
        for (int half = 0; half < 2; half++) {
            for (int i = 0; i < 4; i++) {
                a[lane / 4 + i % 2 * 8][lane % 4 * 2 + half + i / 2 * 8] =
                        bits_as<float>(lanes[lane]->a[i] >> 16 * half << 16);
            }
            for (int i = 0; i < 2; i++) {
                b[lane % 4 * 2 + half + i * 8][lane / 4] = bits_as<float>(lanes[lane]->b[i] >> 16 * half << 16);
            }
        }
    }
    multiply_fragments(lanes, a, b);
}

static void mma_tf32(float (&c)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
    Fragments own = {c, a, b};
    meet("mma_tf32", own, multiply_tf32);
}

static void mma_bf16(float (&c)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
    Fragments own = {c, a, b};
    meet("mma_bf16", own, multiply_bf16);
}
