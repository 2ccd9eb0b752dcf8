using System.Globalization;
using Semblance.Data.Loading;
using Semblance.Deduplication;
using Semblance.Encoders;
using Semblance.Serving.Security;
using Semblance.Tensors;
using Semblance.Tensors.Images;

namespace Semblance.Serving.Images;

/// <summary>Encodes the images of many requests at a time: decoded on a few threads, then given to the model in batches of what waits when it is free.</summary>
/// <remarks>
/// The codes of whole images are those of <c>semblance encode</c> and <c>semblance dedup</c>. The size of a batch may change the rounding of a model's outputs, by some millionths of
/// their size; a bit can differ only where its output is as near to 0 as that.
/// </remarks>
public sealed class EncoderQueue : IImageEncoder
{
    private readonly EncoderQueueOptions _options;
    private readonly ImageIntake _intake;
    private readonly bool _ownsIntake;
    private readonly ImageTransform? _transform;
    private readonly MicroBatcher? _batcher;
    private readonly IDisposable? _model;
    private readonly Pace _pace = new();
    private readonly Lock _places = new();
    private int _waiting;
    private long _waitingBytes;

    private EncoderQueue(EncoderQueueOptions options, int bits, EncodedNote note)
    {
        (_options, Bits, Note) = (options, bits, note);
        (_ownsIntake, _intake) = (options.Intake is null, options.Intake ?? new ImageIntake(options.Limits, options.DecodeThreads));
    }

    /// <summary>A queue before a model. The model becomes the queue's.</summary>
    internal EncoderQueue(EncoderQueueOptions options, int bits, EncodedNote note, ImageTransform transform, ForwardBatch forward, IDisposable? model)
        : this(options, bits, note)
    {
        (_transform, _model) = (transform, model);
        int workers = options.ModelWorkers > 0 ? options.ModelWorkers : Math.Min(2, Environment.ProcessorCount);
        int threads = options.ModelThreads > 0 ? options.ModelThreads : Math.Max(1, Environment.ProcessorCount / workers);
        MicroBatches sizes = new(bits, transform.Length, workers, options.MaxBatch, options.Linger, () => Torch.Threads = threads, () => Waiting);
        _batcher = new MicroBatcher(forward, sizes);
    }

    /// <inheritdoc/>
    public int Bits { get; }

    /// <inheritdoc/>
    public EncodedNote Note { get; }

    /// <summary>The gate that images come through.</summary>
    public ImageIntake Intake => _intake;

    /// <summary>Images that wait or are worked on.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Encodes with the hash model of a trained run. The model has worked once when this returns, so that no request pays for its first steps.</summary>
    /// <param name="runFolder">The folder of the run.</param>
    /// <param name="options">Limits, threads, sizes.</param>
    /// <exception cref="InvalidDataException">The run has not ended, or its model gives embeddings or classes instead of codes.</exception>
    public static EncoderQueue OfRun(string runFolder, EncoderQueueOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(runFolder);
        options ??= new();
        RunModel model = RunModel.Open(runFolder, options.Device);
        EncoderQueue queue = new(options, model.Bits, model.Note, model.Transform, model.Forward, model);
        try
        {
            queue.WarmUp();
            return queue;
        }
        catch
        {
            queue.Close();
            throw;
        }
    }

    /// <summary>Encodes by what images look like; needs no model.</summary>
    /// <param name="options">Limits, threads, sizes.</param>
    public static EncoderQueue Perceptual(EncoderQueueOptions? options = null) => new(options ?? new(), PerceptualHash.Bits, PerceptualHash.Note);

    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<ulong>> EncodeAsync(ReadOnlyMemory<byte> image, string name, ImageRegion? region = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        region?.Require();
        _intake.Require(image.Span, name);
        Enter(image.Length);
        try
        {
            string clean = SafeText.Line(name);
            ulong[] code = _batcher is null
                ? await _intake.ReadAsync(image, clean, (bytes, info) => Hash(bytes.Span, info, region, clean), cancellation).ConfigureAwait(false)
                : await _batcher.RunAsync(await _intake.ReadAsync(image, clean, (bytes, info) => Read(bytes.Span, info, region, clean), cancellation).ConfigureAwait(false), clean, cancellation).ConfigureAwait(false);
            _pace.Tick();
            return code;
        }
        catch (OperationCanceledException)
        {
            EncoderTelemetry.Rejected("cancelled");
            throw;
        }
        finally
        {
            Leave(image.Length);
        }
    }

    /// <summary>Ends the threads and frees the model. Images that wait are told.</summary>
    public ValueTask DisposeAsync() => new(Task.Run(Close));

    private void WarmUp()
    {
        foreach (int count in (int[])[1, 2 * _options.MaxBatch])
        {
            Task[] images = [.. Enumerable.Range(0, count).Select(_ => _batcher!.RunAsync(Blank(), "the first image", default))];
            Task.WhenAll(images).GetAwaiter().GetResult();
        }
    }

    private PixelRow Blank()
    {
        PixelRow row = new(_transform!.Length);
        row.Values.Clear();
        return row;
    }

    private void Close()
    {
        if (_ownsIntake)
        {
            _intake.Dispose();
        }
        _batcher?.Dispose();
        _model?.Dispose();
    }

    private void Enter(int bytes)
    {
        lock (_places)
        {
            if (_waiting >= _options.MaxWaiting || (_waiting > 0 && _waitingBytes + bytes > _options.MaxWaitingBytes))
            {
                EncoderTelemetry.Rejected("busy");
                throw new EncoderBusyException(string.Create(CultureInfo.InvariantCulture, $"{_waiting} images ({_waitingBytes} bytes) wait to be encoded already. Try again later."), _pace.Of(_waiting));
            }
            _waiting++;
            _waitingBytes += bytes;
        }
        EncoderTelemetry.Waiting.Add(1);
    }

    private void Leave(int bytes)
    {
        lock (_places)
        {
            _waiting--;
            _waitingBytes -= bytes;
        }
        EncoderTelemetry.Waiting.Add(-1);
    }

    private ulong[] Hash(ReadOnlySpan<byte> image, ImageInfo info, ImageRegion? region, string name)
    {
        ImageView part = PartOf(region, info);
        return ImageCodec.TryRender(image, part with { OutWidth = PerceptualHash.Side, OutHeight = PerceptualHash.Side }, out RgbImage? small, out ImageProblem problem, _intake.Limits.MaxPixels)
            ? PerceptualHash.Of(small)
            : throw ImageIntake.Refuse(problem, name);
    }

    private PixelRow Read(ReadOnlySpan<byte> image, ImageInfo info, ImageRegion? region, string name)
    {
        ImageView part = PartOf(region, info);
        ImageView centre = _transform!.CentreView((int)part.Width, (int)part.Height);
        PixelRow row = new(_transform.Length);
        if (!_transform.TryRender(image, info, centre with { X = centre.X + part.X, Y = centre.Y + part.Y }, row.Values, out ImageProblem problem, _intake.Limits.MaxPixels))
        {
            row.Dispose();
            throw ImageIntake.Refuse(problem, name);
        }
        return row;
    }

    private static ImageView PartOf(ImageRegion? region, ImageInfo info) => region?.Of(info) ?? ImageView.Whole(info.Width, info.Height);
}
