using Semblance.Index;

namespace Semblance.Tests.Index;

/// <summary>Items drawn from few ids and few codes, so that ids repeat, codes are equal and distances tie.</summary>
internal sealed class RandomItems(Random random, int bits, IdKind ids, int differentIds = 300, int differentCodes = 60)
{
    private static readonly string[] AllTags = ["bird", "cat", "dog", "größe", "red"];

    private readonly ulong[][] _codes = [.. Enumerable.Range(0, differentCodes).Select(_ => Fresh(random, bits))];

    public ulong[] Code() => _codes[random.Next(_codes.Length)];

    public ItemId Id()
    {
        int number = random.Next(differentIds);
        // Texts of one, two, three and four bytes of UTF-8 a letter, where UTF-16 orders otherwise.
        return ids == IdKind.Number ? new ItemId((number - 20L) * 1_000_003) : new ItemId($"{"aé\uFFFD𝒳"[..(number % 3 == 2 ? 5 : (number % 3) + 1)]}{number}");
    }

    public Item Item()
    {
        string[] tags = [.. AllTags.Where(_ => random.Next(4) == 0)];
        return new Item(Id(), Code(), tags, random.Next(3) == 0 ? $$"""{"n": {{random.Next(1000)}}, "größe": "½"}""" : null);
    }

    public Item[] Batch(int count) => [.. Enumerable.Range(0, count).Select(_ => Item()).DistinctBy(item => item.Id)];

    private static ulong[] Fresh(Random random, int bits)
    {
        var words = new ulong[Codes.WordsFor(bits)];
        for (int bit = 0; bit < bits; bit++)
        {
            words[bit >> 6] |= (ulong)random.Next(2) << (bit & 63);
        }

        return words;
    }
}
