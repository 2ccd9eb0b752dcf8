using System.Globalization;
using System.Runtime.InteropServices;
using Semblance.Index;
using Semblance.Tensors.Images;

namespace Semblance.Tests.Serving.Http;

/// <summary>Items and images that tests make of numbers.</summary>
internal static class Collection
{
    /// <summary>Items with different codes in clusters, tags "even" and "third", and a payload {"rest": i mod 5}.</summary>
    public static Item[] Items(int count, int bits, IdKind ids)
    {
        Random random = new(7);
        int words = Codes.WordsFor(bits);
        ulong[] centre = new ulong[words];
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            if (i % 20 == 0)
            {
                random.NextBytes(MemoryMarshal.AsBytes(centre.AsSpan()));
            }
            ulong[] code = [.. centre];
            for (int flip = 0; flip < i % 20; flip++)
            {
                int bit = random.Next(bits);
                code[bit / 64] ^= 1UL << (bit % 64);
            }
            if (bits % 64 != 0)
            {
                code[^1] &= (1UL << (bits % 64)) - 1;
            }
            string[] tags = [.. new[] { i % 2 == 0 ? "even" : null, i % 3 == 0 ? "third" : null }.OfType<string>()];
            ItemId id = ids == IdKind.Number ? new ItemId(i - 3) : new ItemId(string.Create(CultureInfo.InvariantCulture, $"photos/{i:000} ü.jpg"));
            return new Item(id, code, tags, string.Create(CultureInfo.InvariantCulture, $$"""{"rest": {{i % 5}}}"""));
        })];
    }

    /// <summary>The code of an item as the service writes it.</summary>
    public static string Hex(Item item, int bits) => Convert.ToHexStringLower(MemoryMarshal.AsBytes(item.Code.Span)[..Codes.BytesFor(bits)]);

    /// <summary>An image of its own for each number.</summary>
    public static RgbImage Image(int seed)
    {
        const int Side = 48;
        byte[] pixels = new byte[3 * Side * Side];
        Random random = new(seed);
        double fx = random.NextDouble() * 0.4, fy = random.NextDouble() * 0.4, red = random.NextDouble() * 200;
        for (int at = 0; at < Side * Side; at++)
        {
            double wave = Math.Sin((at % Side * fx) + (at / Side * fy));
            pixels[3 * at] = (byte)red;
            pixels[(3 * at) + 1] = (byte)(128 + (100 * wave));
            pixels[(3 * at) + 2] = (byte)(at % Side * 5);
        }
        return new RgbImage(Side, Side, pixels);
    }
}
