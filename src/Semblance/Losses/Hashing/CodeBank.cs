using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>The latest code and labels of every training image, as references: a batch is compared with the whole training set.</summary>
/// <remarks>
/// <para>
/// Each training batch first overwrites the rows of its images with its own codes, detached, and its labels; a batch is therefore also compared with itself, and a row with its own copy. The bank
/// begins with zeros and without labels: an image that has not been seen yet is similar to nobody, its inner products are 0, and it adds a constant and no gradient.
/// </para>
/// <para>
/// A batch with an image twice keeps one of its codes. Validation is compared with the bank as it is and leaves it alone. Codes and labels are buffers: N × K and N (or N × classes) numbers.
/// </para>
/// </remarks>
public sealed class CodeBank : IPairReferences
{
    private const long NoLabel = -1;

    /// <summary>A bank of zeros; belongs to the term that it is given to.</summary>
    /// <param name="context">Number of training images, columns, classes, form of the labels, type and device.</param>
    public CodeBank(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Codes = Tensor.Zeros([context.Items, context.Dimensions], context.Type, context.Device).Detached();
        Labels = (context.MultiLabel
            ? Tensor.Zeros([context.Items, context.Classes], DataType.Float32, context.Device)
            : Tensor.Full([context.Items], NoLabel, DataType.Int64, context.Device)).Detached();
    }

    /// <summary>N × K, the latest code of each image; 0 where there is none yet.</summary>
    public Tensor Codes { get; }

    /// <summary>N class ids, -1 where an image has not been seen, or N × classes of 0 and 1.</summary>
    public Tensor Labels { get; }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> Buffers => [("bank.codes", Codes), ("bank.labels", Labels)];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A training batch does not tell which images it holds, or they are not of the bank.</exception>
    public ReferenceRows? For(Tensor rows, TermInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.IsTraining)
        {
            Store(rows, input.Labels, input.Items);
        }
        return new ReferenceRows(Codes, Labels);
    }

    /// <summary>Labels of some of the images as rows of 0 and 1.</summary>
    /// <param name="first">The first image.</param>
    /// <param name="count">How many.</param>
    /// <param name="classes">Number of classes.</param>
    internal Tensor LabelRows(long first, long count, long classes) => Hot(Labels.Narrow(0, first, count), classes, Codes.Type);

    /// <summary>Labels as rows of 0 and 1, with 0 where an id is that of no class.</summary>
    internal static Tensor Hot(Tensor labels, long classes, DataType type) => ClassLabels.IsMultiHot(labels)
        ? labels.To(type)
        : labels.Unsqueeze(1).EqualTo(Tensor.Arange(0, classes, device: labels.Device).Unsqueeze(0)).To(type);

    private void Store(Tensor rows, Tensor labels, Tensor? items)
    {
        Check(rows, labels, items);
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        Codes.SetRows(items!, rows.Detach());
        Labels.SetRows(items!, labels.To(Labels.Type));
    }

    private void Check(Tensor rows, Tensor labels, Tensor? items)
    {
        long count = Codes.Size(0);
        if (items is null || items.Rank != 1 || items.Size(0) != rows.Size(0))
        {
            throw new ArgumentException($"the batch has {rows.Size(0)} rows, and {(items is null ? "does not tell" : items.Describe() + " tells")} which training images they are; a bank of codes needs one index a row. Give them (TermInput.Items), or set references: batch.", nameof(items));
        }
        if (rows.Size(1) != Codes.Size(1) || rows.Type != Codes.Type)
        {
            throw new ArgumentException($"the bank holds {Codes.Describe()} and the batch is {rows.Describe()}; both need the same number of columns and element type. Keep a bank of the output that represents an image.", nameof(rows));
        }
        if (labels.Rank != Labels.Rank || (labels.Rank == 2 && labels.Size(1) != Labels.Size(1)))
        {
            throw new ArgumentException($"the bank holds labels {Labels.Describe()} and those of the batch are {labels.Describe()}; both need the same form.", nameof(labels));
        }
        if (items.Count > 0 && (items.Min().ToInt64() < 0 || items.Max().ToInt64() >= count))
        {
            throw new ArgumentException($"the bank has {count} rows, and the batch holds the images {items.Min().ToInt64()} to {items.Max().ToInt64()}; it needs as many rows as there are training images (TermContext.Items).", nameof(items));
        }
    }
}
