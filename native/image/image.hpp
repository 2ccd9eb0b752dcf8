// What the parts of the image door share. Nothing here is exported; api.cpp holds the exported functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace semblance::image {

// Numbers are shared with ImageFault in Semblance.Tensors.Images.
enum class Code : int32_t { Ok = 0, Empty = 1, Unknown = 2, TooLarge = 3, Damaged = 4, Argument = 5, Internal = 6 };

// Numbers are shared with ImageFormat in Semblance.Tensors.Images.
enum class Format : int32_t { Unknown = 0, Jpeg = 1, Png = 2, WebP = 3, Gif = 4, Tiff = 5 };

class Error : public std::exception {
public:
    Error(Code code, std::string message) : code_(code), message_(std::move(message)) {}
    Code code() const { return code_; }
    const char* what() const noexcept override { return message_.c_str(); }

private:
    Code code_;
    std::string message_;
};

// The header of an encoded image; width and height as stored, before the orientation is applied.
struct Header {
    int32_t width = 0;
    int32_t height = 0;
    int32_t orientation = 1;  // EXIF, 1..8
    Format format = Format::Unknown;
};

// A rectangle in source pixels; edges lie between pixels, so a whole image is (0, 0, width, height).
struct Box {
    double x, y, width, height;
};

// Decoded RGB bytes of a part of an image, possibly shrunk while decoding.
struct Region {
    const uint8_t* pixels = nullptr;
    int width = 0, height = 0;
    std::ptrdiff_t stride = 0;    // bytes between rows
    double x = 0, y = 0;          // source position of the top left corner
    double scaleX = 1, scaleY = 1;  // region pixels per source pixel
};

// From stored to shown pixels: mirror x, mirror y, then swap x and y.
struct Orientation {
    bool flipX = false, flipY = false, transpose = false;
    static Orientation fromExif(int exif);
};

enum class Layout : int32_t { BytesInterleaved = 0, FloatsPlanar = 1 };

// Where resampled pixels go and what is done to them on the way.
struct Target {
    void* out;
    int width, height;  // as shown
    Layout layout;
    const float* scale;  // per channel; floats only
    const float* bias;
};

struct Source {
    const uint8_t* data;
    std::size_t size;
};

Format sniff(Source source);
Header readJpegHeader(Source source, bool* decodable);
Header readVipsHeader(Source source, Format format);

// The whole pixels that resampling a box to out pixels looks at, clamped to [0, limit).
void reach(double start, double length, int out, int limit, int* first, int* end);

Region decodeJpeg(Source source, const Box& box, int outWidth, int outHeight, std::vector<uint8_t>& storage);
Region decodeVips(Source source, Format format, const Box& box, int outWidth, int outHeight, std::vector<uint8_t>& storage);

// Antialiased triangle filter (bilinear when enlarging) from a box of the source to the target.
void resample(const Region& region, const Box& box, Orientation orientation, const Target& target);

void encode(const uint8_t* rgb, int width, int height, Format format, int quality, void** out, std::size_t* size);
void startVips();

}  // namespace semblance::image
