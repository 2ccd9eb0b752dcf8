using System.Diagnostics.Metrics;
using Semblance.Data.Loading;
using Semblance.Encoders;
using Semblance.Serving.Images;
using Semblance.Tensors.Images;
using Semblance.Tests.Deduplication;
using Semblance.Tests.Index.Reliability;
using Xunit;

namespace Semblance.Tests.Serving.Images;

/// <summary>Tests that look at the memory or the time of the whole process: no other test runs beside them.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;

/// <summary>The queue before a model that does what the test says.</summary>
[Collection(nameof(AloneCollection))]
public sealed class QueueUnderLoadTests : IDisposable
{
    private static readonly ImageTransform Transform = new() { Size = 8, Stretch = true, Normalization = Normalization.None };
    private static readonly EncodedNote Note = new("test", "0", Transform.Key, []);
    private readonly byte[][] _images = [.. Enumerable.Range(0, 8).Select(i => ImageCodec.Encode(Pictures.Flat((byte)(i * 30), 0, 0, 20, 20), ImageFormat.Png))];
    private readonly ManualResetEventSlim _open = new();
    private readonly List<int> _batches = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_waits_while_the_model_works_is_one_batch_and_everybody_gets_the_own_code()
    {
        await using EncoderQueue queue = Make(new() { MaxBatch = 5 }, Hold);
        Task<ReadOnlyMemory<ulong>>[] all = [.. Enumerable.Range(0, 8).Select(i => queue.EncodeAsync(_images[i], $"{i}", null, Stop))];
        await Until(() => _batches.Count == 1 && queue.Waiting == 8);
        await Until(() => queue.Intake.Running == 0);
        _open.Set();
        ReadOnlyMemory<ulong>[] codes = await Task.WhenAll(all);
        Assert.Equal(Enumerable.Range(0, 8).Select(CodeOf), codes.Select(code => code.Span[0]));
        Assert.All(_batches, size => Assert.InRange(size, 1, 5));
        Assert.Equal(8, _batches.Sum());
        Assert.Equal(0, queue.Waiting);
    }

    [Fact]
    public async Task An_image_that_comes_while_a_batch_is_worked_on_need_not_wait_for_it()
    {
        await using EncoderQueue queue = Make(new() { ModelWorkers = 2 }, (pixels, images) => pixels[0] < 0.01f ? Hold(pixels, images) : Signs(pixels, images));
        Task<ReadOnlyMemory<ulong>> held = queue.EncodeAsync(_images[0], "held", null, Stop);
        await Until(() => _batches.Count == 1);
        for (int i = 1; i < 8; i++)
        {
            Assert.Equal(CodeOf(i), (await queue.EncodeAsync(_images[i], $"{i}", null, Stop)).Span[0]);
        }
        Assert.False(held.IsCompleted);
        _open.Set();
        Assert.Equal(CodeOf(0), (await held).Span[0]);
    }

