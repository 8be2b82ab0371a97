// Runs CUDA kernels on the host. Include this, then the kernels, then make a table of them:
//     static const std::map<std::string, Kernel> kernels = {{"name", kernel_of(name)}, ..};
// The threads of a block take turns, a thread runs until it waits for others; blocks run one after another. In the
// kernels' source, extern __shared__ arrays have become pointers to dynamic_shared (see Shim). One launch at a time.

#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <ucontext.h>
#include <utility>
#include <vector>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(from, bytes)
#define ASAN_UNPOISON_MEMORY_REGION(from, bytes)
#endif

// What the language has beside C++.

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __align__(bytes) __attribute__((aligned(bytes)))
#define __shared__ static  // as blocks run one after another

struct uint3 { unsigned x, y, z; };
struct alignas(8) int2 { int x, y; };
struct alignas(8) uint2 { unsigned x, y; };
struct alignas(8) float2 { float x, y; };
struct alignas(16) int4 { int x, y, z, w; };
struct alignas(16) uint4 { unsigned x, y, z, w; };
struct alignas(16) float4 { float x, y, z, w; };
struct alignas(16) double2 { double x, y; };

inline int2 make_int2(int x, int y) { return {x, y}; }
inline uint2 make_uint2(unsigned x, unsigned y) { return {x, y}; }
inline float2 make_float2(float x, float y) { return {x, y}; }
inline int4 make_int4(int x, int y, int z, int w) { return {x, y, z, w}; }
inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
inline double2 make_double2(double x, double y) { return {x, y}; }

static uint3 threadIdx, blockIdx, blockDim, gridDim;
static const int warpSize = 32;

using std::max;
using std::min;

