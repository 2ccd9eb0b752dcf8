namespace Semblance.Serving.Ingestion;

/// <summary>How a folder is kept in step.</summary>
public sealed record IngestOptions
{
    /// <summary>Put before the path of every file to make its id; items whose ids do not begin with it are never touched.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Whether the folders that a file lies in become tags of its item.</summary>
    public bool TagFolders { get; init; }

    /// <summary>Whether more than half of the items may be deleted at once, as after a large clearing out.</summary>
    public bool AllowMassDeletion { get; init; }

    /// <summary>Files that were changed less long ago may still be growing; they wait for the next pass. Zero takes all.</summary>
    public TimeSpan Settle { get; init; }

    /// <summary>Files that are encoded and written together.</summary>
    public int Batch { get; init; } = 256;
}
