// The exported functions: plain C, every exception caught and turned into a code and one line of text.
#include "image.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <new>

#include <jpeglib.h>
#include <vips/vips8>

#define SEMBLANCE_EXPORT extern "C" __attribute__((visibility("default")))

using namespace semblance::image;

// Shared with ImageCodec.Native in Semblance.Tensors.Images.
struct SmbImageInfo {
    int32_t width, height;  // as shown
    int32_t format;
    int32_t orientation;
};

struct SmbImageView {
    double x, y, width, height;  // of the shown image
    int64_t maxPixels;
    int32_t outWidth, outHeight;
    int32_t flip;
    int32_t layout;
    float scale[3];
    float bias[3];
};

namespace {

void say(char* message, int32_t capacity, const char* text) {
    if (capacity > 0) std::snprintf(message, static_cast<std::size_t>(capacity), "%.*s", static_cast<int>(std::strcspn(text, "\r\n")), text);
}

template <typename Body>
int32_t guarded(char* message, int32_t capacity, Body body) {
    try {
        body();
        return static_cast<int32_t>(Code::Ok);
    } catch (const Error& error) {
        say(message, capacity, error.what());
        return static_cast<int32_t>(error.code());
    } catch (const std::bad_alloc&) {
        say(message, capacity, "not enough memory");
        return static_cast<int32_t>(Code::Internal);
    } catch (const std::exception& error) {
        say(message, capacity, error.what());
        return static_cast<int32_t>(Code::Internal);
    } catch (...) {
        say(message, capacity, "unknown failure");
        return static_cast<int32_t>(Code::Internal);
    }
}

// The header, read by the decoder that will read the pixels.
Header headerOf(Source source, bool* throughJpeg) {
    if (source.size == 0) throw Error(Code::Empty, "the file is empty (0 bytes)");
    const Format format = sniff(source);
    *throughJpeg = false;
    switch (format) {
        case Format::Unknown: throw Error(Code::Unknown, "not an image by its content (JPEG, PNG, WebP, GIF and TIFF are read)");
        case Format::Jpeg: return readJpegHeader(source, throughJpeg);
        default: return readVipsHeader(source, format);
    }
}

void demandSize(const Header& header, int64_t maxPixels) {
    if (static_cast<int64_t>(header.width) * header.height > maxPixels) {
        char text[160];
        std::snprintf(text, sizeof text, "%d x %d pixels are over the limit of %lld", header.width, header.height, static_cast<long long>(maxPixels));
        throw Error(Code::TooLarge, text);
    }
}

void demandView(const SmbImageView& view, int width, int height) {
    const bool sound = view.width > 0 && view.height > 0 && view.x >= 0 && view.y >= 0 && view.x + view.width <= width + 1e-6 &&
        view.y + view.height <= height + 1e-6 && view.outWidth > 0 && view.outHeight > 0;
    if (!sound) throw Error(Code::Argument, "the box lies outside the image, or the output has no size");
}

// A box of the shown image in stored coordinates.
Box toStored(const SmbImageView& view, const Header& header, Orientation orientation) {
    Box box = orientation.transpose ? Box{view.y, view.x, view.height, view.width} : Box{view.x, view.y, view.width, view.height};
    if (orientation.flipX) box.x = std::max(0.0, header.width - box.x - box.width);
    if (orientation.flipY) box.y = std::max(0.0, header.height - box.y - box.height);
    return box;
}

Orientation mirrored(Orientation orientation) {
    (orientation.transpose ? orientation.flipY : orientation.flipX) ^= true;
    return orientation;
}

Target targetOf(const SmbImageView& view, void* out) {
    return {out, view.outWidth, view.outHeight, static_cast<Layout>(view.layout), view.scale, view.bias};
}

// Kept between calls; given back when one large image blew it up.
std::vector<uint8_t>& scratch() {
    thread_local std::vector<uint8_t> storage;
    if (storage.capacity() > (std::size_t{1} << 25)) storage = {};
    return storage;
}

void render(Source source, const SmbImageView& view, void* out) {
    bool throughJpeg = false;
    const Header header = headerOf(source, &throughJpeg);
    demandSize(header, view.maxPixels);
    const Orientation orientation = Orientation::fromExif(header.orientation);
    demandView(view, orientation.transpose ? header.height : header.width, orientation.transpose ? header.width : header.height);
    const Box box = toStored(view, header, orientation);
    const int outWidth = orientation.transpose ? view.outHeight : view.outWidth;
    const int outHeight = orientation.transpose ? view.outWidth : view.outHeight;
    const Region region = throughJpeg ? decodeJpeg(source, box, outWidth, outHeight, scratch()) : decodeVips(source, header.format, box, outWidth, outHeight, scratch());
    resample(region, box, view.flip != 0 ? mirrored(orientation) : orientation, targetOf(view, out));
}

}  // namespace

