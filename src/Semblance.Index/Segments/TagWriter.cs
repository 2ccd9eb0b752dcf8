using System.Text;

namespace Semblance.Index.Segments;

/// <summary>Writes the columns of tags.</summary>
/// <param name="writer">Where to.</param>
/// <param name="names">All tags, in ordinal order.</param>
/// <param name="tagsOf">The tags of every item.</param>
internal sealed class TagWriter(SegmentWriter writer, string[] names, string[][] tagsOf)
{
    /// <summary>Writes names, tags of items and items of tags.</summary>
    public void Write()
    {
        Runs<byte>(SegmentLayout.TagNameOffsets, SegmentLayout.TagNames, [.. names.Select(Encoding.UTF8.GetBytes)]);
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        for (int tag = 0; tag < names.Length; tag++)
        {
            numbers[names[tag]] = tag;
        }

        var postings = new List<int>[names.Length];
        var tags = new int[tagsOf.Length][];
        for (int item = 0; item < tagsOf.Length; item++)
        {
            tags[item] = Array.ConvertAll(tagsOf[item], tag => numbers[tag]);
            foreach (int tag in tags[item])
            {
                (postings[tag] ??= []).Add(item);
            }
        }

        Runs(SegmentLayout.TagOffsets, SegmentLayout.Tags, tags);
        Runs(SegmentLayout.PostingOffsets, SegmentLayout.Postings, Array.ConvertAll(postings, items => items.ToArray()));
    }

    private void Runs<T>(string offsetColumn, string valueColumn, T[][] runs)
        where T : unmanaged
    {
        var offsets = new uint[runs.Length + 1];
        writer.BeginColumn(valueColumn);
        for (int i = 0; i < runs.Length; i++)
        {
            writer.Write<T>(runs[i]);
            offsets[i + 1] = checked(offsets[i] + (uint)runs[i].Length);
        }

        writer.EndColumn();
        writer.Column<uint>(offsetColumn, offsets);
    }
}
