using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>Outputs against the fixed code of their class.</summary>
/// <param name="loss">What is computed of outputs and targets.</param>
/// <param name="targets">The codes; belong to the term.</param>
/// <param name="output">The model's output that is hashed.</param>
/// <param name="adaptation">Renews the centres at the end of every pass; null leaves them.</param>
public sealed class CodeTerm(ICodeLoss loss, HashTargets targets, string output = Outputs.Representation, CenterAdaptation? adaptation = null) : ITerm
{
    /// <summary>The codes of the classes.</summary>
    public HashTargets Targets => targets;

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> Buffers => [.. targets.Buffers, .. adaptation?.Buffers ?? []];

    /// <inheritdoc/>
    public TermValue Forward(TermInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using Autograd.AutocastMode full = Autograd.FullPrecision();
        Tensor outputs = PairInputs.Precise(input.Outputs[output]);
        PairInputs.CheckRows(outputs, input.Labels, "outputs", "labels");
        if (outputs.Size(1) != targets.Centers.Size(1))
        {
            throw new ArgumentException($"the outputs have {outputs.Size(1)} columns and the centres {targets.Centers.Size(1)}; both need as many. Hash the output that represents an image.");
        }
        if (input.IsTraining)
        {
            adaptation?.See(targets, outputs, input);
        }
        return TermValue.Whole(loss.Forward(outputs, targets.For(input.Labels).To(outputs.Type)));
    }
}
