using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Constant rows as references, such as the embeddings of a gallery under an earlier model.</summary>
public sealed class GalleryReferences : IPairReferences, IDisposable
{
    private readonly ReferenceRows gallery;

    /// <summary>Copies the rows; no gradient flows into them.</summary>
    /// <param name="rows">m × d; m may be 0.</param>
    /// <param name="labels">m class ids, or m × c of 0 and 1.</param>
    /// <param name="normalize">Whether rows are divided by their length first, as <see cref="PairTermOptions.Normalize"/> says of the batch.</param>
    /// <param name="weight">Weight of the loss against these rows; at least 0.</param>
    /// <exception cref="ArgumentException">Shapes do not fit.</exception>
    public GalleryReferences(Tensor rows, Tensor labels, bool normalize = true, double weight = 1)
    {
        PairInputs.CheckRows(rows, labels, nameof(rows), nameof(labels));
        Weight = Require.NotNegative(weight, nameof(weight));
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        gallery = new ReferenceRows(PairInputs.Rows(rows.Detach(), normalize).Clone().Detached(), labels.Clone().Detached());
    }

    /// <inheritdoc/>
    public double Weight { get; }

    /// <inheritdoc/>
    public ReferenceRows? For(Tensor rows, TermInput input) => gallery;

    /// <summary>Frees the rows.</summary>
    public void Dispose()
    {
        gallery.Rows.Dispose();
        gallery.Labels.Dispose();
    }
}
