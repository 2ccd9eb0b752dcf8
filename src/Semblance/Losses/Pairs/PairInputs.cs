using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>What is done to embeddings before they become pairs.</summary>
internal static class PairInputs
{
    /// <summary>Rows in float32 or float64, divided by their length if asked.</summary>
    public static Tensor Rows(Tensor embeddings, bool normalize)
    {
        Tensor precise = Precise(embeddings);
        return normalize ? precise.Normalize() : precise;
    }

    /// <summary>Half precision as float32, anything else as it is.</summary>
    public static Tensor Precise(Tensor values) => values.Type is DataType.Float16 or DataType.BFloat16 ? values.To(DataType.Float32) : values;

    /// <summary>Refuses what is not one row of numbers a label.</summary>
    public static void CheckRows(Tensor embeddings, Tensor labels, string name, string labelName)
    {
        CheckMatrix(embeddings, name);
        ArgumentNullException.ThrowIfNull(labels, labelName);
        long rows = embeddings.Size(0);
        long given = labels.Rank == 0 ? 0 : labels.Size(0);
        if (given != rows)
        {
            throw new ArgumentException($"{labelName} has {given} rows; {rows} {name} need {rows}.", labelName);
        }
    }

    /// <summary>Refuses rows that cannot be multiplied with the embeddings.</summary>
    public static void CheckWidths(Tensor embeddings, Tensor references, string name)
    {
        CheckMatrix(references, name);
        if (embeddings.Size(1) != references.Size(1) || Precise(embeddings).Type != Precise(references).Type)
        {
            throw new ArgumentException($"embeddings are {embeddings.Describe()} and {name} {references.Describe()}; both need the same number of columns and element type.", name);
        }
    }

    /// <summary>Which proxies are those of a row's own labels, n × proxies; the K centres of a class stand beside one another.</summary>
    public static Tensor OwnProxies(Tensor labels, long proxies, int centers)
    {
        if (proxies % centers != 0)
        {
            throw new ArgumentException($"there are {proxies} proxies; {centers} centres a class need a multiple of that.", nameof(proxies));
        }
        long classes = proxies / centers;
        Tensor own = ClassLabels.MultiHot(labels, classes);
        return centers == 1 ? own : own.Unsqueeze(2).Expand(own.Size(0), classes, centers).Reshape(own.Size(0), proxies);
    }

    private static void CheckMatrix(Tensor values, string name)
    {
        ArgumentNullException.ThrowIfNull(values, name);
        if (values.Rank != 2 || Precise(values).Type is not (DataType.Float32 or DataType.Float64))
        {
            throw new ArgumentException($"{name} are {values.Describe()}; they must be a floating-point matrix, one row an item.", name);
        }
    }
}
