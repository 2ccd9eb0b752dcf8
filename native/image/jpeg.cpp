// JPEG through libjpeg-turbo itself: only the rows and columns that a crop needs are transformed.
#include "image.hpp"

#include <algorithm>
#include <cmath>
#include <csetjmp>
#include <cstdio>
#include <cstring>

#include <jpeglib.h>
#include <jerror.h>

namespace semblance::image {

namespace {

// libjpeg is C and leaves by longjmp: functions between setjmp and it own nothing that needs a destructor.
struct Failure {
    jpeg_error_mgr base;
    std::jmp_buf leave;
    char message[JMSG_LENGTH_MAX];
};

void onError(j_common_ptr info) {
    auto* failure = reinterpret_cast<Failure*>(info->err);
    failure->base.format_message(info, failure->message);
    std::longjmp(failure->leave, 1);
}

// Bytes between segments are harmless; anything that leaves pixels undefined is damage.
void onMessage(j_common_ptr info, int level) {
    const int code = info->err->msg_code;
    if (level < 0 && (code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER || code == JWRN_HUFF_BAD_CODE || code == JWRN_MUST_RESYNC || code == JWRN_BOGUS_PROGRESSION)) {
        onError(info);
    }
}

int exifOrientation(const uint8_t* data, std::size_t size) {
    if (size < 14 || std::memcmp(data, "Exif\0\0", 6) != 0) return 1;
    data += 6;
    size -= 6;
    const bool little = data[0] == 'I';
    const auto u16 = [&](std::size_t at) -> uint32_t { return little ? data[at] | data[at + 1] << 8 : data[at] << 8 | data[at + 1]; };
    const auto u32 = [&](std::size_t at) -> uint64_t { return little ? u16(at) | static_cast<uint64_t>(u16(at + 2)) << 16 : static_cast<uint64_t>(u16(at)) << 16 | u16(at + 2); };
    const uint64_t directory = u32(4);
    if (directory + 2 > size) return 1;
    const uint32_t entries = u16(directory);
    for (uint32_t i = 0; i < entries && directory + 2 + 12 * (i + 1) <= size; i++) {
        const std::size_t entry = directory + 2 + 12 * i;
        if (u16(entry) == 0x0112) {
            const uint32_t value = u16(entry + 8);
            return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
        }
    }
    return 1;
}

int orientationOf(const jpeg_decompress_struct& info) {
    for (jpeg_saved_marker_ptr marker = info.marker_list; marker != nullptr; marker = marker->next) {
        if (marker->marker == JPEG_APP0 + 1) {
            const int orientation = exifOrientation(marker->data, marker->data_length);
            if (orientation != 1) return orientation;
        }
    }
    return 1;
}

void open(jpeg_decompress_struct& info, Source source) {
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, source.data, static_cast<unsigned long>(source.size));
}

void prepare(jpeg_decompress_struct& info, Failure& failure) {
    std::memset(&info, 0, sizeof info);
    info.err = jpeg_std_error(&failure.base);
    failure.base.error_exit = onError;
    failure.base.emit_message = onMessage;
    failure.message[0] = 0;
}

// A file that ends with its end marker is whole; of any other the last row must be seen before it is trusted.
bool endsProperly(Source source) {
    const std::size_t from = source.size > 1024 ? source.size - 1024 : 0;
    for (std::size_t i = source.size - 1; i > from; i--) {
        if (source.data[i] == 0xD9 && source.data[i - 1] == 0xFF) return true;
    }
    return false;
}

// Eighths by which libjpeg may shrink while it decodes, leaving at least the pixels that the output has.
int eighthsFor(const Box& box, int outWidth, int outHeight) {
    const double ratio = std::min(box.width / outWidth, box.height / outHeight);
    return ratio >= 8 ? 1 : ratio >= 4 ? 2 : ratio >= 2 ? 4 : 8;
}

struct Plan {
    int eighths;
    int left, right, top, bottom;  // in shrunk pixels
    JDIMENSION cropLeft, cropWidth;
    int width, height;
};

bool begin(jpeg_decompress_struct& info, Failure& failure, Source source, const Box& box, int outWidth, int outHeight, Plan& plan) {
    if (setjmp(failure.leave) != 0) return false;
    open(info, source);
    jpeg_read_header(&info, TRUE);
    info.out_color_space = JCS_RGB;
    plan.eighths = eighthsFor(box, outWidth, outHeight);
    info.scale_num = static_cast<unsigned>(plan.eighths);
    info.scale_denom = 8;
    jpeg_start_decompress(&info);
    const double scale = plan.eighths / 8.0;
    reach(box.x * scale, box.width * scale, outWidth, static_cast<int>(info.output_width), &plan.left, &plan.right);
    reach(box.y * scale, box.height * scale, outHeight, static_cast<int>(info.output_height), &plan.top, &plan.bottom);
    // Chroma at the edge of a cut is not smoothed with its neighbour: cut further out.
    JDIMENSION left = static_cast<JDIMENSION>(std::max(0, plan.left - 2));
    JDIMENSION width = static_cast<JDIMENSION>(std::min(static_cast<int>(info.output_width), plan.right + 2)) - left;
    if (width + 16 < info.output_width) {
        jpeg_crop_scanline(&info, &left, &width);
    } else {
        left = 0;
        width = info.output_width;
    }
    plan.cropLeft = left;
    plan.cropWidth = width;
    plan.width = static_cast<int>(width);
    plan.height = plan.bottom - plan.top;
    return true;
}

bool readRows(jpeg_decompress_struct& info, Failure& failure, const Plan& plan, uint8_t* rows, uint8_t* spare, bool toTheEnd) {
    if (setjmp(failure.leave) != 0) return false;
    if (plan.top > 0) jpeg_skip_scanlines(&info, static_cast<JDIMENSION>(plan.top));
    const std::ptrdiff_t stride = 3 * static_cast<std::ptrdiff_t>(plan.width);
    JSAMPROW pointers[16];
    for (int row = 0; row < plan.height;) {
        const int wanted = std::min(16, plan.height - row);
        for (int i = 0; i < wanted; i++) pointers[i] = rows + (row + i) * stride;
        row += static_cast<int>(jpeg_read_scanlines(&info, pointers, static_cast<JDIMENSION>(wanted)));
    }
    const JDIMENSION left = info.output_height - info.output_scanline;
    if (toTheEnd && left > 0) {
        // Skipping up to the last row decodes what lies between; skipping past it would not.
        if (left > 1) jpeg_skip_scanlines(&info, left - 1);
        JSAMPROW last = spare;
        jpeg_read_scanlines(&info, &last, 1);
    }
    return true;
}

bool readHeader(jpeg_decompress_struct& info, Failure& failure, Source source) {
    if (setjmp(failure.leave) != 0) return false;
    open(info, source);
    jpeg_save_markers(&info, JPEG_APP0 + 1, 0xFFFF);
    jpeg_read_header(&info, TRUE);
    return true;
}

struct Guard {
    jpeg_decompress_struct& info;
    ~Guard() { jpeg_destroy_decompress(&info); }
};

[[noreturn]] void fail(const Failure& failure) {
    throw Error(Code::Damaged, std::string("damaged or cut off JPEG (") + failure.message + ")");
}

}  // namespace

