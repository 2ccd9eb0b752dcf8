using System.Runtime.ExceptionServices;
using Semblance.Tensors.Images;

namespace Semblance.Data.Loading;

/// <summary>A batch that threads are filling.</summary>
internal sealed class PendingBatch(BatchPlan plan, float[] pixels, float[]? secondPixels, int length)
{
    private readonly ImageProblem[] _problems = new ImageProblem[plan.Indices.Length];
    private readonly TaskCompletionSource _full = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left = plan.Indices.Length;
    private ExceptionDispatchInfo? _failure;
    private volatile bool _abandoned;

    public BatchPlan Plan => plan;

    public float[] Pixels => pixels;

    public float[]? SecondPixels => secondPixels;

    public bool Abandoned => _abandoned;

    public Span<float> Sample(int position) => pixels.AsSpan(position * length, length);

    public Span<float> SecondSample(int position) => secondPixels.AsSpan(position * length, length);

    /// <summary>Gives the memory back.</summary>
    public void Return(PixelPool pool)
    {
        pool.Return(pixels);
        if (secondPixels is not null)
        {
            pool.Return(secondPixels);
        }
    }

    public void Done(int position, ImageProblem problem)
    {
        _problems[position] = problem;
        if (Interlocked.Decrement(ref _left) == 0)
        {
            _full.SetResult();
        }
    }

    public void Fail(Exception exception) => Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);

    public void Abandon() => _abandoned = true;

    public void Wait(CancellationToken cancellation)
    {
        if (_problems.Length > 0)
        {
            _full.Task.Wait(cancellation);
        }
        _failure?.Throw();
    }

    /// <summary>What could not be read, in the order of positions.</summary>
    public List<SkippedImage> Skipped(Dataset dataset)
    {
        List<SkippedImage> skipped = [];
        for (int position = 0; position < _problems.Length; position++)
        {
            if (_problems[position].Fault != ImageFault.None)
            {
                int index = plan.Indices[position];
                skipped.Add(new(index, plan.Step, _problems[position].Describe(dataset.Describe(index))));
            }
        }
        return skipped;
    }

    /// <summary>Moves what could be read together.</summary>
    /// <returns>Which images remain.</returns>
    public int[] Compact()
    {
        List<int> kept = new(_problems.Length);
        for (int position = 0; position < _problems.Length; position++)
        {
            if (_problems[position].Fault != ImageFault.None)
            {
                continue;
            }
            if (kept.Count != position)
            {
                Sample(position).CopyTo(Sample(kept.Count));
                if (secondPixels is not null)
                {
                    SecondSample(position).CopyTo(SecondSample(kept.Count));
                }
            }
            kept.Add(plan.Indices[position]);
        }
        return [.. kept];
    }
}
