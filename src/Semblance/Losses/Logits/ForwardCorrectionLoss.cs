using Semblance.Tensors;

namespace Semblance.Losses.Logits;

/// <summary>Forward correction (Patrini et al., CVPR 2017): cross-entropy of what the model's probabilities become once labels are mistaken, -log Σ p_i T_iy.</summary>
/// <remarks>T_ij is the probability that an image of class i is labelled j. Computed by logarithms. A label that no class can be mistaken for is refused.</remarks>
public sealed class ForwardCorrectionLoss : ILogitLoss
{
    private readonly int classes;
    private readonly double[] logs;
    private readonly bool[] possible;

    /// <summary>The loss of a matrix of transitions.</summary>
    /// <param name="transitions">T, row-major, one row a true class: probabilities, or counts, which are divided by their row's sum.</param>
    /// <param name="classes">Number of classes.</param>
    /// <exception cref="ArgumentException">It is not such a matrix.</exception>
    public ForwardCorrectionLoss(IReadOnlyList<double> transitions, int classes)
    {
        ArgumentNullException.ThrowIfNull(transitions);
        if (transitions.Count != (long)classes * classes || transitions.Any(value => !(double.IsFinite(value) && value >= 0)))
        {
            throw new ArgumentException($"the matrix of transitions has {transitions.Count} numbers{(transitions.Count == (long)classes * classes ? ", not all of them at least 0" : "")}; {classes} classes need {classes} rows of {classes} numbers of at least 0.", nameof(transitions));
        }
        this.classes = classes;
        logs = new double[transitions.Count];
        possible = new bool[classes];
        for (int row = 0; row < classes; row++)
        {
            double sum = Enumerable.Range(row * classes, classes).Sum(k => transitions[k]);
            if (sum == 0)
            {
                throw new ArgumentException($"row {row} of the matrix of transitions is all 0; images of class {row} must have some label.", nameof(transitions));
            }
            for (int column = 0; column < classes; column++)
            {
                int k = (row * classes) + column;
                logs[k] = Math.Log(transitions[k] / sum);
                possible[column] |= transitions[k] > 0;
            }
        }
    }

    /// <inheritdoc/>
    public LogitCosts Costs(Tensor logits, Tensor labels, TermInput input)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(labels);
        if (logits.Size(1) != classes)
        {
            throw new ArgumentException($"there are {logits.Size(1)} logits an image and a matrix of transitions of {classes} classes; both need the same number of classes.", nameof(logits));
        }
        if (Array.IndexOf(possible, false) is var never && never >= 0 && labels.EqualTo(never).Any().ToInt64() != 0)
        {
            throw new ArgumentException($"{never} is a label, and by the matrix of transitions no image can have it; its column needs a number above 0.", nameof(labels));
        }
        Tensor table = Tensor.From(logs, classes, classes).To(logits.Type).To(logits.Device);
        Tensor ways = logits.LogSoftmax(1) + table.Transpose().IndexSelect(0, labels);
        return new(-ways.LogSumExp(1));
    }
}

/// <summary>How labels come to be wrong.</summary>
public enum TransitionKind
{
    /// <summary>Each other class is equally likely.</summary>
    Symmetric,

    /// <summary>Class c becomes c + 1, the last the first.</summary>
    Pair,

    /// <summary>By the matrix of a file.</summary>
    File,
}

/// <summary>Settings of <see cref="ForwardCorrectionLoss"/>.</summary>
public sealed record ForwardCorrectionOptions : LogitLossOptions
{
    /// <summary>How labels come to be wrong.</summary>
    public TransitionKind Kind { get; init; }

    /// <summary>Share of the labels that are wrong; within [0, 1).</summary>
    public double Rate { get; init => field = Require.Below(value, 0, 1); } = 0.2;

    /// <summary>A text file with a line for each true class and on it a probability or a count for each label; needed with <see cref="TransitionKind.File"/>.</summary>
    public string? File { get; init; }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The file is not there or is no such matrix.</exception>
    protected override ILogitLoss Make(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new ForwardCorrectionLoss(Kind == TransitionKind.File ? TransitionFile.Read(File!, context.Classes) : Drawn(context.Classes), context.Classes);
    }

    private double[] Drawn(int classes)
    {
        double[] matrix = new double[classes * classes];
        for (int row = 0; row < classes; row++)
        {
            for (int column = 0; column < classes; column++)
            {
                bool mistaken = Kind == TransitionKind.Symmetric ? column != row : column == (row + 1) % classes;
                matrix[(row * classes) + column] = column == row ? 1 - Rate : mistaken ? Rate / (Kind == TransitionKind.Symmetric ? classes - 1 : 1) : 0;
            }
        }
        return matrix;
    }
}
