using Semblance.Tensors;

namespace Semblance.Losses.Experts;

/// <summary>Keys of earlier batches, a ring for each expert (MoCo, He et al., CVPR 2020).</summary>
/// <remarks>
/// Experts × values × slots, one unit vector a slot; at first random ones. Keys of a batch go over the oldest. Where they are to fit, slots are a multiple of the batch; else a batch may be written around the
/// end of the ring. Keys and position are buffers, so that a resumed run goes on with the same ring.
/// </remarks>
public sealed class KeyQueue
{
    private readonly bool wraps;
    private readonly Tensor position;

    /// <summary>A ring of random unit vectors.</summary>
    /// <param name="experts">Experts.</param>
    /// <param name="width">Values in a key.</param>
    /// <param name="slots">Keys of each expert.</param>
    /// <param name="wraps">Whether batches are written around the end.</param>
    /// <param name="context">Seed, type and device.</param>
    public KeyQueue(int experts, int width, int slots, bool wraps, TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentOutOfRangeException.ThrowIfLessThan(slots, 1);
        this.wraps = wraps;
        SeededRandom random = new(context.Seed);
        double[] drawn = new double[experts * width * slots];
        for (int k = 0; k < drawn.Length; k++)
        {
            drawn[k] = random.NextNormal();
        }
        using TensorScope scope = new();
        Keys = Tensor.From(drawn, experts, width, slots).Normalize(1).To(context.Type).To(context.Device).Detached();
        position = Tensor.Zeros([1], DataType.Int64).Detached();
    }

    /// <summary>The keys, experts × values × slots.</summary>
    public Tensor Keys { get; }

    /// <summary>The slot that is written next.</summary>
    public long Position => position.ToInt64();

    /// <summary>Slots of each expert.</summary>
    public long Slots => Keys.Size(2);

    /// <summary>What the queue keeps.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Buffers => [("queue.keys", Keys), ("queue.position", position)];

    /// <summary>Puts keys in, over the oldest.</summary>
    /// <param name="keys">n × experts × values, of length 1.</param>
    /// <exception cref="ArgumentException">The shape does not fit, or the slots are no multiple of the batch and it may not be written around the end.</exception>
    public void Enqueue(Tensor keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        RequireFit(keys.Size(0), Slots, wraps);
        if (keys.Size(1) != Keys.Size(0) || keys.Size(2) != Keys.Size(1))
        {
            throw new ArgumentException($"keys are {keys.Describe()}; the queue holds {Keys.Size(0)} experts' keys of {Keys.Size(1)} values.", nameof(keys));
        }
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        Write(Keys, 2, keys.Detach().Permute(1, 2, 0), Position);
        position.Fill((Position + keys.Size(0)) % Slots);
    }

    /// <summary>Writes what is new from a slot on, and around the end.</summary>
    internal static void Write(Tensor ring, int dimension, Tensor added, long first)
    {
        long count = added.Size(dimension), untilEnd = Math.Min(count, ring.Size(dimension) - first);
        ring.Narrow(dimension, first, untilEnd).CopyFrom(added.Narrow(dimension, 0, untilEnd));
        ring.Narrow(dimension, 0, count - untilEnd).CopyFrom(added.Narrow(dimension, untilEnd, count - untilEnd));
    }

    /// <summary>Refuses settings with which a batch does not fit into the queue.</summary>
    /// <exception cref="ArgumentException">It does not.</exception>
    internal static void RequireFit(TermContext context, int slots, bool wraps)
    {
        RequireFit(context.Batch, slots, wraps);
        if (context.Batch > 0 && !context.EvenBatches && !wraps)
        {
            throw new ArgumentException("the last batch of a pass may have fewer images than the others, and the queue takes whole batches. Set sampler.drop-last to true, or wrap to true.");
        }
    }

    private static void RequireFit(long batch, long slots, bool wraps)
    {
        if (batch > slots || (!wraps && batch > 0 && slots % batch != 0))
        {
            throw new ArgumentException($"the queue has {slots} slots and a batch {batch} keys; {(batch > slots ? "the queue must hold at least a batch" : "the slots must be a multiple of the batch")}. Choose another queue or batch{(batch > slots ? "" : ", or set wrap to true")}.");
        }
    }
}
