namespace Semblance.Serving.Security;

/// <summary>A request that is not let in.</summary>
/// <param name="status">401, 403, 421 or 429.</param>
/// <param name="message">The sentence for the caller.</param>
public sealed class AccessDeniedException(int status, string message) : Exception(message)
{
    /// <summary>The status of the answer.</summary>
    public int Status { get; } = status;

    /// <summary>When to try again, for 429.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What the header <c>WWW-Authenticate</c> says; null for none.</summary>
    public string? Challenge { get; init; }
}
