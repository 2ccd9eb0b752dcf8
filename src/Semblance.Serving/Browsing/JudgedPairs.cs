using Microsoft.AspNetCore.Http;
using Semblance.Index;
using Semblance.Serving.Http;
using Semblance.Serving.Stores;

namespace Semblance.Serving.Browsing;

/// <summary>Checks what judgments are about: a query that is an item or a code of the store's length, and an item.</summary>
internal static class JudgedPairs
{
    /// <summary>A pair in one way of writing.</summary>
    /// <exception cref="ArgumentException">Query or item cannot be.</exception>
    public static JudgedPair Checked(JudgedQuery query, string item, ISearchStore store) => new(Query(query, store), ItemText.Id(store, item).ToString());

    /// <summary>A query in one way of writing.</summary>
    /// <exception cref="ArgumentException">It has neither id nor code, or both, or one that cannot be.</exception>
    public static JudgedQuery Query(JudgedQuery query, ISearchStore store) => (query.Id, query.Code) switch
    {
        ({ } id, null) => new JudgedQuery(Id: ItemText.Id(store, id).ToString()),
        (null, { } code) => new JudgedQuery(Code: ItemText.Of(ItemText.Code(code, store.Bits), store.Bits)),
        _ => throw new ArgumentException("the query of a judgment needs either an id or a code."),
    };

    /// <summary>Refuses a pair of which the store does not hold an item.</summary>
    public static async Task DemandItemsAsync(JudgedPair pair, ISearchStore store, CancellationToken cancellation)
    {
        foreach (string text in pair.Query.Id is { } asked ? [pair.Item, asked] : (string[])[pair.Item])
        {
            ItemId id = ItemText.Id(store, text);
            if (await store.FindAsync(id, cancellation).ConfigureAwait(false) is null)
            {
                throw ItemText.Unknown(id);
            }
        }
    }

    /// <summary>The error of a judgment that is not there.</summary>
    public static RefusedException NotJudged(JudgedPair pair) => new(StatusCodes.Status404NotFound, $"there is no judgment of {pair.Item} for this query. GET /v1/judgments lists all judgments.");
}
