// Poolings: squares of 2x2 pixels side by side, averages of all pixels, and windows of any sizes. Tensors lie as
// [planes, rows, columns].

// Which of the values of a 2x2 square, row by row, is the first largest.
static __device__ int largest(float a, float b, float c, float d) {
    int best = b > a ? 1 : 0;
    float most = b > a ? b : a;
    best = c > most ? 2 : best;
    most = c > most ? c : most;
    return d > most ? 3 : best;
}

static __device__ float maximum(float a, float b, float c, float d) {
    int best = largest(a, b, c, d);
    return best < 2 ? (best == 0 ? a : b) : (best == 2 ? c : d);
}

// x [planes, height, width], y [planes, rows, columns] of count values; rows and columns are half as many.
extern "C" __global__ void max_pool(
        const float* __restrict__ x, float* __restrict__ y, uint height, uint width, int64 by_rows, int64 by_columns,
        uint count) {
    uint rows = height / 2;
    uint columns = width / 2;
    if (width % 4 == 0 && height % 2 == 0) {  // two squares at once, of two whole lines
        FOR_EACH(p, count / 2) {
            const float* first = x + 4 * p + 2 * columns * quotient(2 * p, by_columns);
            Pack<4> upper = load<4>(first);
            Pack<4> lower = load<4>(first + width);
            Pack<2> result;
#pragma unroll
            for (int k = 0; k < 2; k++) {
                result.v[k] = maximum(upper.v[2 * k], upper.v[2 * k + 1], lower.v[2 * k], lower.v[2 * k + 1]);
            }
            store(y + 2 * p, result);
        }
        return;
    }
    FOR_EACH(i, count) {
        uint line = quotient(i, by_columns);
        uint plane = quotient(line, by_rows);
        const float* first = x + (plane * height + 2 * (line - plane * rows)) * width + 2 * (i - line * columns);
        y[i] = maximum(first[0], first[1], first[width], first[width + 1]);
    }
}

// dx [planes, height, width] in count squares [planes, rows, columns], where rows and columns count those that end at
// the edge too. What lies in no whole square gets 0; where asked, a maximum that is not positive too, as x is a ReLU's
// result and the gradient of that one's input is meant.
extern "C" __global__ void max_pool_backward(
        const float* __restrict__ x, const float* __restrict__ dy, float* __restrict__ dx, int masks, uint height,
        uint width, int64 by_rows, int64 by_columns, uint count) {
    uint rows = (height + 1) / 2;
    uint columns = (width + 1) / 2;
    if (width % 4 == 0 && height % 2 == 0) {
        FOR_EACH(p, count / 2) {
            uint first = 4 * p + 2 * columns * quotient(2 * p, by_columns);
            Pack<4> upper = load<4>(x + first);
            Pack<4> lower = load<4>(x + first + width);
            Pack<2> gradient = load<2>(dy + 2 * p);
#pragma unroll
            for (int k = 0; k < 2; k++) {
                float a = upper.v[2 * k], b = upper.v[2 * k + 1], c = lower.v[2 * k], d = lower.v[2 * k + 1];
                int best = largest(a, b, c, d);
                float passed = !masks || maximum(a, b, c, d) > 0 ? gradient.v[k] : 0;
                upper.v[2 * k] = best == 0 ? passed : 0;
                upper.v[2 * k + 1] = best == 1 ? passed : 0;
                lower.v[2 * k] = best == 2 ? passed : 0;
                lower.v[2 * k + 1] = best == 3 ? passed : 0;
            }
            store(dx + first, upper);
            store(dx + first + width, lower);
        }
        return;
    }
    FOR_EACH(i, count) {
        uint line = quotient(i, by_columns);
        uint plane = quotient(line, by_rows);
        uint row = line - plane * rows;
        uint column = i - line * columns;
        uint first = (plane * height + 2 * row) * width + 2 * column;
        bool right = 2 * column + 1 < width;
        bool below = 2 * row + 1 < height;
        bool whole = right && below;
        int best = 0;
        float gradient = 0;
        if (whole) {
            float a = x[first], b = x[first + 1], c = x[first + width], d = x[first + width + 1];
            best = largest(a, b, c, d);
            bool passes = !masks || maximum(a, b, c, d) > 0;
            gradient = passes ? dy[(plane * (height / 2) + row) * (width / 2) + column] : 0;
        }
        dx[first] = best == 0 ? gradient : 0;
        if (right) {
            dx[first + 1] = best == 1 ? gradient : 0;
        }
        if (below) {
            dx[first + width] = best == 2 ? gradient : 0;
        }
        if (whole) {
            dx[first + width + 1] = best == 3 ? gradient : 0;
        }
    }
}

template <int W>
static __device__ float sum_of_plane(const float* x, uint plane) {
    float sum = 0;
#pragma unroll 4
    for (uint p = 0; p < plane; p += W) {
        Pack<W> pack = load<W>(x + p);
#pragma unroll
        for (int k = 0; k < W; k++) {
            sum += pack.v[k];
        }
    }
    return sum;
}

// y [count], each the mean of a plane of x.
extern "C" __global__ void average_pool(
        const float* __restrict__ x, float* __restrict__ y, uint plane, uint count) {
    FOR_EACH(i, count) {
        y[i] = (plane % 4 == 0 ? sum_of_plane<4>(x + i * plane, plane) : sum_of_plane<1>(x + i * plane, plane)) / plane;
    }
}

