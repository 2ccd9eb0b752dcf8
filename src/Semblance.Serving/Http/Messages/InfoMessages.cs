namespace Semblance.Serving.Http.Messages;

/// <summary>What a service is.</summary>
internal sealed record InfoResponse
{
    /// <summary>The name of the collection.</summary>
    public required string Name { get; init; }

    /// <summary>The version of the program.</summary>
    public required string Version { get; init; }

    /// <summary>What is searched.</summary>
    public required StoreMessage Store { get; init; }

    /// <summary>What makes codes of images; null where images cannot be searched with.</summary>
    public EncoderMessage? Encoder { get; init; }

    /// <summary>What this service does.</summary>
    public required FeaturesMessage Features { get; init; }

    /// <summary>How much of it at once.</summary>
    public required LimitsMessage Limits { get; init; }
}

/// <summary>What is searched.</summary>
internal sealed record StoreMessage
{
    /// <summary>What searches, in words.</summary>
    public required string Engine { get; init; }

    /// <summary>Number of items.</summary>
    public required long Items { get; init; }

    /// <summary>Bits of a code.</summary>
    public required int Bits { get; init; }

    /// <summary>What ids are: "text" or "number".</summary>
    public required string Ids { get; init; }

    /// <summary>Bytes on the disk; null where unknown.</summary>
    public long? Bytes { get; init; }

    /// <summary>Whether writes are refused.</summary>
    public required bool ReadOnly { get; init; }

    /// <summary>What is wrong although it works; null for nothing.</summary>
    public string? Warning { get; init; }
}

/// <summary>What makes codes of images.</summary>
/// <param name="Run">The name of the run.</param>
/// <param name="Model">The fingerprint of its weights.</param>
/// <param name="Bits">Bits of a code.</param>
/// <param name="Transform">How images are seen.</param>
internal sealed record EncoderMessage(string Run, string Model, int Bits, string Transform);

/// <summary>What a service does.</summary>
/// <param name="Write">It takes writes.</param>
/// <param name="Images">It has images of items.</param>
/// <param name="Url">It searches with images of other hosts.</param>
/// <param name="Browse">It has judgments, a map, clusters and near-duplicates.</param>
internal sealed record FeaturesMessage(bool Write, bool Images, bool Url, bool Browse);

/// <summary>How much a service takes at once.</summary>
/// <param name="MaxImageBytes">The largest image, in bytes.</param>
/// <param name="MaxPixels">The largest image, in pixels.</param>
/// <param name="MaxJsonBytes">The largest JSON document, in bytes.</param>
/// <param name="MaxK">The most items of an answer.</param>
/// <param name="MaxBatch">The most queries or items of a request.</param>
/// <param name="MaxHits">The most hits that all queries of a request may ask for.</param>
internal sealed record LimitsMessage(int MaxImageBytes, long MaxPixels, int MaxJsonBytes, int MaxK, int MaxBatch, int MaxHits);

/// <summary>Whether a service can work.</summary>
/// <param name="Status">"live" or "ready"; a service that is not ready answers with a problem.</param>
internal sealed record HealthResponse(string Status);

/// <summary>What is wrong with a request, or with the server (RFC 9457).</summary>
internal sealed record ProblemMessage
{
    /// <summary>The kind of problem; about:blank says that the status is all there is to it.</summary>
    public string Type { get; init; } = "about:blank";

    /// <summary>The status in words.</summary>
    public required string Title { get; init; }

    /// <summary>The status.</summary>
    public required int Status { get; init; }

    /// <summary>What was found, where; what is needed; what to do.</summary>
    public required string Detail { get; init; }

    /// <summary>The path that was asked for.</summary>
    public required string Instance { get; init; }

    /// <summary>The name of the request in the log of the server.</summary>
    public required string RequestId { get; init; }

    /// <summary>Faults one by one, where there are several.</summary>
    public IReadOnlyList<string>? Errors { get; init; }
}
