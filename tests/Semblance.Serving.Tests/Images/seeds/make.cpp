// Makes the small images of rarer kinds that ImageFuzzTests spoils.
//   g++ make.cpp -o make $(pkg-config --cflags --libs vips-cpp) && ./make FOLDER
#include <vips/vips8>
#include <string>
using namespace vips;
int main(int argc, char** argv) {
    if (VIPS_INIT(argv[0])) return 1;
    std::string out = std::string(argv[1]) + "/";
    VImage x = VImage::xyz(24, 18);
    VImage red = x.extract_band(0) * 10, green = x.extract_band(1) * 14, blue = ((x.extract_band(0) * 0.7 + x.extract_band(1)) .math(VIPS_OPERATION_MATH_SIN) + 1) * 127;
    VImage rgb = red.bandjoin(green).bandjoin(blue).cast(VIPS_FORMAT_UCHAR).copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB)).copy_memory();
    VImage rgba = rgb.bandjoin((blue).cast(VIPS_FORMAT_UCHAR)).copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB)).copy_memory();
    VImage grey = green.cast(VIPS_FORMAT_UCHAR).copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_B_W)).copy_memory();
    VImage wide = (rgb.cast(VIPS_FORMAT_USHORT) * 257).cast(VIPS_FORMAT_USHORT).copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_RGB16)).copy_memory();
    VImage real = (rgb.cast(VIPS_FORMAT_FLOAT)).copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB)).copy_memory();
    auto o = [] { return VImage::option()->set("strip", true); };
    rgb.jpegsave((out + "progressive.jpg").c_str(), o()->set("interlace", true)->set("Q", 60));
    rgb.jpegsave((out + "full-chroma.jpg").c_str(), o()->set("subsample_mode", VIPS_FOREIGN_SUBSAMPLE_OFF));
    rgb.jpegsave((out + "restarts.jpg").c_str(), o()->set("restart_interval", 2));
    grey.jpegsave((out + "grey.jpg").c_str(), o());
    VImage cmyk = rgb.colourspace(VIPS_INTERPRETATION_CMYK);
    try { cmyk.jpegsave((out + "four-inks.jpg").c_str(), o()); } catch (VError& e) { fprintf(stderr, "%s", e.what()); }
    rgb.pngsave((out + "interlaced.png").c_str(), o()->set("interlace", true));
    rgb.pngsave((out + "palette.png").c_str(), o()->set("palette", true)->set("bitdepth", 4));
    grey.pngsave((out + "one-bit.png").c_str(), o()->set("bitdepth", 1));
    wide.pngsave((out + "sixteen-bits.png").c_str(), o()->set("interlace", true));
    rgba.webpsave((out + "transparent.webp").c_str(), o()->set("lossless", true));
    VImage two = rgba.join(rgba.invert(), VIPS_DIRECTION_VERTICAL).copy_memory();
    VImage anim = two.copy(); anim.set("page-height", 18); anim.set("delay", std::vector<int>{40, 40});
    anim.webpsave((out + "two-frames.webp").c_str(), VImage::option());
    try { anim.gifsave((out + "two-frames.gif").c_str(), VImage::option()); } catch (VError& e) { fprintf(stderr, "%s", e.what()); }
    try { rgb.gifsave((out + "still.gif").c_str(), o()); rgb.gifsave((out+"interlaced.gif").c_str(), o()->set("interlace", true)); } catch (VError& e) { fprintf(stderr, "%s", e.what()); }
    auto t = [&](VImage im, const char* name, VOption* op) { try { im.tiffsave((out + name).c_str(), op); } catch (VError& e) { fprintf(stderr, "%s: %s", name, e.what()); } };
    t(rgb, "lzw.tif", o()->set("compression", VIPS_FOREIGN_TIFF_COMPRESSION_LZW)->set("predictor", VIPS_FOREIGN_TIFF_PREDICTOR_HORIZONTAL));
    t(rgb, "deflate-tiles.tif", o()->set("compression", VIPS_FOREIGN_TIFF_COMPRESSION_DEFLATE)->set("tile", true)->set("tile_width", 16)->set("tile_height", 16));
    t(rgb, "jpeg-inside.tif", o()->set("compression", VIPS_FOREIGN_TIFF_COMPRESSION_JPEG)->set("tile", true)->set("tile_width", 16)->set("tile_height", 16));
    t(rgb, "packbits.tif", o()->set("compression", VIPS_FOREIGN_TIFF_COMPRESSION_PACKBITS));
    t(grey, "fax.tif", o()->set("compression", VIPS_FOREIGN_TIFF_COMPRESSION_CCITTFAX4)->set("bitdepth", 1));
    t(wide, "sixteen-bits.tif", o()->set("compression", VIPS_FOREIGN_TIFF_COMPRESSION_NONE));
    t(real, "floats.tif", o()->set("compression", VIPS_FOREIGN_TIFF_COMPRESSION_LZW));
    t(rgb, "big.tif", o()->set("bigtiff", true));
    t(rgb, "zstd.tif", o()->set("compression", VIPS_FOREIGN_TIFF_COMPRESSION_ZSTD));
    t(rgb, "webp-inside.tif", o()->set("compression", VIPS_FOREIGN_TIFF_COMPRESSION_WEBP));
    t(rgb, "pyramid.tif", o()->set("pyramid", true)->set("tile", true)->set("tile_width", 16)->set("tile_height", 16)->set("compression", VIPS_FOREIGN_TIFF_COMPRESSION_LZW));
    t(cmyk, "four-inks.tif", o());
    return 0;
}