template <int W>
static __device__ void spread(
        const float* __restrict__ dy, float* __restrict__ dx, uint plane, int64 by_plane, uint count) {
    FOR_EACH(p, count / W) {
        float share = dy[quotient(W * p, by_plane)] / plane;
        Pack<W> pack;
#pragma unroll
        for (int k = 0; k < W; k++) {
            pack.v[k] = share;
        }
        store(dx + W * p, pack);
    }
}

extern "C" __global__ void average_pool_backward(
        const float* dy, float* dx, uint plane, int64 by_plane, uint count) {
    if (plane % 4 == 0) {
        spread<4>(dy, dx, plane, by_plane, count);
    } else {
        spread<1>(dy, dx, plane, by_plane, count);
    }
}

// Where a value lies in a tensor [planes, rows, columns].
struct Place {
    uint plane;
    uint row;
    uint column;
};

static __device__ Place place_of(uint i, uint rows, uint columns, int64 by_rows, int64 by_columns) {
    uint line = quotient(i, by_columns);
    uint plane = quotient(line, by_rows);
    return {plane, line - plane * rows, i - line * columns};
}

// The pixels, or windows, from .. to - 1 of a line.
struct Range {
    uint from;
    uint to;
};

// Pixels of a line of size pixels that window i of a length covers.
static __device__ Range pixels_of(uint i, uint length, uint stride, uint padding, uint size) {
    uint first = i * stride;
    uint end = first + length - padding;
    return {first < padding ? 0 : first - padding, end < size ? end : size};
}

// Windows, of count, that cover a pixel of a line.
static __device__ Range windows_over(uint pixel, uint length, uint stride, uint padding, uint count) {
    uint place = pixel + padding;
    uint end = place / stride + 1;
    return {place < length ? 0 : (place - length) / stride + 1, end < count ? end : count};
}

// Index in x of the first largest of a window's pixels.
static __device__ uint largest_of(const float* x, uint first, uint width, Range rows, Range columns) {
    uint best = first + rows.from * width + columns.from;
    for (uint r = rows.from; r < rows.to; r++) {
        for (uint c = columns.from; c < columns.to; c++) {
            uint other = first + r * width + c;
            best = x[other] > x[best] ? other : best;
        }
    }
    return best;
}

// x [planes, height, width], y [planes, rows, columns] of count values; windows of length x breadth pixels.
extern "C" __global__ void max_of_windows(
        const float* x, float* y, uint height, uint width, uint rows, uint columns, uint length, uint breadth,
        uint stride, uint padding, int64 by_rows, int64 by_columns, uint count) {
    FOR_EACH(i, count) {
        Place at = place_of(i, rows, columns, by_rows, by_columns);
        Range down = pixels_of(at.row, length, stride, padding, height);
        Range across = pixels_of(at.column, breadth, stride, padding, width);
        y[i] = x[largest_of(x, at.plane * height * width, width, down, across)];
    }
}

// dx [planes, height, width] of count values, each from all windows that it is the first largest of; where asked, that of
// the input of the ReLU whose result x is.
extern "C" __global__ void max_of_windows_backward(
        const float* x, const float* dy, float* dx, int masks, uint height, uint width, uint rows, uint columns,
        uint length, uint breadth, uint stride, uint padding, int64 by_height, int64 by_width, uint count) {
    FOR_EACH(i, count) {
        Place at = place_of(i, height, width, by_height, by_width);
        Range down = windows_over(at.row, length, stride, padding, rows);
        Range across = windows_over(at.column, breadth, stride, padding, columns);
        float sum = 0;
        for (uint r = down.from; r < down.to; r++) {
            for (uint c = across.from; c < across.to; c++) {
                uint best = largest_of(x, at.plane * height * width, width,
                        pixels_of(r, length, stride, padding, height), pixels_of(c, breadth, stride, padding, width));
                sum += best == i ? dy[(at.plane * rows + r) * columns + c] : 0;
            }
        }
        dx[i] = !masks || x[i] > 0 ? sum : 0;
    }
}

static __device__ uint size_of(Range down, Range across) {
    return (down.to - down.from) * (across.to - across.from);
}

// Means of windows, as max_of_windows has their maxima; pixels beyond the edge count nothing.
extern "C" __global__ void average_of_windows(
        const float* x, float* y, uint height, uint width, uint rows, uint columns, uint length, uint breadth,
        uint stride, uint padding, int64 by_rows, int64 by_columns, uint count) {
    FOR_EACH(i, count) {
        Place at = place_of(i, rows, columns, by_rows, by_columns);
        Range down = pixels_of(at.row, length, stride, padding, height);
        Range across = pixels_of(at.column, breadth, stride, padding, width);
        float sum = 0;
        for (uint r = down.from; r < down.to; r++) {
            for (uint c = across.from; c < across.to; c++) {
                sum += x[(at.plane * height + r) * width + c];
            }
        }
        y[i] = sum / size_of(down, across);
    }
}

extern "C" __global__ void average_of_windows_backward(
        const float* dy, float* dx, uint height, uint width, uint rows, uint columns, uint length, uint breadth,
        uint stride, uint padding, int64 by_height, int64 by_width, uint count) {
    FOR_EACH(i, count) {
        Place at = place_of(i, height, width, by_height, by_width);
        Range down = windows_over(at.row, length, stride, padding, rows);
        Range across = windows_over(at.column, breadth, stride, padding, columns);
        float sum = 0;
        for (uint r = down.from; r < down.to; r++) {
            for (uint c = across.from; c < across.to; c++) {
                uint pixels = size_of(
                        pixels_of(r, length, stride, padding, height), pixels_of(c, breadth, stride, padding, width));
                sum += dy[(at.plane * rows + r) * columns + c] / pixels;
            }
        }
        dx[i] = sum;
    }
}