template <class To, class From>
static To bits_as(From value) {
    static_assert(sizeof(To) == sizeof(From), "of one size");
    To bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

inline int __float_as_int(float value) { return bits_as<int>(value); }
inline unsigned __float_as_uint(float value) { return bits_as<unsigned>(value); }
inline float __int_as_float(int value) { return bits_as<float>(value); }
inline float __uint_as_float(unsigned value) { return bits_as<float>(value); }
inline float rsqrtf(float value) { return (float) (1 / std::sqrt((double) value)); }

template <class T> static T __ldg(const T* from) { return *from; }
template <class T> static T __ldcs(const T* from) { return *from; }
template <class T> static T __ldcg(const T* from) { return *from; }
template <class T> static void __stcs(T* to, T value) { *to = value; }
template <class T> static void __stcg(T* to, T value) { *to = value; }

inline unsigned atomicAdd(unsigned* to, unsigned value) {
    unsigned before = *to;
    *to += value;
    return before;
}

static void fail(const std::string& message) {
    fprintf(stderr, "%s\n", message.c_str());
    fflush(stderr);
    _Exit(1);
}

// Most that a block can have.
static const unsigned MOST_THREADS = 1024;
static const size_t MOST_SHARED = 227 << 10;
alignas(1024) static char dynamic_shared[MOST_SHARED];

// A fiber has a stack of its own and takes threads of the block, one after another. Where its thread waits, it stops
// there, and another fiber takes the next thread; so threads that never wait are all run by one. Stacks of different sizes
// do not compete for the same places of the processor's caches.
struct Fiber {
    size_t stack_bytes = (1 << 18) + idle_bytes();
    char* stack = (char*) aligned_alloc(64, stack_bytes);
    unsigned thread;
    uint3 index;
#if defined(__x86_64__) && defined(__linux__)
    void* place;
#else
    ucontext_t place;
#endif

    static size_t idle_bytes() {
        static size_t number = 0;
        return 1088 * (number++ % 64);
    }
};

static Fiber scheduler;
static Fiber* current = &scheduler;

#if defined(__x86_64__) && defined(__linux__)
// Keeps what a call must keep on the stack, notes where that is, and goes on where another stack was left.
__attribute__((naked, noinline, no_sanitize("address"))) static void switch_stacks(void** left, void* next) {
    asm("pushq %rbp\n pushq %rbx\n pushq %r12\n pushq %r13\n pushq %r14\n pushq %r15\n"
        "movq %rsp, (%rdi)\n movq %rsi, %rsp\n"
        "popq %r15\n popq %r14\n popq %r13\n popq %r12\n popq %rbx\n popq %rbp\n ret");
}

static void begin(Fiber* fiber, void (*function)()) {
    void** top = (void**) (fiber->stack + fiber->stack_bytes);
    memset(top - 8, 0, 8 * sizeof *top);
    top[-2] = (void*) function;
    fiber->place = top - 8;
}

static void go_on(Fiber* fiber) {
    Fiber* left = current;
    current = fiber;
    switch_stacks(&left->place, fiber->place);
}
#else
static void begin(Fiber* fiber, void (*function)()) {
    getcontext(&fiber->place);
    fiber->place.uc_stack.ss_sp = fiber->stack;
    fiber->place.uc_stack.ss_size = fiber->stack_bytes;
    makecontext(&fiber->place, function, 0);
}

static void go_on(Fiber* fiber) {
    Fiber* left = current;
    current = fiber;
    swapcontext(&left->place, &fiber->place);
}
#endif

// A block's threads: some have not started, some are ready to go on, others wait at __syncthreads or in their warp.
static std::function<void()> body;
static unsigned block_threads, started, ended;
static bool from_the_last;
static std::vector<Fiber*> idle, ready, at_barrier;
static size_t first_ready;

// Number of this thread in its block.
static unsigned thread_number() {
    return current->thread;
}

static Fiber* idle_fiber();

// What can run now; the scheduler where there is nothing.
static Fiber* next_fiber() {
    if (first_ready < ready.size()) {
        return ready[first_ready++];
    }
    ready.clear();
    first_ready = 0;
    return started < block_threads ? idle_fiber() : &scheduler;
}

static void wait_for_others() {
    go_on(next_fiber());
    threadIdx = current->index;
}

static void run_threads() {
    for (;;) {
        while (started < block_threads) {
            unsigned thread = from_the_last ? block_threads - 1 - started : started;
            started++;
            current->thread = thread;
            current->index = {thread % blockDim.x, thread / blockDim.x % blockDim.y,
                    thread / (blockDim.x * blockDim.y)};
            threadIdx = current->index;
            body();
            ended++;
        }
        idle.push_back(current);
        go_on(next_fiber());
    }
}

static Fiber* idle_fiber() {
    if (idle.empty()) {
        idle.push_back(new Fiber());
        begin(idle.back(), run_threads);
    }
    Fiber* fiber = idle.back();
    idle.pop_back();
    return fiber;
}

static void run_block() {
    started = 0;
    ended = 0;
    go_on(next_fiber());
    if (ended < block_threads) {
        fail("not all threads of a block reach __syncthreads, or not all lanes of a warp an instruction");
    }
}

static void __syncthreads() {
    at_barrier.push_back(current);
    if (at_barrier.size() == block_threads) {
        at_barrier.pop_back();
        ready.insert(ready.end(), at_barrier.begin(), at_barrier.end());
        at_barrier.clear();
    } else {
        wait_for_others();
    }
}

// What the 32 lanes of a warp bring to an instruction that all of them take part in.
struct Meeting {
    const char* what;
    void* brought[32];
    Fiber* lanes[32];
    unsigned arrived;
};

static Meeting meetings[MOST_THREADS / 32];

// Brings a value; the last lane of the warp to come lets the instruction work on the values of all, which may change
// them: together(T* values[32]), in the order of lanes.
template <class T, class Together>
static void meet(const char* what, T& value, Together together) {
    Meeting& meeting = meetings[current->thread / 32];
    unsigned lane = current->thread % 32;
    if (block_threads % 32 != 0) {
        fail(std::string(what) + " in a block of " + std::to_string(block_threads) + " threads");
    }
    if (meeting.arrived > 0 && meeting.what != what && strcmp(meeting.what, what) != 0) {
        fail(std::string("some lanes of a warp come to ") + what + ", others to " + meeting.what);
    }
    meeting.what = what;
    meeting.brought[lane] = &value;
    meeting.lanes[lane] = current;
    if (++meeting.arrived < 32) {
        wait_for_others();
        return;
    }
    together((T**) meeting.brought);
    meeting.arrived = 0;
    for (Fiber* other : meeting.lanes) {
        if (other != current) {
            ready.push_back(other);
        }
    }
}

static void check_mask(unsigned mask) {
    if (mask != 0xFFFFFFFF) {
        fail("only instructions of whole warps are emulated");
    }
}

static void __syncwarp(unsigned mask = 0xFFFFFFFF) {
    check_mask(mask);
    char nothing = 0;
    meet("__syncwarp", nothing, [](char**) {});
}

// Each lane gets the value of the lane that it names.
template <class T>
static T shuffle(const char* what, unsigned mask, T value, unsigned source) {
    struct Exchange {
        T value, received;
        unsigned source;
    };
    check_mask(mask);
    Exchange exchange = {value, value, source % 32};
    meet(what, exchange, [](Exchange** lanes) {
        for (int lane = 0; lane < 32; lane++) {
            lanes[lane]->received = lanes[lanes[lane]->source]->value;
        }
    });
    return exchange.received;
}

template <class T>
static T __shfl_sync(unsigned mask, T value, int source) {
    return shuffle("__shfl_sync", mask, value, source);
}

template <class T>
static T __shfl_xor_sync(unsigned mask, T value, int bits) {
    return shuffle("__shfl_xor_sync", mask, value, current->thread % 32 ^ bits);
}

template <class T>
static T __shfl_down_sync(unsigned mask, T value, unsigned distance) {
    unsigned lane = current->thread % 32;
    return shuffle("__shfl_down_sync", mask, value, lane + distance < 32 ? lane + distance : lane);
}

static unsigned __ballot_sync(unsigned mask, int vote) {
    struct Ballot {
        bool vote;
        unsigned result;
    };
    check_mask(mask);
    Ballot ballot = {vote != 0, 0};
    meet("__ballot_sync", ballot, [](Ballot** lanes) {
        unsigned result = 0;
        for (int lane = 0; lane < 32; lane++) {
            result |= (lanes[lane]->vote ? 1u : 0u) << lane;
        }
        for (int lane = 0; lane < 32; lane++) {
            lanes[lane]->result = result;
        }
    });
    return ballot.result;
}

inline int __any_sync(unsigned mask, int vote) { return __ballot_sync(mask, vote) != 0; }
inline int __all_sync(unsigned mask, int vote) { return __ballot_sync(mask, vote) == 0xFFFFFFFF; }

// A kernel: its parameters, and what makes a thread's work of their values. There is a letter for each parameter: f for
// float, l for 8 bytes and addresses, i for other 4 bytes.
struct Kernel {
    std::string parameters;
    std::function<std::function<void()>(void* const* arguments)> bind;
};

template <class T>
static char letter() {
    static_assert(sizeof(T) == 4 || sizeof(T) == 8, "parameters have 4 or 8 bytes");
    return std::is_same<T, float>::value ? 'f' : sizeof(T) == 8 ? 'l' : 'i';
}

template <class... P, size_t... I>
static std::function<void()> with_arguments(void (*function)(P...), void* const* arguments, std::index_sequence<I...>) {
    std::tuple<P...> values{*(const P*) arguments[I]...};
    return [=] { std::apply(function, values); };
}

template <class... P>
static Kernel kernel_of(void (*function)(P...)) {
    return {{letter<P>()...}, [=](void* const* arguments) {
        return with_arguments(function, arguments, std::index_sequence_for<P...>());
    }};
}

// Runs a kernel whose arguments are bound. What a block finds in shared memory must not matter, nor in which order its
// threads run: in every other block they start from the last.
static void launch(const std::function<void()>& bound, uint3 grid, uint3 block, size_t shared) {
    body = bound;
    gridDim = grid;
    blockDim = block;
    block_threads = block.x * block.y * block.z;
    if (block_threads == 0 || block_threads > MOST_THREADS || shared > MOST_SHARED) {
        fail("no block has " + std::to_string(block_threads) + " threads and " + std::to_string(shared)
                + " bytes of shared memory");
    }
    ASAN_UNPOISON_MEMORY_REGION(dynamic_shared, shared);
    ASAN_POISON_MEMORY_REGION(dynamic_shared + shared, MOST_SHARED - shared);
    for (uint3 at = {0, 0, 0}; at.z < grid.z; at.z++) {
        for (at.y = 0; at.y < grid.y; at.y++) {
            for (at.x = 0; at.x < grid.x; at.x++) {
                blockIdx = at;
                memset(dynamic_shared, 0xFF, shared);
                run_block();
                from_the_last = !from_the_last;
            }
        }
    }
}

#include "tensor_cores.h"
