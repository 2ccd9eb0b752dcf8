using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Semblance.Serving.Http;

/// <summary>A body while it is received: it may be slow for no longer than the server's grace at any time, and all bodies together have a limit of bytes.</summary>
/// <remarks>The server alone asks for a mean rate from the first byte on, so that a body that began fast could be held open for hours.</remarks>
internal sealed class ReceivedBody : Stream
{
    // The server's own rate ends these within half a minute, and they take no room.
    private const int Small = 16 << 10;

    private readonly Stream _body;
    private readonly BodyBytes _all;
    private readonly MinDataRate? _least;
    private readonly CancellationTokenSource _slow;
    private readonly CancellationToken _aborted;
    private TimeSpan _waited;
    private long _since;
    private long _bytes;

    private ReceivedBody(HttpContext context, BodyBytes all)
    {
        (_body, _all, _aborted) = (context.Request.Body, all, context.RequestAborted);
        _least = context.Features.Get<IHttpMinRequestBodyDataRateFeature>()?.MinDataRate;
        _slow = CancellationTokenSource.CreateLinkedTokenSource(_aborted);
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Watches over the body of a request until it has been answered; one that is known to be small is let be.</summary>
    /// <param name="context">The request.</param>
    /// <param name="all">What bodies take together.</param>
    public static void Watch(HttpContext context, BodyBytes all)
    {
        if (context.Request.ContentLength is null or > Small)
        {
            ReceivedBody body = new(context, all);
            context.Request.Body = body;
            context.Response.RegisterForDispose(body);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        long started = Stopwatch.GetTimestamp();
        int read = await ReceiveAsync(buffer).ConfigureAwait(false);
        _all.Take(read);
        _bytes += read;
        _since += read;
        _waited += Stopwatch.GetElapsedTime(started);
        if (_least is { } least && read > 0 && _waited > least.GracePeriod)
        {
            RequireFast(least);
        }
        return read;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _all.Give(_bytes);
        _bytes = 0;
        _slow.Dispose();
        base.Dispose(disposing);
    }

    private static Microsoft.AspNetCore.Http.BadHttpRequestException TooSlow() => new("the body came too slowly", StatusCodes.Status408RequestTimeout);

    private async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        if (_least is { } least)
        {
            _slow.CancelAfter(least.GracePeriod);
        }
        try
        {
            return await _body.ReadAsync(buffer, _slow.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!_aborted.IsCancellationRequested)
        {
            throw TooSlow();
        }
        finally
        {
            _slow.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    private void RequireFast(MinDataRate least)
    {
        if (_since < least.BytesPerSecond * _waited.TotalSeconds)
        {
            throw TooSlow();
        }
        (_since, _waited) = (0, TimeSpan.Zero);
    }
}
