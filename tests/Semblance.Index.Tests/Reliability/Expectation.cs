using Semblance.Index;
using Xunit.Sdk;

namespace Semblance.Tests.Index.Reliability;

/// <summary>The states in which an index may be found, were it torn away from its writer now.</summary>
internal sealed class Expectation
{
    private List<Item[]> _possible;

    private Expectation(List<Item[]> possible, bool mayBeMissing) => (_possible, MayBeMissing) = (possible, mayBeMissing);

    /// <summary>No index has been created.</summary>
    public static Expectation Nothing => new([[]], true);

    /// <summary>Whether no creation has been acknowledged.</summary>
    public bool MayBeMissing { get; private set; }

    /// <summary>The state of which nothing may be lost, and what was added to it since.</summary>
    public IReadOnlyList<Item[]> Possible => _possible;

    public Expectation Copy() => new([.. _possible], MayBeMissing);

    /// <summary>A call begins: from here on its outcome may be found.</summary>
    public void Begin(Oracle outcome) => _possible.Add([.. outcome.Items.Values]);

    /// <summary>A call was acknowledged.</summary>
    /// <param name="durable">Whether nothing before its outcome may be found any more.</param>
    public void End(bool durable)
    {
        MayBeMissing = false;
        if (durable)
        {
            _possible = [_possible[^1]];
        }
    }

    /// <summary>A call was refused: its outcome must not be found.</summary>
    public void Refuse() => _possible.RemoveAt(_possible.Count - 1);

    /// <summary>The index was found in a state; it is this one from now on.</summary>
    public Oracle Found(Snapshot snapshot)
    {
        Item[] found = [.. snapshot.Items()];
        Item[] state = _possible.FindLast(state => Same(state, found)) ?? throw new XunitException(Describe(found));
        (_possible, MayBeMissing) = ([state], false);
        Oracle oracle = new();
        oracle.Put(state);
        return oracle;
    }

    public static bool Same(Item[] left, Item[] right) => left.AsSpan().SequenceEqual(right, SameItem.Instance);

    private string Describe(Item[] found)
    {
        IEnumerable<string> Lines(Item[] state) => state.Select(Oracle.Describe);
        return $"the index is in none of the {_possible.Count} states in which it may be. "
            + string.Join(' ', _possible.Select((state, i) => $"State {i} has {state.Length} items; missing of it: [{string.Join("; ", Lines(state).Except(Lines(found)).Take(3))}], not of it: [{string.Join("; ", Lines(found).Except(Lines(state)).Take(3))}]."));
    }

    private sealed class SameItem : IEqualityComparer<Item>
    {
        public static readonly SameItem Instance = new();

        public bool Equals(Item? left, Item? right) =>
            left!.Id == right!.Id && left.Code.Span.SequenceEqual(right.Code.Span) && left.Tags.SequenceEqual(right.Tags) && left.Payload == right.Payload;

        public int GetHashCode(Item item) => item.Id.GetHashCode();
    }
}