Header readJpegHeader(Source source, bool* decodable) {
    jpeg_decompress_struct info;
    Failure failure;
    prepare(info, failure);
    Guard guard{info};
    if (!readHeader(info, failure, source)) fail(failure);
    // Four inks are turned into colours by libvips.
    *decodable = info.jpeg_color_space == JCS_YCbCr || info.jpeg_color_space == JCS_RGB || info.jpeg_color_space == JCS_GRAYSCALE;
    return {static_cast<int32_t>(info.image_width), static_cast<int32_t>(info.image_height), orientationOf(info), Format::Jpeg};
}

Region decodeJpeg(Source source, const Box& box, int outWidth, int outHeight, std::vector<uint8_t>& storage) {
    jpeg_decompress_struct info;
    Failure failure;
    prepare(info, failure);
    Guard guard{info};
    Plan plan{};
    if (!begin(info, failure, source, box, outWidth, outHeight, plan)) fail(failure);
    const std::size_t rowBytes = 3 * static_cast<std::size_t>(plan.width);
    storage.resize(rowBytes * (plan.height + 1));
    if (!readRows(info, failure, plan, storage.data(), storage.data() + rowBytes * plan.height, !endsProperly(source))) fail(failure);
    Region region;
    region.pixels = storage.data();
    region.width = plan.width;
    region.height = plan.height;
    region.stride = static_cast<std::ptrdiff_t>(rowBytes);
    region.scaleX = region.scaleY = plan.eighths / 8.0;
    region.x = plan.cropLeft / region.scaleX;
    region.y = plan.top / region.scaleY;
    return region;
}

}  // namespace semblance::image
