// Stands in for a GPU: runs CUDA kernels on the host and takes orders from standard input, see ShimGpu. kernels.cu are
// the kernels, table.h lists them as KERNEL(name).

#include "emulator.h"
#include "kernels.cu"

#define KERNEL(name) {#name, kernel_of(name)},
static const std::map<std::string, Kernel> kernels = {
#include "table.h"
};

template <class T>
static T get() {
    T value;
    if (fread(&value, sizeof value, 1, stdin) != 1) {
        exit(0);
    }
    return value;
}

static uint3 get_size() {
    unsigned x = get<int>(), y = get<int>(), z = get<int>();
    return {x, y, z};
}

// The arguments have a letter each, as the parameters have, and 8 bytes.
static void launch() {
    std::string name(get<int>(), ' ');
    for (char& c : name) {
        c = get<char>();
    }
    uint3 grid = get_size(), block = get_size();
    size_t shared = get<int>();
    std::string letters(get<int>(), ' ');
    std::vector<int64> values(letters.size());
    std::vector<void*> arguments;
    for (size_t i = 0; i < letters.size(); i++) {
        letters[i] = get<char>();
        values[i] = get<int64>();
        arguments.push_back(&values[i]);
    }
    if (!kernels.count(name)) {
        fail("there is no kernel " + name);
    }
    const Kernel& kernel = kernels.at(name);
    if (letters != kernel.parameters) {
        fail(name + " has parameters " + kernel.parameters + ", not " + letters);
    }
    launch(kernel.bind(arguments.data()), grid, block, shared);
}

struct Factor {
    int transposed;
    char* at;
    int64 leading, stride;

    Factor() : transposed(get<int>()), at((char*) get<int64>()), leading(get<int>()), stride(get<int64>()) {}

    template <class T>
    T& value(int product, int row, int column) {
        return ((T*) at)[product * stride + (transposed ? row * leading + column : row + column * leading)];
    }

    // A value of 4 bytes, or of 2, which are the upper half of 4.
    double value(int bytes, int product, int row, int column) {
        return bytes == 4 ? value<float>(product, row, column)
                : bits_as<float>((unsigned) value<uint16_t>(product, row, column) << 16);
    }
};

static void multiply() {
    int m = get<int>(), n = get<int>(), k = get<int>(), bytes = get<int>();
    Factor a, b, c;
    for (int product = 0, count = get<int>(); product < count; product++) {
        for (int j = 0; j < n; j++) {
            for (int i = 0; i < m; i++) {
                double sum = 0;
                for (int l = 0; l < k; l++) {
                    sum += a.value(bytes, product, i, l) * b.value(bytes, product, l, j);
                }
                c.value<float>(product, i, j) = (float) sum;
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
        } else if (order == 'F') {
            free((void*) get<int64>());
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
