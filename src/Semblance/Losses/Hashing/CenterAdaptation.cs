using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>After every pass, centres become sign(Yᵀ T): T the ternary outputs of the pass, Y its labels (DPN, released "-A").</summary>
/// <remarks>
/// A bit whose sum is 0, and all bits of a class that a pass did not show, become 0: they draw nowhere until the next pass. The released code keeps the outputs of all training images to this end; what
/// is kept here are the sums of the pass, which are the same where a pass shows each image once.
/// </remarks>
public sealed class CenterAdaptation
{
    private readonly double margin;
    private readonly Tensor sums;
    private readonly Tensor pass;

    /// <summary>Sums of nothing.</summary>
    /// <param name="context">Classes, bits, type and device.</param>
    /// <param name="margin">m, beyond which an output counts with its sign.</param>
    public CenterAdaptation(TermContext context, double margin)
    {
        ArgumentNullException.ThrowIfNull(context);
        this.margin = Require.NotNegative(margin);
        sums = Tensor.Zeros([context.Classes, context.Dimensions], context.Type, context.Device).Detached();
        pass = Tensor.Zeros([1], DataType.Int64).Detached();
    }

    /// <summary>What is kept in checkpoints.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Buffers => [("sums", sums), ("pass", pass)];

    /// <summary>Yᵀ T of some images, classes × bits.</summary>
    /// <param name="outputs">n × bits, raw.</param>
    /// <param name="labels">n class ids, or n × classes of 0 and 1.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="margin">m, beyond which an output counts with its sign.</param>
    public static Tensor Sums(Tensor outputs, Tensor labels, long classes, double margin)
    {
        Tensor ternary = PolarizationLoss.Ternary(outputs, margin);
        return ClassLabels.MultiHot(labels, classes).To(ternary.Type).Transpose().MatMul(ternary);
    }

    internal void See(HashTargets targets, Tensor outputs, TermInput input)
    {
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        using TensorScope scope = new();
        long present = (long)Math.Floor(input.Epoch);
        if (present > pass.Min().ToInt64())
        {
            targets.Centers.CopyFrom(sums.Sign());
            sums.Zero();
            pass.Fill(present);
        }
        sums.AddInPlace(Sums(outputs, input.Labels, targets.Centers.Size(0), margin).To(sums.Type));
    }
}
