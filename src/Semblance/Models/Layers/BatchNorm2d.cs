using Semblance.Tensors;

namespace Semblance.Models.Layers;

/// <summary>Batch normalisation of each channel of maps, or of each column of rows (Ioffe and Szegedy, 2015): by the batch in training, by running statistics otherwise.</summary>
/// <remarks>A training batch with a single value a channel has no variance; it goes by the running statistics and leaves them as they are.</remarks>
public sealed class BatchNorm2d : Module
{
    private readonly Parameter? _weight;
    private readonly Parameter? _bias;
    private readonly Parameter _mean;
    private readonly Parameter _variance;
    private readonly Parameter _batches;
    private readonly double _momentum;
    private readonly double _epsilon;

    /// <summary>Makes a batch normalisation with scale 1, shift 0 and running statistics 0 and 1.</summary>
    /// <param name="channels">Channels of the input.</param>
    /// <param name="momentum">Share of a new batch in the running statistics.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="affine">Whether it learns a scale and a shift.</param>
    public BatchNorm2d(int channels, double momentum = 0.1, double epsilon = 1e-5, bool affine = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        _weight = affine ? AddParameter("weight", channels) : null;
        _bias = affine ? AddParameter("bias", channels) : null;
        _mean = AddBuffer("running_mean", Tensor.Zeros([channels]));
        _variance = AddBuffer("running_var", Tensor.Ones([channels]));
        _batches = AddBuffer("num_batches_tracked", Tensor.Zeros([], DataType.Int64));
        _momentum = momentum;
        _epsilon = epsilon;
        if (_weight is not null)
        {
            FirstValues.Constant(_weight, 1);
        }
    }

    /// <summary>Whether the running statistics are used, and left as they are, in training as well.</summary>
    public bool UsesRunningStatistics { get; set; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        bool byBatch = IsTraining && !UsesRunningStatistics && input.Count > input.Size(1);
        if (byBatch)
        {
            _batches.Value.Span<long>()[0]++;
        }
        return Functional.BatchNorm(input, _weight?.Value, _bias?.Value, _mean.Value, _variance.Value, byBatch, _momentum, _epsilon);
    }

    /// <inheritdoc/>
    protected override void Reset(FirstValues values)
    {
        if (_weight is not null && _bias is not null)
        {
            FirstValues.Constant(_weight, 1);
            FirstValues.Constant(_bias, 0);
        }
        FirstValues.Constant(_mean, 0);
        FirstValues.Constant(_variance, 1);
        FirstValues.Constant(_batches, 0);
    }
}
