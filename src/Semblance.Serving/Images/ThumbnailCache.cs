namespace Semblance.Serving.Images;

/// <summary>The thumbnails that were asked for last, up to a number of bytes.</summary>
internal sealed class ThumbnailCache(long capacity)
{
    private readonly Dictionary<(string Path, string Stamp), LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _latestFirst = new();
    private long _bytes;

    /// <summary>Bytes that are held.</summary>
    public long Bytes
    {
        get
        {
            lock (_entries)
            {
                return _bytes;
            }
        }
    }

    /// <summary>Finds a thumbnail by file and stamp.</summary>
    public byte[]? Find(string path, string stamp)
    {
        lock (_entries)
        {
            if (!_entries.TryGetValue((path, stamp), out LinkedListNode<Entry>? node))
            {
                return null;
            }
            _latestFirst.Remove(node);
            _latestFirst.AddFirst(node);
            return node.Value.Jpeg;
        }
    }

    /// <summary>Keeps a thumbnail, and forgets those that were not asked for longest.</summary>
    public void Keep(string path, string stamp, byte[] jpeg)
    {
        lock (_entries)
        {
            if (jpeg.Length > capacity / 4 || _entries.ContainsKey((path, stamp)))
            {
                return;
            }
            _entries[(path, stamp)] = _latestFirst.AddFirst(new Entry(path, stamp, jpeg));
            _bytes += jpeg.Length;
            while (_bytes > capacity)
            {
                Entry last = _latestFirst.Last!.Value;
                _latestFirst.RemoveLast();
                _entries.Remove((last.Path, last.Stamp));
                _bytes -= last.Jpeg.Length;
            }
        }
    }

    private sealed record Entry(string Path, string Stamp, byte[] Jpeg);
}
