namespace Semblance.Index.Segments;

/// <summary>The tags of a segment: their names, those of every item, and the items of each.</summary>
internal sealed class TagColumns
{
    private readonly SegmentFile _file;
    private readonly RunColumn<int> _tags;
    private readonly RunColumn<int> _postings;
    private readonly RunColumn<byte> _nameBytes;
    private readonly int _count;
    private readonly Lock _lock = new();
    private string[]? _names;

    public TagColumns(SegmentFile file)
    {
        _file = file;
        _count = file.Column<uint>(SegmentLayout.TagNameOffsets).Length - 1;
        if (_count < 1)
        {
            throw file.Damaged(0, "the names of the tags are missing");
        }

        _nameBytes = RunColumn<byte>.Open(file, SegmentLayout.TagNameOffsets, SegmentLayout.TagNames, _count);
        _tags = RunColumn<int>.Open(file, SegmentLayout.TagOffsets, SegmentLayout.Tags, file.Items);
        _postings = RunColumn<int>.Open(file, SegmentLayout.PostingOffsets, SegmentLayout.Postings, _count);
    }

    /// <summary>Names of the tags, in ordinal order.</summary>
    public IReadOnlyList<string> Names => LoadNames();

    /// <summary>The tags of an item.</summary>
    public string[] Of(int item)
    {
        ReadOnlySpan<int> tags = _tags[item];
        string[] names = LoadNames();
        var result = new string[tags.Length];
        for (int i = 0; i < tags.Length; i++)
        {
            result[i] = (uint)tags[i] < (uint)names.Length ? names[tags[i]] : throw _file.Damaged(0, $"item {item} has tag {tags[i]} of {names.Length}");
        }

        return result;
    }

    /// <summary>The items that have a tag.</summary>
    public RowSet ItemsOf(string tag)
    {
        var items = new RowSet(_file.Items);
        int found = Array.BinarySearch(LoadNames(), tag, StringComparer.Ordinal);
        if (found >= 0)
        {
            foreach (int item in _postings[found])
            {
                items[(uint)item < (uint)_file.Items ? item : throw _file.Damaged(0, $"the tag '{tag}' names item {item} of {_file.Items}")] = true;
            }
        }

        return items;
    }

    private string[] LoadNames()
    {
        lock (_lock)
        {
            return _names ??= [.. Enumerable.Range(0, _count).Select(tag => System.Text.Encoding.UTF8.GetString(_nameBytes[tag]))];
        }
    }
}
