using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>A pair loss over the cosines of a batch with itself, a row with itself too, where the product of two lengths is at least a floor.</summary>
/// <param name="loss">The loss.</param>
/// <param name="relation">Who is positive to whom.</param>
/// <param name="output">The model's output that is compared.</param>
/// <remarks>S = u·v / max(‖u‖ ‖v‖, 1e-4), the released code of DCH: rows that are nearly 0 have small cosines to everything, and a row of 0 a finite derivative.</remarks>
public sealed class CosineBatchTerm(IPairLoss loss, LabelRelation relation, string output = Outputs.Representation) : ITerm
{
    private const double Floor = 1e-4;

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> Parameters => loss.Parameters;

    /// <inheritdoc/>
    public TermValue Forward(TermInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using Autograd.AutocastMode full = Autograd.FullPrecision();
        Tensor rows = PairInputs.Precise(input.Outputs[output]);
        PairInputs.CheckRows(rows, input.Labels, "outputs", "labels");
        (Tensor positive, Tensor negative) = relation.Masks(input.Labels, input.Labels);
        PairBatch pairs = new(Cosines(rows, rows), positive, negative) { AnchorLabels = input.Labels, Grade = relation.Grade(input.Labels, input.Labels) };
        return TermValue.Whole(loss.Forward(PairWeights.Graded(pairs)));
    }

    /// <summary>Cosines of every row with every other, n × m.</summary>
    internal static Tensor Cosines(Tensor rows, Tensor others) =>
        rows.MatMul(others.Transpose()) / Lengths(rows).Unsqueeze(1).MatMul(Lengths(others).Unsqueeze(0)).Clamp(Floor, null);

    private static Tensor Lengths(Tensor rows)
    {
        Tensor squared = rows.Square().Sum(1), zero = squared.EqualTo(0);
        return squared.MaskedFill(zero, 1).Sqrt().MaskedFill(zero, 0);
    }
}
