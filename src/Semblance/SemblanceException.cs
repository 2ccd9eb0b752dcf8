namespace Semblance;

/// <summary>Something failed that is neither the caller's nor an input file's fault; the message says what, where, and what to do.</summary>
public sealed class SemblanceException : Exception
{
    /// <summary>A failure with its sentence for the user.</summary>
    public SemblanceException(string message)
        : base(message)
    {
    }

    /// <summary>A failure with its sentence for the user and the exception that it explains.</summary>
    public SemblanceException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
