namespace Semblance.Index.Log;

/// <summary>The log could not be brought back to its last whole record.</summary>
internal sealed class LogBrokenException(Exception cause) : IOException(cause.Message, cause);
