using Semblance.Index.Segments;

namespace Semblance.Index.Live;

/// <summary>A result and where it stands.</summary>
internal readonly record struct Hit(ItemId Id, double Distance, Part Part, int Item)
{
    /// <summary>Nearest first, at equal distance the lower id.</summary>
    public static int Compare(Hit left, Hit right) => left.Distance != right.Distance ? left.Distance.CompareTo(right.Distance) : left.Id.CompareTo(right.Id);
}
