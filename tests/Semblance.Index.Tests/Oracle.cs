using System.Numerics;
using Semblance.Index;
using Xunit;

namespace Semblance.Tests.Index;

/// <summary>A dictionary that does what an index must do, slowly and plainly.</summary>
internal sealed class Oracle
{
    public SortedDictionary<ItemId, Item> Items { get; } = [];

    public static int Distance(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right)
    {
        int distance = 0;
        for (int i = 0; i < left.Length; i++)
        {
            distance += BitOperations.PopCount(left[i] ^ right[i]);
        }

        return distance;
    }

    public int Put(IEnumerable<Item> items)
    {
        int found = 0;
        foreach (Item item in items)
        {
            found += Items.ContainsKey(item.Id) ? 1 : 0;
            Items[item.Id] = item;
        }

        return found;
    }

    public int Delete(IEnumerable<ItemId> ids) => ids.Count(Items.Remove);

    public Oracle Copy()
    {
        Oracle copy = new();
        copy.Put(Items.Values);
        return copy;
    }

    public ItemMatch[] Within(ulong[] code, int radius, Func<Item, bool>? where = null) =>
        [.. Items.Values.Where(item => where?.Invoke(item) ?? true)
            .Select(item => new ItemMatch(item.Id, Distance(item.Code.Span, code)))
            .Where(match => match.Distance <= radius)
            .OrderBy(match => match.Distance).ThenBy(match => match.Id)];

    public ItemMatch[] Nearest(ulong[] code, int k, Func<Item, bool>? where = null) => [.. Within(code, int.MaxValue, where).Take(k)];

    /// <summary>Demands that an index holds exactly these items and finds them.</summary>
    public void RequireSame(LiveIndex index, params ulong[][] queries)
    {
        using Snapshot snapshot = index.Snapshot();
        RequireSame(snapshot, queries);
    }

    /// <inheritdoc cref="RequireSame(LiveIndex, ulong[][])"/>
    public void RequireSame(Snapshot snapshot, params ulong[][] queries)
    {
        Assert.Equal(Items.Count, snapshot.Count);
        string[] found = [.. snapshot.Items().Select(Describe)];
        Assert.Equal(Items.Values.Select(Describe), found);
        foreach (int place in (int[])[0, found.Length / 2, found.Length - 1])
        {
            if (place >= 0 && place < found.Length)
            {
                Assert.Equal(found[(place + 1)..], snapshot.Items(Items.Keys.ElementAt(place)).Select(Describe));
            }
        }

        foreach (ulong[] query in queries)
        {
            foreach (int k in (int[])[1, 7, Items.Count + 3])
            {
                Assert.Equal(Nearest(query, k), snapshot.Nearest(query, k));
            }

            Assert.Equal(Within(query, 20), snapshot.Within(query, 20));
        }
    }

    public static string Describe(Item item) =>
        $"{item.Id}: {string.Join(' ', item.Code.ToArray().Select(word => word.ToString("x16", null)))} [{string.Join(',', item.Tags)}] {item.Payload}";
}
