// What a program's input [b, n, c, h, w] is made of.

// From normalised images [n, b, c, h, w] of size values.
extern "C" __global__ void arrange_images(
        const float* images, float* input, uint batch, uint workers, uint size, uint count) {
    FOR_EACH(i, count) {
        uint image = i / size % workers * batch + i / (size * workers);
        input[i] = images[image * size + i % size];
    }
}

// From the images first + p b + i of a set: pixels [N, c, h, w], tables [c, 256] of what a pixel becomes.
extern "C" __global__ void normalize_images(
        const unsigned char* pixels, const float* tables, float* input, uint first, uint batch, uint parts,
        uint channels, uint plane, uint count) {
    uint size = channels * plane;
    FOR_EACH(i, count) {
        uint image = first + i / size % parts * batch + i / (size * parts);
        uint pixel = pixels[(int64) image * size + i % size];
        input[i] = tables[i / plane % channels * 256 + pixel];
    }
}

// From drawn images of a set: draws [n, b, 4] of index, first row, first column and whether mirrored. Outside of the
// image, pixels are 0.
extern "C" __global__ void draw_images(
        const unsigned char* pixels, const float* tables, const int* draws, float* input, uint batch, uint workers,
        uint channels, uint height, uint width, uint count) {
    uint plane = height * width;
    uint size = channels * plane;
    FOR_EACH(i, count) {
        const int* drawn = draws + 4 * (i / size % workers * batch + i / (size * workers));
        uint channel = i / plane % channels;
        int column = i % width;
        int y = (int) (i / width % height) + drawn[1];
        int x = (drawn[3] ? (int) width - 1 - column : column) + drawn[2];
        bool inside = y >= 0 && y < (int) height && x >= 0 && x < (int) width;
        int64 place = (int64) drawn[0] * size + channel * plane + y * (int) width + x;
        input[i] = tables[channel * 256 + (inside ? pixels[place] : 0)];
    }
}
