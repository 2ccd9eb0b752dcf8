namespace Semblance.Serving.Browsing;

/// <summary>Which items belong together by judgments: right results join query and item, and what hangs together is a group.</summary>
/// <remarks>A query that is a code joins the items that are right for it, without being an item itself. A group in which a judgment says that two do not belong together is in conflict.</remarks>
internal sealed class JudgmentGroups
{
    private readonly Dictionary<string, string> _parents = new(StringComparer.Ordinal);

    public JudgmentGroups(IReadOnlyList<Judgment> judgments)
    {
        foreach (Judgment judgment in judgments.Where(judgment => judgment.Relevant))
        {
            Join(JudgmentLog.Key(judgment.Query), ItemKey(judgment.Item));
        }
        string[] keys = [.. _parents.Keys];
        Groups = [.. keys.Where(key => key.StartsWith("id:", StringComparison.Ordinal))
            .GroupBy(Root, key => key[3..], StringComparer.Ordinal)
            .Select(group => group.Order(StringComparer.Ordinal).ToArray())
            .Where(group => group.Length > 1)
            .OrderBy(group => group[0], StringComparer.Ordinal)];
        Conflicts = [.. judgments.Where(judgment => !judgment.Relevant && Together(JudgmentLog.Key(judgment.Query), ItemKey(judgment.Item)))];
    }

    /// <summary>Items of groups of two and more, each in ordinal order, and the groups in that of their first items.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Groups { get; }

    /// <summary>Judgments by which two of one group do not belong together.</summary>
    public IReadOnlyList<Judgment> Conflicts { get; }

    private static string ItemKey(string item) => "id:" + item;

    private bool Together(string left, string right) => _parents.ContainsKey(left) && _parents.ContainsKey(right) && Root(left) == Root(right);

    private void Join(string left, string right)
    {
        (left, right) = (Root(left), Root(right));
        // The ordinally first one leads, so that nothing depends on the order of judgments.
        (string first, string second) = string.CompareOrdinal(left, right) <= 0 ? (left, right) : (right, left);
        _parents[second] = first;
    }

    private string Root(string key)
    {
        _parents.TryAdd(key, key);
        while (_parents[key] != key)
        {
            _parents[key] = _parents[_parents[key]];
            key = _parents[key];
        }
        return key;
    }
}
