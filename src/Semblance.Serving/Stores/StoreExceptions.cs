namespace Semblance.Serving.Stores;

/// <summary>The store cannot be reached now; the same call may work later.</summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>The store is open for reading only.</summary>
public sealed class ReadOnlyStoreException(string message) : InvalidOperationException(message);
