namespace Semblance.Data.Readers;

/// <summary>Collects what is wrong with a source: all of it, so that one run tells everything.</summary>
/// <param name="lenient">Pass over what is wrong and keep it for a report, instead of failing.</param>
/// <param name="hint">How to see all of them, for the end of the sentence that counts them.</param>
internal sealed class Problems(bool lenient, string hint = "; 'semblance data check' lists them")
{
    private readonly List<string> _sentences = [];
    private readonly List<string> _notes = [];

    public IReadOnlyList<string> Sentences => [.. _sentences, .. _notes];

    public bool Lenient => lenient;

    public void Add(string sentence) => _sentences.Add(sentence);

    /// <summary>Something to be told that is no reason to fail.</summary>
    public void Note(string sentence) => _notes.Add(sentence);

    /// <summary>Fails with the first problem and the number of the others, unless lenient.</summary>
    public void ThrowIfAny()
    {
        if (!lenient && _sentences.Count > 0)
        {
            string others = _sentences.Count == 1 ? "" : $" ({_sentences.Count - 1} more like it{hint}.)";
            throw new InvalidDataException(_sentences[0] + others);
        }
    }
}
