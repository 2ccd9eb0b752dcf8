namespace Semblance.Index.Segments;

/// <summary>Items of several parts in the order of their ids; of equal ids the one of the lower source comes first.</summary>
/// <remarks>Items are looked at when they are asked for: the first page of a large index costs no more than that of a small one.</remarks>
internal sealed class IdMerge
{
    private readonly PriorityQueue<Head, Head> _heads = new(Comparer<Head>.Create((left, right) => left.CompareTo(right)));

    /// <summary>Adds a part.</summary>
    /// <param name="part">The part.</param>
    /// <param name="source">What the part is called in the result.</param>
    /// <param name="deleted">Its items that are left out; null for none.</param>
    /// <param name="items">Only so many first items.</param>
    /// <param name="after">Only items behind this id; null for all.</param>
    public void Add(Part part, int source, RowMarks? deleted, int items, ItemId? after = null)
    {
        foreach (IdRun run in part.IdRuns(items))
        {
            Enqueue(new Head(part, source, run, deleted is { Count: > 0 } ? deleted : null, after is { } id ? run.Behind(id, part) : 0));
        }
    }

    /// <summary>The items.</summary>
    public IEnumerable<(int Source, int Item)> Items()
    {
        while (_heads.Count > 1)
        {
            // A head moves on outside the queue: inside, it would be its own old place.
            Head first = _heads.Dequeue();
            yield return (first.Source, first.Item);
            Enqueue(first);
        }

        if (_heads.TryDequeue(out Head? last, out _))
        {
            do
            {
                yield return (last.Source, last.Item);
            }
            while (last.Next());
        }
    }

    private void Enqueue(Head head)
    {
        if (head.Next())
        {
            head.ReadId();
            _heads.Enqueue(head, head);
        }
    }

    private sealed class Head(Part part, int source, IdRun run, RowMarks? deleted, int next)
    {
        private readonly byte[] _text = part.Ids == IdKind.Text ? new byte[ItemId.MaxTextBytes] : [];
        private long _number;
        private int _textLength;

        public int Source => source;

        public int Item { get; private set; }

        public bool Next()
        {
            while (next < run.Count)
            {
                Item = run.At(next++);
                if (deleted is null || !deleted[Item])
                {
                    return true;
                }
            }

            return false;
        }

        public void ReadId()
        {
            if (part.Ids == IdKind.Number)
            {
                _number = part.NumberOf(Item);
                return;
            }

            ReadOnlySpan<byte> text = part.TextOf(Item, _text);
            text.CopyTo(_text);
            _textLength = text.Length;
        }

        public int CompareTo(Head other)
        {
            int compared = part.Ids == IdKind.Number ? _number.CompareTo(other._number) : _text.AsSpan(0, _textLength).SequenceCompareTo(other._text.AsSpan(0, other._textLength));
            return compared != 0 ? compared : source.CompareTo(other.Source);
        }
    }
}
