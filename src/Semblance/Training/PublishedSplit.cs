using System.Globalization;
using Semblance.Data;

namespace Semblance.Training;

/// <summary>The division of a well-known data set under which retrieval results are published, for unseen classes or for classes of very different size.</summary>
/// <remarks>The counts tell the whole set from a part of it: a score of a part is not to be had under the published name.</remarks>
/// <param name="Protocol">Its name in recipes.</param>
/// <param name="Set">The data set.</param>
/// <param name="Train">What trains.</param>
/// <param name="Query">What asks.</param>
/// <param name="Gallery">What is searched; null where every query asks the other queries.</param>
internal sealed record PublishedSplit(string Protocol, string Set, PublishedSplit.Part Train, PublishedSplit.Part Query, PublishedSplit.Part? Gallery)
{
    // Counts: Oh Song et al., CVPR 2016 (CUB, Cars, SOP); Liu et al., CVPR 2016 (In-Shop).
    private static readonly PublishedSplit[] All =
    [
        new(Protocols.Cub200, "CUB-200-2011", new("", 5_864, 100), new("", 5_924, 100), null),
        new(Protocols.Cars196, "Cars-196", new("", 8_054, 98), new("", 8_131, 98), null),
        new(Protocols.Sop, "Stanford Online Products", new("train", 59_551, 11_318), new("test", 60_502, 11_316), null),
        new(Protocols.InShop, "In-Shop Clothes Retrieval", new("train", 25_882, 3_997), new("query", 14_218, 3_985), new("gallery", 12_612, 3_985)),
        // Liu et al., CVPR 2019; the lists also have 20,000 and 7,300 images in split "val".
        new(Protocols.ImagenetLt, "ImageNet-LT", new("train", 115_846, 1_000), new("test", 50_000, 1_000), new("train", 115_846, 1_000)),
        new(Protocols.PlacesLt, "Places-LT", new("train", 62_500, 365), new("test", 36_500, 365), new("train", 62_500, 365)),
        new(Protocols.Inat2018, "iNaturalist 2018", new("train", 437_513, 8_142), new("val", 24_426, 8_142), new("train", 437_513, 8_142)),
    ];

    /// <summary>The division of a name; null where there is none.</summary>
    public static PublishedSplit? Of(string protocol) => Array.Find(All, split => split.Protocol == protocol);

    /// <summary>Divides the data set.</summary>
    /// <exception cref="InvalidDataException">It is not the whole set.</exception>
    public DataParts Divide(Dataset data)
    {
        (int[] train, int[] query) = Train.Split.Length == 0 ? DataParts.Halves(data) : (Train.Select(data), Query.Select(data));
        int[]? gallery = Gallery?.Select(data);
        Part[] found = [Train.Count(data, train), Query.Count(data, query), .. Gallery is null ? [] : new[] { Gallery.Count(data, gallery!) }];
        Part[] promised = [Train, Query, .. Gallery is null ? [] : new[] { Gallery }];
        return found.SequenceEqual(promised)
            ? DataParts.Make(data, Protocol, train, query, gallery)
            : throw new InvalidDataException($"{data.Name} has {Describe(found)}; protocol {Protocol} is {Set} whole, {Describe(promised)}. Unpack all of it, or use protocol {(Train.Split.Length == 0 ? Protocols.HalfClasses : Protocols.IsClassDisjoint(Protocol) ? Protocols.ClassDisjoint : Protocols.Splits)} for a part of it.");
    }

    private static string Describe(Part[] parts)
    {
        string[] verbs = ["train", "ask", "are searched"];
        return string.Join(", ", parts.Select((part, index) => string.Create(CultureInfo.InvariantCulture, $"{part.Images:N0} images of {part.Classes:N0} classes that {verbs[index]}")));
    }

    /// <summary>Some images.</summary>
    /// <param name="Split">The split that they have; empty where the number of the class decides.</param>
    /// <param name="Images">How many.</param>
    /// <param name="Classes">Of how many classes.</param>
    internal sealed record Part(string Split, int Images, int Classes)
    {
        /// <summary>The images of the split.</summary>
        public int[] Select(Dataset data) => [.. Enumerable.Range(0, data.Count).Where(index => data.Items[index].IsIn(Split))];

        /// <summary>The same part with the counts of some images.</summary>
        public Part Count(Dataset data, int[] indices) => this with { Images = indices.Length, Classes = indices.SelectMany(index => data.Items[index].Labels).Distinct().Count() };
    }
}
