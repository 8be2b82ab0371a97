// Stands in for a GPU: runs CUDA kernels on the host, the threads of a block in turns, and takes orders from standard
// input, see ShimGpu. kernels.cu are the kernels, table.h lists them as KERNEL(name).

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
#include <vector>

struct Index {
    unsigned x, y, z;
};

static Index threadIdx, blockIdx, blockDim, gridDim;

#define __global__
#define __device__
#define __shared__
#define __launch_bounds__(...)

template <class T>
static T __ldcs(const T* from) {
    return *from;
}

template <class T>
static void __stcs(T* to, T value) {
    *to = value;
}

void __syncthreads();

#include "kernels.cu"

double shared_sums[1 << 15];
float shared_rows[1 << 16];

static void fail(const std::string& message) {
    fprintf(stderr, "%s\n", message.c_str());
    exit(1);
}

// Threads have stacks of their own, and run until they wait for the others or end; where the first does not wait, the
// others need no stacks.
static const size_t STACK = 1 << 16;
static const unsigned MOST = 1024;
static std::vector<char> stacks(MOST * STACK);
static ucontext_t scheduler, threads[MOST];
static unsigned current;
static unsigned ended;
static std::function<void()> kernel;

void __syncthreads() {
    swapcontext(&threads[current], &scheduler);
}

static void run_thread() {
    kernel();
    ended++;
}

static void run_block() {
    unsigned count = blockDim.x * blockDim.y;
    ended = 0;
    for (bool first = true; ended < count; first = false) {
        if (ended > 0) {
            fail("not all threads of a block reach __syncthreads");
        }
        for (current = 0; current < count; current++) {
            threadIdx = {current % blockDim.x, current / blockDim.x, 0};
            if (first && current > 0 && ended == current) {
                run_thread();
                continue;
            }
            if (first) {
                getcontext(&threads[current]);
                threads[current].uc_stack.ss_sp = &stacks[current * STACK];
                threads[current].uc_stack.ss_size = STACK;
                threads[current].uc_link = &scheduler;
                makecontext(&threads[current], run_thread, 0);
            }
            swapcontext(&scheduler, &threads[current]);
        }
    }
}

template <class T>
static T get() {
    T value;
    if (fread(&value, sizeof value, 1, stdin) != 1) {
        exit(0);
    }
    return value;
}

struct Argument {
    char tag;
    char value[8];
};

static std::vector<Argument> arguments;

// An argument for a parameter of type T: i and u for 4 bytes, l for 8 bytes and addresses, f for float.
template <class T>
static T argument(size_t i) {
    char tag = std::is_same<T, float>::value ? 'f' : sizeof(T) == 8 ? 'l' : 'i';
    if (arguments[i].tag != tag) {
        fail("argument " + std::to_string(i) + " is " + arguments[i].tag + " where " + tag + " is needed");
    }
    T value;
    memcpy(&value, arguments[i].value, sizeof value);
    return value;
}

template <class... P, size_t... I>
static void prepare(void (*function)(P...), std::index_sequence<I...>) {
    if (arguments.size() != sizeof...(P)) {
        fail(std::to_string(arguments.size()) + " arguments for " + std::to_string(sizeof...(P)));
    }
    std::tuple<P...> values{argument<P>(I)...};
    kernel = [=] { std::apply(function, values); };
}

template <class... P>
static std::function<void()> binder(void (*function)(P...)) {
    return [=] { prepare(function, std::index_sequence_for<P...>()); };
}

#define KERNEL(name) {#name, binder(name)},
static std::map<std::string, std::function<void()>> kernels = {
#include "table.h"
};

