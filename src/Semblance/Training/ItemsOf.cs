using Semblance.Data;
using Semblance.Evaluation;

namespace Semblance.Training;

/// <summary>Data sets as evaluation sees them.</summary>
public static class ItemsOf
{
    /// <summary>Labels and ids of some images.</summary>
    /// <param name="data">The images.</param>
    /// <param name="indices">Which, in order.</param>
    /// <param name="name">Name in protocols.</param>
    public static LabelledItems Dataset(Dataset data, IReadOnlyList<int> indices, string name) => new()
    {
        Name = name,
        Labels = [.. indices.Select(index => data.Items[index].Labels)],
        Ids = [.. indices.Select(index => data.Items[index].Id)],
    };
}
