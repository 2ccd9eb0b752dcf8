namespace Semblance.Serving.Http;

/// <summary>A request that is answered with a problem.</summary>
/// <param name="status">The status of the answer.</param>
/// <param name="message">The sentence for the caller.</param>
internal sealed class RefusedException(int status, string message) : Exception(message)
{
    /// <summary>The status of the answer.</summary>
    public int Status { get; } = status;

    /// <summary>When the same request may work; null where it will not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Faults one by one, where there are several.</summary>
    public IReadOnlyList<string>? Errors { get; init; }
}
