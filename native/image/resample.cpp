#include "image.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#if defined(__x86_64__) && defined(__gnu_linux__)
#define SEMBLANCE_WIDE __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define SEMBLANCE_WIDE
#endif

namespace semblance::image {

namespace {

typedef float Vec4 __attribute__((vector_size(16)));
typedef int32_t Int4 __attribute__((vector_size(16)));

Vec4 load4(const float* from) {
    Vec4 value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

void store4(float* to, Vec4 value) { std::memcpy(to, &value, sizeof value); }

// For every output position: where its taps start and their weights, padded with zeros to one length.
struct Taps {
    std::vector<int> start;
    std::vector<float> weight;
    int count = 0;
    bool identity = false;  // every output is one whole input pixel, one after the other
};

double supportOf(double length, int out) { return std::max(1.0, length / out); }

Taps makeTaps(double start, double length, int out, int limit, bool reversed) {
    const double scale = length / out;
    const double support = supportOf(length, out);
    Taps taps;
    taps.count = std::min(limit, static_cast<int>(2 * support) + 1);
    taps.start.resize(out);
    taps.weight.assign(static_cast<std::size_t>(out) * taps.count, 0.0f);
    taps.identity = scale == 1.0 && start == std::floor(start) && start >= 0 && start + length <= limit;
    std::vector<double> weights(taps.count + 1);
    for (int i = 0; i < out; i++) {
        const double centre = start + (i + 0.5) * scale;
        int first = std::max(0, static_cast<int>(std::floor(centre - support + 0.5)));
        int end = std::min(limit, static_cast<int>(std::floor(centre + support + 0.5)));
        first = std::min(first, limit - 1);
        end = std::min(std::max(end, first + 1), first + taps.count);
        double sum = 0;
        for (int k = first; k < end; k++) {
            weights[k - first] = std::max(0.0, 1.0 - std::abs((k + 0.5 - centre) / support));
            sum += weights[k - first];
        }
        if (sum <= 0) {
            weights[0] = sum = 1;
        }
        // Taps may not run past the end: shift the window left and pad in front.
        const int from = std::min(first, limit - taps.count);
        const int slot = reversed ? out - 1 - i : i;
        taps.start[slot] = from;
        for (int k = first; k < end; k++) {
            taps.weight[static_cast<std::size_t>(slot) * taps.count + (k - from)] = static_cast<float>(weights[k - first] / sum);
        }
    }
    return taps;
}

SEMBLANCE_WIDE
void blend(const uint8_t* const* rows, const float* weights, int count, float* __restrict sum, int length) {
    const uint8_t* __restrict a = rows[0];
    const uint8_t* __restrict b = rows[count > 1 ? 1 : 0];
    const uint8_t* __restrict c = rows[count > 2 ? 2 : 0];
    const uint8_t* __restrict d = rows[count > 3 ? 3 : 0];
    const float wa = weights[0], wb = count > 1 ? weights[1] : 0, wc = count > 2 ? weights[2] : 0, wd = count > 3 ? weights[3] : 0;
    for (int i = 0; i < length; i++) {
        sum[i] = (wa * a[i] + wb * b[i]) + (wc * c[i] + wd * d[i]);
    }
    for (int k = 4; k < count; k++) {
        const uint8_t* __restrict row = rows[k];
        const float weight = weights[k];
        for (int i = 0; i < length; i++) {
            sum[i] += weight * row[i];
        }
    }
}

inline Vec4 dot(const float* row, const float* weight, int count) {
    Vec4 sum = load4(row) * weight[0];
    for (int k = 1; k < count; k++) {
        sum += load4(row + 3 * k) * weight[k];
    }
    return sum;
}

uint8_t toByte(float value) { return static_cast<uint8_t>(std::min(255.0f, std::max(0.0f, value + 0.5f))); }

// Writes pixel (column, row) of the stored orientation to its place in the shown one.
struct Writer {
    const Target& target;
    bool transpose;
    std::size_t plane;
    std::ptrdiff_t stepX, stepY;

    Writer(const Target& to, bool swapped)
        : target(to), transpose(swapped), plane(static_cast<std::size_t>(to.width) * to.height),
          stepX(swapped ? to.width : 1), stepY(swapped ? 1 : to.width) {}

    void put(int column, int row, Vec4 rgb) const {
        const std::ptrdiff_t at = column * stepX + row * stepY;
        if (target.layout == Layout::BytesInterleaved) {
            uint8_t* to = static_cast<uint8_t*>(target.out) + 3 * at;
            for (int c = 0; c < 3; c++) to[c] = toByte(rgb[c]);
        } else {
            float* to = static_cast<float*>(target.out) + at;
            for (int c = 0; c < 3; c++) to[c * plane] = rgb[c] * target.scale[c] + target.bias[c];
        }
    }

    // Four neighbours of one row at once, transposed into the three planes.
    void putPlanar(int column, int row, Vec4 p, Vec4 q, Vec4 r, Vec4 s) const {
        const Vec4 rg01 = __builtin_shuffle(p, q, Int4{0, 4, 1, 5});
        const Vec4 rg23 = __builtin_shuffle(r, s, Int4{0, 4, 1, 5});
        const Vec4 b01 = __builtin_shuffle(p, q, Int4{2, 6, 3, 7});
        const Vec4 b23 = __builtin_shuffle(r, s, Int4{2, 6, 3, 7});
        float* to = static_cast<float*>(target.out) + column + row * stepY;
        store4(to, __builtin_shuffle(rg01, rg23, Int4{0, 1, 4, 5}) * target.scale[0] + target.bias[0]);
        store4(to + plane, __builtin_shuffle(rg01, rg23, Int4{2, 3, 6, 7}) * target.scale[1] + target.bias[1]);
        store4(to + 2 * plane, __builtin_shuffle(b01, b23, Int4{0, 1, 4, 5}) * target.scale[2] + target.bias[2]);
    }
};

void mixRow(const float* row, const Taps& taps, int width, int target, const Writer& writer) {
    const bool wide = writer.target.layout == Layout::FloatsPlanar && !writer.transpose;
    const auto at = [&](int i) { return dot(row + 3 * taps.start[i], &taps.weight[static_cast<std::size_t>(i) * taps.count], taps.count); };
    int i = 0;
    for (; wide && i + 4 <= width; i += 4) {
        writer.putPlanar(i, target, at(i), at(i + 1), at(i + 2), at(i + 3));
    }
    for (; i < width; i++) {
        writer.put(i, target, at(i));
    }
}

// Nothing to mix: whole pixels are copied.
void copyBytes(const Region& region, int left, int top, int width, int height, bool flipX, bool flipY, const Writer& writer) {
    for (int j = 0; j < height; j++) {
        const uint8_t* from = region.pixels + (top + j) * region.stride + 3 * left;
        const int row = flipY ? height - 1 - j : j;
        uint8_t* to = static_cast<uint8_t*>(writer.target.out);
        if (!flipX && !writer.transpose) {
            std::memcpy(to + 3 * row * writer.stepY, from, 3 * static_cast<std::size_t>(width));
            continue;
        }
        for (int i = 0; i < width; i++) {
            std::memcpy(to + 3 * ((flipX ? width - 1 - i : i) * writer.stepX + row * writer.stepY), from + 3 * i, 3);
        }
    }
}

}  // namespace

void reach(double start, double length, int out, int limit, int* first, int* end) {
    const double support = supportOf(length, out);
    *first = std::min(limit - 1, std::max(0, static_cast<int>(std::floor(start - support)) - 1));
    *end = std::max(*first + 1, std::min(limit, static_cast<int>(std::ceil(start + length + support)) + 1));
}

Orientation Orientation::fromExif(int exif) {
    switch (exif) {
        case 2: return {true, false, false};
        case 3: return {true, true, false};
        case 4: return {false, true, false};
        case 5: return {false, false, true};
        case 6: return {false, true, true};
        case 7: return {true, true, true};
        case 8: return {true, false, true};
        default: return {};
    }
}

void resample(const Region& region, const Box& box, Orientation orientation, const Target& target) {
    const int width = orientation.transpose ? target.height : target.width;
    const int height = orientation.transpose ? target.width : target.height;
    const double left = (box.x - region.x) * region.scaleX, top = (box.y - region.y) * region.scaleY;
    const Taps across = makeTaps(left, box.width * region.scaleX, width, region.width, orientation.flipX);
    const Taps down = makeTaps(top, box.height * region.scaleY, height, region.height, orientation.flipY);
    const Writer writer(target, orientation.transpose);
    if (across.identity && down.identity && target.layout == Layout::BytesInterleaved) {
        copyBytes(region, static_cast<int>(left), static_cast<int>(top), width, height, orientation.flipX, orientation.flipY, writer);
        return;
    }
    const int first = *std::min_element(across.start.begin(), across.start.end());
    const int last = *std::max_element(across.start.begin(), across.start.end()) + across.count;
    // One float past the last pixel is read, never used.
    thread_local std::vector<float> sums;
    sums.resize(3 * static_cast<std::size_t>(region.width) + 4);
    std::vector<const uint8_t*> rows(down.count);
    for (int j = 0; j < height; j++) {
        for (int k = 0; k < down.count; k++) {
            rows[k] = region.pixels + (down.start[j] + k) * region.stride + 3 * first;
        }
        blend(rows.data(), &down.weight[static_cast<std::size_t>(j) * down.count], down.count, sums.data() + 3 * first, 3 * (last - first));
        mixRow(sums.data(), across, width, j, writer);
    }
}

}  // namespace semblance::image
