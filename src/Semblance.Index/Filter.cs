namespace Semblance.Index;

/// <summary>A condition on the tags of an item, put together with <c>&amp;</c>, <c>|</c> and <c>!</c>.</summary>
/// <example><c>Filter.Any("cat", "dog") &amp; !Filter.Any("blurred")</c></example>
public abstract class Filter
{
    private Filter()
    {
    }

    /// <summary>Items that have at least one of some tags.</summary>
    public static Filter Any(params string[] tags) => new Tags(Checked(tags), all: false);

    /// <summary>Items that have every one of some tags.</summary>
    public static Filter All(params string[] tags) => new Tags(Checked(tags), all: true);

    /// <summary>Items that both accept.</summary>
    public static Filter operator &(Filter left, Filter right) => new Both(left, right);

    /// <summary>Items that either accepts.</summary>
    public static Filter operator |(Filter left, Filter right) => new Either(left, right);

    /// <summary>Items that it does not accept.</summary>
    public static Filter operator !(Filter filter) => new Negation(filter);

    /// <summary>Items that both accept.</summary>
    public static Filter BitwiseAnd(Filter left, Filter right) => left & right;

    /// <summary>Items that either accepts.</summary>
    public static Filter BitwiseOr(Filter left, Filter right) => left | right;

    /// <summary>Items that it does not accept.</summary>
    public static Filter LogicalNot(Filter filter) => !filter;

    /// <summary>Whether it accepts an item with some tags.</summary>
    public abstract bool Accepts(IReadOnlyCollection<string> tags);

    /// <summary>The rows that it accepts, from the rows of each tag.</summary>
    internal abstract RowSet Rows(int rows, Func<string, RowSet> rowsOf);

    private static string[] Checked(string[] tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        if (tags.Length == 0 || Array.Exists(tags, string.IsNullOrEmpty))
        {
            throw new ArgumentException("a filter needs at least one tag, and none of them empty.", nameof(tags));
        }

        return (string[])tags.Clone();
    }

    private sealed class Tags(string[] wanted, bool all) : Filter
    {
        public override bool Accepts(IReadOnlyCollection<string> tags) => all ? Array.TrueForAll(wanted, tags.Contains) : Array.Exists(wanted, tags.Contains);

        internal override RowSet Rows(int rows, Func<string, RowSet> rowsOf) =>
            wanted.Select(rowsOf).Aggregate((left, right) => all ? left.And(right) : left.Or(right));

        public override string ToString() => $"{(all ? "all" : "any")}({string.Join(", ", wanted)})";
    }

    private sealed class Both(Filter left, Filter right) : Filter
    {
        public override bool Accepts(IReadOnlyCollection<string> tags) => left.Accepts(tags) && right.Accepts(tags);

        internal override RowSet Rows(int rows, Func<string, RowSet> rowsOf) => left.Rows(rows, rowsOf).And(right.Rows(rows, rowsOf));

        public override string ToString() => $"({left} & {right})";
    }

    private sealed class Either(Filter left, Filter right) : Filter
    {
        public override bool Accepts(IReadOnlyCollection<string> tags) => left.Accepts(tags) || right.Accepts(tags);

        internal override RowSet Rows(int rows, Func<string, RowSet> rowsOf) => left.Rows(rows, rowsOf).Or(right.Rows(rows, rowsOf));

        public override string ToString() => $"({left} | {right})";
    }

    private sealed class Negation(Filter filter) : Filter
    {
        public override bool Accepts(IReadOnlyCollection<string> tags) => !filter.Accepts(tags);

        internal override RowSet Rows(int rows, Func<string, RowSet> rowsOf) => filter.Rows(rows, rowsOf).Not();

        public override string ToString() => $"!{filter}";
    }
}
