using Semblance.Serving.Browsing;
using Semblance.Serving.Images;
using Semblance.Serving.Security;
using Semblance.Serving.Stores;

namespace Semblance.Serving.Http;

/// <summary>What a search service serves, and how much of it at once.</summary>
public sealed class SearchServiceOptions
{
    /// <summary>What people see as the name of the collection.</summary>
    public string Name { get; set; } = "Semblance";

    /// <summary>What is searched: the directory of an index, or <c>postgres://user:password@host/database</c>. Needed unless <see cref="Store"/> is given.</summary>
    public string? Index { get; set; }

    /// <summary>A store that is open already, in place of <see cref="Index"/>; it stays the caller's and is not closed.</summary>
    public ISearchStore? Store { get; set; }

    /// <summary>Whether an index that is not there is made, with codes as long as the encoder's and ids that are texts.</summary>
    public bool Create { get; set; }

    /// <summary>Refuse writes, so that another process may write to the index; what that writes is seen about a second later.</summary>
    public bool ReadOnly { get; set; }

    /// <summary>The folder of the run whose model encodes images; null for the perceptual hash, where the codes are its.</summary>
    public string? Model { get; set; }

    /// <summary>An encoder that is there already, in place of <see cref="Model"/>; it stays the caller's and is not closed.</summary>
    public IImageEncoder? Encoder { get; set; }

    /// <summary>Where judgments of results are kept, and how much of the index is looked at to browse it.</summary>
    public BrowsingOptions Browsing { get; set; } = new();

    /// <summary>The folder of the images: an item's image is the file that its id names below it, or what was uploaded, which is kept there; null for no images.</summary>
    public string? Images { get; set; }

    /// <summary>Images that are open already, in place of <see cref="Images"/>.</summary>
    public ImageLibrary? Library { get; set; }

    /// <summary>Who may use it. Unless keys are given here, or the application decides, only this machine is let in.</summary>
    public AccessOptions Access { get; set; } = new();

    /// <summary>Hosts from which images may be fetched to search with; none unless they are named.</summary>
    public IReadOnlyList<string> UrlHosts { get; set; } = [];

    /// <summary>The most items of an answer.</summary>
    public int MaxK { get; set => field = AtLeastOne(value); } = 1000;

    /// <summary>The most queries, or items, of one request.</summary>
    public int MaxBatch { get; set => field = AtLeastOne(value); } = 1000;

    /// <summary>The most hits that all queries of one request may ask for.</summary>
    public int MaxHits { get; set => field = AtLeastOne(value); } = 100_000;

    /// <summary>The largest JSON document that is read, in bytes.</summary>
    public int MaxJsonBytes { get; set => field = AtLeastOne(value); } = 32 << 20;

    /// <summary>The largest image that is read, in bytes.</summary>
    public int MaxImageBytes { get; set => field = AtLeastOne(value); } = 20 << 20;

    /// <summary>The most bytes that the bodies of all requests take together; further ones are refused until there is room.</summary>
    public long MaxBodyBytes { get; set => field = value >= 1 ? value : throw new ArgumentException($"MaxBodyBytes is {value}; at least 1 is needed."); } = 512 << 20;

    /// <summary>The largest image that is decoded, in pixels.</summary>
    public long MaxPixels { get; set => field = value >= 1 ? value : throw new ArgumentException($"MaxPixels is {value}; at least 1 is needed."); } = 50_000_000;

    private static int AtLeastOne(int value, [System.Runtime.CompilerServices.CallerMemberName] string name = "") =>
        value >= 1 ? value : throw new ArgumentException($"{name} is {value}; at least 1 is needed.");
}
