using System.Collections.Concurrent;

namespace Semblance.Tests.Serving.Reliability;

/// <summary>What a service acknowledged, id by id. Each id is written by one worker alone, so that its states follow each other.</summary>
/// <remarks>A write without an answer may have happened or not: both states are then allowed, until a later write is acknowledged.</remarks>
internal sealed class Ledger
{
    private readonly ConcurrentDictionary<string, string?[]> _allowed = new(StringComparer.Ordinal);

    /// <summary>Ids that were written.</summary>
    public ICollection<string> Ids => _allowed.Keys;

    /// <summary>A write is about to be sent: the code that it gives, or null for a deletion.</summary>
    public void Sent(string id, string? code) => _allowed[id] = [.. _allowed.GetValueOrDefault(id, [null]), code];

    /// <summary>It was acknowledged.</summary>
    public void Acknowledged(string id, string? code) => _allowed[id] = [code];

    /// <summary>It was refused for certain.</summary>
    public void Refused(string id) => _allowed[id] = [.. _allowed[id].SkipLast(1)];

    /// <summary>What disagrees with what a service holds now, in words.</summary>
    public IReadOnlyList<string> Compare(IReadOnlyDictionary<string, string> held) =>
    [
        .. _allowed.Where(pair => !pair.Value.Contains(held.GetValueOrDefault(pair.Key)))
            .Select(pair => $"{pair.Key} is {held.GetValueOrDefault(pair.Key) ?? "not there"}; acknowledged was {string.Join(" or ", pair.Value.Select(code => code ?? "nothing"))}"),
        .. held.Keys.Where(id => !_allowed.ContainsKey(id)).Select(id => $"{id} is there and was never written"),
    ];
}
