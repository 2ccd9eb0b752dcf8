namespace Semblance.Serving.Http;

/// <summary>Who may call an operation, where API keys are configured.</summary>
internal enum Access
{
    /// <summary>Anybody.</summary>
    Open,

    /// <summary>Keys that may read.</summary>
    Read,

    /// <summary>Keys that may write.</summary>
    Write,
}
