using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>A batch as its own references: every row with every row, itself too.</summary>
/// <param name="symmetric">Whether the gradient flows through both rows of a pair, which doubles it where the loss is symmetric; else only through the anchor.</param>
internal sealed class BatchCodes(bool symmetric) : IPairReferences
{
    /// <inheritdoc/>
    public ReferenceRows? For(Tensor rows, TermInput input) => new(symmetric ? rows : rows.Detach(), input.Labels);
}
