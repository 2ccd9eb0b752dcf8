using System.Globalization;
using Semblance.Index;
using Semblance.Serving.Stores;

namespace Semblance.Serving.Browsing;

/// <summary>Checks what judgments are about: a query that is an item or a code of the store's length, and an item.</summary>
internal static class JudgedPairs
{
    /// <summary>Query and item of a request, in one way of writing.</summary>
    /// <exception cref="ArgumentException">One of them is missing or cannot be.</exception>
    public static (JudgedQuery Query, string Item) Checked(JudgmentRequest request, ISearchStore store)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Query is null || string.IsNullOrEmpty(request.Item))
        {
            throw new ArgumentException("a judgment needs 'query', with an id or a code, and 'item', the id of the result.");
        }
        return (Query(request.Query, store), Id(request.Item, store).ToString());
    }

    /// <summary>A query in one way of writing.</summary>
    /// <exception cref="ArgumentException">It has neither id nor code, or both, or one that cannot be.</exception>
    public static JudgedQuery Query(JudgedQuery query, ISearchStore store) => (query.Id, query.Code) switch
    {
        ({ } id, null) => new JudgedQuery(Id: Id(id, store).ToString()),
        (null, { } code) => new JudgedQuery(Code: Code(code, store)),
        _ => throw new ArgumentException("the query of a judgment needs either an id or a code."),
    };

    /// <summary>Says which of a query and an item the store does not hold; null where it holds both.</summary>
    public static async Task<string?> UnknownAsync(JudgedQuery query, string item, ISearchStore store, CancellationToken cancellation)
    {
        foreach (string id in query.Id is { } asked ? [item, asked] : (string[])[item])
        {
            if (await store.FindAsync(Id(id, store), cancellation).ConfigureAwait(false) is null)
            {
                return $"there is no item '{id}'.";
            }
        }
        return null;
    }

    private static ItemId Id(string id, ISearchStore store) => store.Ids == IdKind.Text ? new ItemId(id)
        : long.TryParse(id, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? new ItemId(number)
        : throw new ArgumentException($"the id '{id}' is no number; the ids of {store.Name} are numbers.");

    private static string Code(string code, ISearchStore store) => code.Length == Codes.BytesFor(store.Bits) * 2 && code.All(char.IsAsciiHexDigit) ? code.ToLowerInvariant()
        : throw new ArgumentException($"the code has {code.Length} characters; {Codes.BytesFor(store.Bits) * 2} hexadecimal digits are needed for {store.Bits} bits.");
}
