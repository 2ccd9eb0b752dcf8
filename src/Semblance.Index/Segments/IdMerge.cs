namespace Semblance.Index.Segments;

/// <summary>Items of several parts in the order of their ids.</summary>
internal sealed class IdMerge
{
    private readonly List<Head> _heads = [];

    /// <summary>Adds a part.</summary>
    /// <param name="part">The part.</param>
    /// <param name="source">What the part is called in the result.</param>
    /// <param name="deleted">Its items that are left out; null for none.</param>
    /// <param name="items">Only so many first items.</param>
    /// <param name="after">Only items behind this id; null for all.</param>
    public void Add(Part part, int source, RowMarks? deleted, int items, ItemId? after = null)
    {
        int[] order = part.InIdOrder(items);
        order = after is { } id ? order[FirstBehind(part, order, id)..] : order;
        Head head = new(part, source, deleted is { Count: > 0 } ? Array.FindAll(order, item => !deleted[item]) : order);
        if (head.Next())
        {
            _heads.Add(head);
        }
    }

    /// <summary>The items.</summary>
    public IEnumerable<(int Source, int Item)> Items()
    {
        while (_heads.Count > 0)
        {
            Head first = First();
            yield return (first.Source, first.Item);
            if (!first.Next())
            {
                _heads.Remove(first);
            }
        }
    }

    private static int FirstBehind(Part part, int[] order, ItemId id)
    {
        byte[] buffer = part.Ids == IdKind.Text ? new byte[ItemId.MaxTextBytes] : [];
        byte[] text = part.Ids == IdKind.Text ? ItemId.StrictUtf8.GetBytes(id.Text) : [];
        (int low, int high) = (0, order.Length);
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            int compared = part.Ids == IdKind.Number ? part.NumberOf(order[middle]).CompareTo(id.Number) : part.TextOf(order[middle], buffer).SequenceCompareTo(text);
            (low, high) = compared <= 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private Head First()
    {
        Head first = _heads[0];
        for (int i = 1; i < _heads.Count; i++)
        {
            if (_heads[i].CompareTo(first) < 0)
            {
                first = _heads[i];
            }
        }

        return first;
    }

    private sealed class Head(Part part, int source, int[] order)
    {
        private readonly byte[] _text = part.Ids == IdKind.Text ? new byte[ItemId.MaxTextBytes] : [];
        private long _number;
        private int _textLength;
        private int _next;

        public int Source => source;

        public int Item { get; private set; }

        public bool Next()
        {
            if (_next == order.Length)
            {
                return false;
            }

            Item = order[_next++];
            if (part.Ids == IdKind.Number)
            {
                _number = part.NumberOf(Item);
                return true;
            }

            ReadOnlySpan<byte> text = part.TextOf(Item, _text);
            text.CopyTo(_text);
            _textLength = text.Length;
            return true;
        }

        public int CompareTo(Head other) =>
            part.Ids == IdKind.Number ? _number.CompareTo(other._number) : _text.AsSpan(0, _textLength).SequenceCompareTo(other._text.AsSpan(0, other._textLength));
    }
}
