using Microsoft.AspNetCore.Http;

namespace Semblance.Serving.Http;

/// <summary>Counts the bytes of all bodies that are received or answered now, and refuses more than there is room for.</summary>
/// <param name="most">How many there may be.</param>
internal sealed class BodyBytes(long most)
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);
    private long _now;

    /// <summary>Counts bytes that came.</summary>
    /// <exception cref="RefusedException">There are more than there may be.</exception>
    public void Take(int bytes)
    {
        if (Interlocked.Add(ref _now, bytes) > most)
        {
            Interlocked.Add(ref _now, -bytes);
            throw new RefusedException(StatusCodes.Status503ServiceUnavailable, $"bodies of {most} bytes are being received already. Send the request again in a moment.") { RetryAfter = Retry };
        }
    }

    /// <summary>Forgets bytes of a request that has been answered.</summary>
    public void Give(long bytes) => Interlocked.Add(ref _now, -bytes);
}