namespace semblance::image {

Format sniff(Source source) {
    const auto starts = [&](const char* magic, std::size_t length, std::size_t at = 0) { return source.size >= at + length && std::memcmp(source.data + at, magic, length) == 0; };
    if (starts("\xFF\xD8\xFF", 3)) return Format::Jpeg;
    if (starts("\x89PNG\r\n\x1A\n", 8)) return Format::Png;
    if (starts("RIFF", 4) && starts("WEBP", 4, 8)) return Format::WebP;
    if (starts("GIF87a", 6) || starts("GIF89a", 6)) return Format::Gif;
    if (starts("II*\0", 4) || starts("MM\0*", 4) || starts("II+\0", 4) || starts("MM\0+", 4)) return Format::Tiff;
    return Format::Unknown;
}

}  // namespace semblance::image

SEMBLANCE_EXPORT int32_t smb_image_probe(const uint8_t* data, std::size_t size, SmbImageInfo* info, char* message, int32_t capacity) {
    return guarded(message, capacity, [&] {
        bool throughJpeg = false;
        const Header header = headerOf({data, size}, &throughJpeg);
        const bool swapped = header.orientation >= 5;
        *info = {swapped ? header.height : header.width, swapped ? header.width : header.height, static_cast<int32_t>(header.format), header.orientation};
    });
}

SEMBLANCE_EXPORT int32_t smb_image_render(const uint8_t* data, std::size_t size, const SmbImageView* view, void* out, char* message, int32_t capacity) {
    return guarded(message, capacity, [&] { render({data, size}, *view, out); });
}

SEMBLANCE_EXPORT int32_t smb_image_render_pixels(const uint8_t* rgb, int32_t width, int32_t height, const SmbImageView* view, void* out, char* message, int32_t capacity) {
    return guarded(message, capacity, [&] {
        demandView(*view, width, height);
        Region region;
        region.pixels = rgb;
        region.width = width;
        region.height = height;
        region.stride = 3 * static_cast<std::ptrdiff_t>(width);
        resample(region, {view->x, view->y, view->width, view->height}, view->flip != 0 ? mirrored({}) : Orientation{}, targetOf(*view, out));
    });
}

SEMBLANCE_EXPORT int32_t smb_image_encode(const uint8_t* rgb, int32_t width, int32_t height, int32_t format, int32_t quality, void** out, std::size_t* size, char* message, int32_t capacity) {
    return guarded(message, capacity, [&] { encode(rgb, width, height, static_cast<Format>(format), quality, out, size); });
}

SEMBLANCE_EXPORT void smb_image_free(void* memory) { g_free(memory); }

#define SEMBLANCE_TEXT_OF(value) #value
#define SEMBLANCE_TEXT(value) SEMBLANCE_TEXT_OF(value)

SEMBLANCE_EXPORT int32_t smb_image_versions(char* message, int32_t capacity) {
    const int32_t code = guarded(message, capacity, [] { startVips(); });
    if (code == 0) {
        char text[128];
        std::snprintf(text, sizeof text, "libvips %d.%d.%d, libjpeg-turbo %s", vips_version(0), vips_version(1), vips_version(2), SEMBLANCE_TEXT(LIBJPEG_TURBO_VERSION));
        say(message, capacity, text);
    }
    return code;
}