    [Fact]
    public async Task A_flood_is_refused_at_once_and_told_when_to_come_back()
    {
        await using EncoderQueue queue = Make(new() { MaxWaiting = 3 }, Hold);
        Task<ReadOnlyMemory<ulong>>[] let = [.. Enumerable.Range(0, 3).Select(i => queue.EncodeAsync(_images[i], $"{i}", null, Stop))];
        for (int i = 0; i < 100; i++)
        {
            EncoderBusyException busy = await Assert.ThrowsAsync<EncoderBusyException>(() => queue.EncodeAsync(_images[3], "late", null, Stop));
            Assert.InRange(busy.RetryAfter, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
            Assert.Contains("3 images", busy.Message, StringComparison.Ordinal);
        }
        _open.Set();
        await Task.WhenAll(let);
        Assert.Equal(CodeOf(3), (await queue.EncodeAsync(_images[3], "late", null, Stop)).Span[0]);
    }

    [Fact]
    public async Task Bytes_that_wait_are_bounded_too_but_one_image_always_fits()
    {
        await using EncoderQueue queue = Make(new() { MaxWaitingBytes = 10 }, Hold);
        Task first = queue.EncodeAsync(_images[0], "first", null, Stop);
        await Assert.ThrowsAsync<EncoderBusyException>(() => queue.EncodeAsync(_images[1], "second", null, Stop));
        _open.Set();
        await first;
    }

    [Fact]
    public async Task Who_gives_up_costs_the_model_nothing()
    {
        await using EncoderQueue queue = Make(new() { MaxBatch = 8 }, Hold);
        Task first = queue.EncodeAsync(_images[0], "first", null, Stop);
        await Until(() => _batches.Count == 1);
        using CancellationTokenSource giveUp = new();
        Task[] gone = [.. Enumerable.Range(1, 4).Select(i => (Task)queue.EncodeAsync(_images[i], $"{i}", null, giveUp.Token))];
        Task<ReadOnlyMemory<ulong>> stays = queue.EncodeAsync(_images[5], "stays", null, Stop);
        await giveUp.CancelAsync();
        foreach (Task task in gone)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        }
        await Until(() => queue.Waiting == 2 && queue.Intake.Running == 0);
        _open.Set();
        await first;
        Assert.Equal(CodeOf(5), (await stays).Span[0]);
        Assert.Equal([1, 1], _batches);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queue.EncodeAsync(_images[0], "late", null, giveUp.Token));
        Assert.Equal(0, queue.Waiting);
    }

    [Fact]
    public async Task A_damaged_image_fails_alone()
    {
        _open.Set();
        await using EncoderQueue queue = Make(new(), Hold);
        byte[] damaged = Pictures.Jpeg(Pictures.Make(1))[..300];
        Task<ReadOnlyMemory<ulong>>[] all = [.. Enumerable.Range(0, 9).Select(i => queue.EncodeAsync(i == 4 ? damaged : _images[i % 8], $"{i}.jpg", null, Stop))];
        InvalidDataException refused = await Assert.ThrowsAsync<InvalidDataException>(() => all[4]);
        Assert.Equal(ImageRefusal.Damaged, ImageRefusals.Of(refused));
        Assert.StartsWith("4.jpg: damaged or cut off", refused.Message, StringComparison.Ordinal);
        Assert.All(Enumerable.Range(0, 9).Where(i => i != 4), i => Assert.Equal(CodeOf(i % 8), all[i].Result.Span[0]));
    }

    [Fact]
    public async Task A_fault_of_the_model_fails_its_batch_and_the_queue_goes_on()
    {
        bool faulty = true;
        await using EncoderQueue queue = Make(new(), (pixels, images) => faulty ? throw new InvalidOperationException("no memory") : Signs(pixels, images));
        SemblanceException failed = await Assert.ThrowsAsync<SemblanceException>(() => queue.EncodeAsync(_images[0], "a", null, Stop));
        Assert.Equal("The model failed on a batch of 1 images: no memory", failed.Message);
        faulty = false;
        Assert.Equal(CodeOf(1), (await queue.EncodeAsync(_images[1], "b", null, Stop)).Span[0]);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public async Task A_model_that_gives_no_numbers_is_told_of_for_the_image_that_it_does_so_for(float value)
    {
        await using EncoderQueue queue = Make(new() { MaxBatch = 8 }, (pixels, images) =>
        {
            float[] rows = Hold(pixels, images);
            for (int i = 0; i < images; i++)
            {
                // The third shade of red.
                rows[(i * 16) + 3] = Math.Abs(pixels[i * 3 * 64] - (60 / 255f)) < 0.01f ? value : rows[(i * 16) + 3];
            }
            return rows;
        });
        Task<ReadOnlyMemory<ulong>>[] all = [.. Enumerable.Range(0, 4).Select(i => queue.EncodeAsync(_images[i], $"{i}", null, Stop))];
        _open.Set();
        SemblanceException failed = await Assert.ThrowsAsync<SemblanceException>(() => all[2]);
        Assert.Contains("for 2: its weights are not sound", failed.Message, StringComparison.Ordinal);
        Assert.Equal([CodeOf(0), CodeOf(1), CodeOf(3)], [(await all[0]).Span[0], (await all[1]).Span[0], (await all[3]).Span[0]]);
    }

    [Fact]
    public async Task Images_that_wait_when_the_service_stops_are_told()
    {
        EncoderQueue queue = Make(new() { MaxBatch = 1 }, Hold);
        Task first = queue.EncodeAsync(_images[0], "first", null, Stop);
        await Until(() => _batches.Count == 1);
        Task second = queue.EncodeAsync(_images[1], "second", null, Stop);
        await Until(() => queue.Intake.Running == 0);
        ValueTask ending = queue.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => second);
        _open.Set();
        await ending;
        await first;
        await Assert.ThrowsAsync<ObjectDisposedException>(() => queue.EncodeAsync(_images[1], "late", null, Stop));
    }

    [Fact]
    public async Task Memory_is_steady_over_thousands_of_images()
    {
        _open.Set();
        await using EncoderQueue queue = Make(new() { MaxBatch = 4 }, Hold);
        await Many(queue, 400);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        await Many(queue, Effort.Of(2_000, 100_000));
        long after = GC.GetTotalMemory(forceFullCollection: true);
        Assert.InRange(after - before, long.MinValue, 2 << 20);
    }

    [Fact]
    public async Task The_meter_tells_of_batches_times_and_refusals()
    {
        using MeterListener listener = new();
        List<string> seen = [];
        listener.InstrumentPublished = (instrument, heard) =>
        {
            if (instrument.Meter.Name == "Semblance.Serving")
            {
                heard.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<int>((instrument, _, _, _) => Note(instrument.Name));
        listener.SetMeasurementEventCallback<double>((instrument, _, _, _) => Note(instrument.Name));
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Note($"{instrument.Name} {string.Join(' ', tags.ToArray().Select(tag => tag.Value))}"));
        listener.Start();
        _open.Set();
        await using (EncoderQueue queue = Make(new(), Hold))
        {
            await queue.EncodeAsync(_images[0], "a", null, Stop);
            await Assert.ThrowsAsync<InvalidDataException>(() => queue.EncodeAsync("text"u8.ToArray(), "b", null, Stop));
        }
        string[] expected = ["semblance.encoder.queue.length", "semblance.encoder.batch.size", "semblance.image.decode.duration", "semblance.encoder.encode.duration", "semblance.encoder.rejections NotAnImage"];
        lock (seen)
        {
            Assert.All(expected, name => Assert.Contains(name, seen));
        }

        void Note(string name)
        {
            lock (seen)
            {
                seen.Add(name);
            }
        }
    }

    public void Dispose() => _open.Dispose();

    /// <summary>Sixteen bits: the shade of red in eighths, then how bright it is.</summary>
    private static float[] Signs(ReadOnlySpan<float> pixels, int images)
    {
        float[] rows = new float[images * 16];
        for (int i = 0; i < images; i++)
        {
            int shade = (int)Math.Round(pixels[i * 3 * 64] * 255 / 30);
            for (int bit = 0; bit < 16; bit++)
            {
                rows[(i * 16) + bit] = (shade >> bit & 1) != 0 ? 1 : -1;
            }
        }
        return rows;
    }

    private static ulong CodeOf(int image) => (ulong)image;

    private static async Task Until(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(1, Stop);
        }
    }

    private static EncoderQueue Make(EncoderQueueOptions options, ForwardBatch forward) => new(options with { ModelWorkers = Math.Max(1, options.ModelWorkers), ModelThreads = 1 }, 16, Note, Transform, forward, null);

    private float[] Hold(ReadOnlySpan<float> pixels, int images)
    {
        lock (_batches)
        {
            _batches.Add(images);
        }
        _open.Wait(Stop);
        return Signs(pixels, images);
    }

    private async Task Many(EncoderQueue queue, int count) => await Parallel.ForEachAsync(
        Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Stop }, async (i, stop) => Assert.Equal(CodeOf(i % 8), (await queue.EncodeAsync(_images[i % 8], "a", null, stop)).Span[0]));
}