static void launch() {
    std::string name(get<int>(), ' ');
    for (char& c : name) {
        c = get<char>();
    }
    gridDim = {(unsigned) get<int>(), 1, 1};
    blockDim.x = get<int>();
    blockDim.y = get<int>();
    size_t shared = get<int>();
    arguments.resize(get<int>());
    for (Argument& a : arguments) {
        a.tag = get<char>();
        for (char& c : a.value) {
            c = get<char>();
        }
    }
    if (!kernels.count(name) || blockDim.x * blockDim.y > MOST || shared > sizeof shared_sums) {
        fail("cannot launch " + name);
    }
    // What a block leaves in shared memory, and what lies beyond its own, must not matter.
    memset(shared_sums, 0xFF, sizeof shared_sums);
    memset(shared_rows, 0xFF, sizeof shared_rows);
    kernels[name]();
    for (blockIdx = {0, 0, 0}; blockIdx.x < gridDim.x; blockIdx.x++) {
        run_block();
    }
}

struct Factor {
    int transposed;
    float* at;
    int64 leading, stride;

    Factor() : transposed(get<int>()), at((float*) get<int64>()), leading(get<int>()), stride(get<int64>()) {}

    float& value(int product, int row, int column) {
        return at[product * stride + (transposed ? row * leading + column : row + column * leading)];
    }
};

static void multiply() {
    int m = get<int>(), n = get<int>(), k = get<int>();
    Factor a, b, c;
    for (int product = 0, count = get<int>(); product < count; product++) {
        for (int j = 0; j < n; j++) {
            for (int i = 0; i < m; i++) {
                double sum = 0;
                for (int l = 0; l < k; l++) {
                    sum += (double) a.value(product, i, l) * b.value(product, l, j);
                }
                c.value(product, i, j) = (float) sum;
            }
        }
    }
}

// A pass of a grouped convolution, as its definition reads: 0 forward, 1 gradient of the weights, 2 of the input.
static void convolve() {
    int pass = get<int>(), batch = get<int>(), groups = get<int>(), in = get<int>(), out = get<int>();
    int edge = get<int>(), stride = get<int>(), padding = get<int>();
    int height = get<int>(), width = get<int>(), rows = get<int>(), columns = get<int>();
    float* arrays[] = {(float*) get<int64>(), (float*) get<int64>(), (float*) get<int64>()};
    int64 sizes[] = {(int64) batch * groups * in * height * width, (int64) groups * out * in * edge * edge,
            (int64) batch * groups * out * rows * columns};
    int result = pass == 0 ? 2 : pass == 1 ? 1 : 0;
    std::vector<double> sums(sizes[result]);
    for (int64 o = 0; o < sizes[2]; o++) {
        int64 channel = o / (rows * columns) % (groups * out), image = o / (rows * columns) / (groups * out);
        for (int64 tap = 0; tap < in * edge * edge; tap++) {
            int64 y = o / columns % rows * stride + tap / edge % edge - padding;
            int64 x = o % columns * stride + tap % edge - padding;
            if (y >= 0 && y < height && x >= 0 && x < width) {
                int64 source = channel / out * in + tap / (edge * edge);
                int64 i = ((image * groups * in + source) * height + y) * width + x;
                int64 w = channel * in * edge * edge + tap;
                double product = pass == 0 ? (double) arrays[0][i] * arrays[1][w]
                        : (double) arrays[2][o] * (pass == 1 ? arrays[0][i] : arrays[1][w]);
                sums[pass == 0 ? o : pass == 1 ? w : i] += product;
            }
        }
    }
    for (int64 k = 0; k < sizes[result]; k++) {
        arrays[result][k] = (float) sums[k];
    }
}

int main() {
    for (;;) {
        char order = get<char>();
        if (order == 'A') {
            int64 bytes = (get<int64>() + 255) / 256 * 256;
            void* place = aligned_alloc(256, bytes);
            memset(place, 0, bytes);
            fwrite(&place, 8, 1, stdout);
            fflush(stdout);
        } else if (order == 'U') {
            char* to = (char*) get<int64>();
            for (int64 left = get<int64>(); left > 0; left--) {
                *to++ = get<char>();
            }
        } else if (order == 'D') {
            char* from = (char*) get<int64>();
            fwrite(from, get<int64>(), 1, stdout);
            fflush(stdout);
        } else if (order == 'L') {
            launch();
        } else if (order == 'M') {
            multiply();
        } else if (order == 'C') {
            convolve();
        } else {
            fail(std::string("no order ") + order);
        }
    }
}
