// Every other format, and JPEG in four inks, through libvips.
#include "image.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <mutex>

#include <vips/vips8>

namespace semblance::image {

using vips::VImage;
using vips::VOption;

namespace {

std::string lastError() {
    std::string text = vips_error_buffer();
    vips_error_clear();
    return text.substr(0, text.find('\n'));
}

VImage load(Source source, Format format) {
    VOption* options = VImage::option()->set("access", VIPS_ACCESS_SEQUENTIAL)->set("fail_on", VIPS_FAIL_ON_ERROR);
    // libvips borrows the bytes; they outlive the call.
    VipsBlob* blob = vips_blob_new(nullptr, source.data, source.size);
    struct Unref {
        VipsBlob* blob;
        ~Unref() { vips_area_unref(VIPS_AREA(blob)); }
    } unref{blob};
    switch (format) {
        case Format::Jpeg: return VImage::jpegload_buffer(blob, options);
        case Format::Png: return VImage::pngload_buffer(blob, options);
        case Format::WebP: return VImage::webpload_buffer(blob, options);
        case Format::Gif: return VImage::gifload_buffer(blob, options);
        default: return VImage::tiffload_buffer(blob, options);
    }
}

// Three bytes a pixel; what is transparent lies on white.
VImage toRgb(VImage image) {
    if (!vips_colourspace_issupported(image.get_image())) {
        image = image.copy(VImage::option()->set("interpretation", image.bands() < 3 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB));
    }
    if (image.has_alpha()) {
        const VipsInterpretation space = image.interpretation();
        const double white = space == VIPS_INTERPRETATION_RGB16 || space == VIPS_INTERPRETATION_GREY16 ? 65535 : 255;
        image = image.flatten(VImage::option()->set("background", std::vector<double>{white})->set("max_alpha", white));
    }
    if (image.interpretation() != VIPS_INTERPRETATION_sRGB || image.format() != VIPS_FORMAT_UCHAR) {
        image = image.colourspace(VIPS_INTERPRETATION_sRGB);
    }
    if (image.bands() > 3) {
        image = image.extract_band(0, VImage::option()->set("n", 3));
    }
    return image.format() == VIPS_FORMAT_UCHAR ? image : image.cast(VIPS_FORMAT_UCHAR);
}

// How many source pixels may be averaged into one while leaving at least twice what the output has.
int shrinkFor(const Box& box, int outWidth, int outHeight) {
    const double ratio = std::min(box.width / outWidth, box.height / outHeight);
    return std::max(1, static_cast<int>(ratio / 2));
}

void silence(const char*, GLogLevelFlags, const char*, void*) {}

}  // namespace

void startVips() {
    static std::once_flag once;
    static bool started = false;
    std::call_once(once, [] {
        started = VIPS_INIT("semblance") == 0;
        if (!started) return;
        // Callers bring their own threads, and no operation is asked for twice.
        vips_concurrency_set(1);
        vips_cache_set_max(0);
        vips_cache_set_max_mem(0);
        vips_block_untrusted_set(TRUE);
        g_log_set_handler("VIPS", static_cast<GLogLevelFlags>(G_LOG_LEVEL_MASK & ~G_LOG_LEVEL_ERROR), silence, nullptr);
    });
    if (!started) throw Error(Code::Internal, "libvips did not start: " + lastError());
}

Header readVipsHeader(Source source, Format format) {
    startVips();
    try {
        VImage image = load(source, format);
        int orientation = image.get_typeof(VIPS_META_ORIENTATION) != 0 ? image.get_int(VIPS_META_ORIENTATION) : 1;
        return {image.width(), image.height(), orientation >= 1 && orientation <= 8 ? orientation : 1, format};
    } catch (const vips::VError&) {
        throw Error(Code::Damaged, "damaged header (" + lastError() + ")");
    }
}

Region decodeVips(Source source, Format format, const Box& box, int outWidth, int outHeight, std::vector<uint8_t>& storage) {
    startVips();
    try {
        VImage image = load(source, format);
        const int shrink = shrinkFor(box, outWidth, outHeight);
        int left, right, top, bottom;
        reach(box.x, box.width, outWidth, image.width(), &left, &right);
        reach(box.y, box.height, outHeight, image.height(), &top, &bottom);
        left -= left % shrink;
        top -= top % shrink;
        image = toRgb(image).extract_area(left, top, right - left, bottom - top);
        if (shrink > 1) {
            image = image.shrink(shrink, shrink, VImage::option()->set("ceil", true));
        }
        std::size_t size = 0;
        struct Free {
            void* memory;
            ~Free() { g_free(memory); }
        } pixels{image.write_to_memory(&size)};
        storage.resize(size);
        std::memcpy(storage.data(), pixels.memory, size);
        Region region;
        region.pixels = storage.data();
        region.width = image.width();
        region.height = image.height();
        region.stride = 3 * static_cast<std::ptrdiff_t>(region.width);
        region.scaleX = region.scaleY = 1.0 / shrink;
        region.x = left;
        region.y = top;
        return region;
    } catch (const vips::VError&) {
        throw Error(Code::Damaged, "damaged or cut off data (" + lastError() + ")");
    }
}

void encode(const uint8_t* rgb, int width, int height, Format format, int quality, void** out, std::size_t* size) {
    startVips();
    try {
        VImage image = VImage::new_from_memory(const_cast<uint8_t*>(rgb), 3 * static_cast<std::size_t>(width) * height, width, height, 3, VIPS_FORMAT_UCHAR)
            .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB));
        const char* suffix = format == Format::Jpeg ? ".jpg" : format == Format::Png ? ".png" : ".webp";
        VOption* options = VImage::option()->set("strip", true);
        if (format != Format::Png) options->set("Q", quality);
        image.write_to_buffer(suffix, out, size, options);
    } catch (const vips::VError&) {
        throw Error(Code::Internal, "cannot be encoded (" + lastError() + ")");
    }
}

}  // namespace semblance::image
