namespace Semblance.Index.Segments;

/// <summary>Runs of values, one after another, with the offset at which each begins and, last, the end.</summary>
/// <param name="file">The file, for messages.</param>
/// <param name="name">Name of the column of values.</param>
/// <param name="offsets">One more than there are runs.</param>
/// <param name="values">All values.</param>
internal sealed class RunColumn<T>(SegmentFile file, string name, Column<uint> offsets, Column<T> values)
    where T : unmanaged
{
    /// <summary>Number of runs.</summary>
    public int Count => offsets.Length - 1;

    /// <summary>The values of one run.</summary>
    /// <exception cref="InvalidDataException">Its offsets are not within the values.</exception>
    public ReadOnlySpan<T> this[int run]
    {
        get
        {
            ReadOnlySpan<uint> ends = offsets.Slice(run, 2);
            if (ends[0] > ends[1] || ends[1] > (uint)values.Length)
            {
                throw file.Damaged(0, $"run {run} of the column '{name}' goes from {ends[0]} to {ends[1]} of {values.Length}");
            }

            return values.Slice((int)ends[0], (int)(ends[1] - ends[0]));
        }
    }

    /// <summary>The columns of a file, with a known number of runs.</summary>
    public static RunColumn<T> Open(SegmentFile file, string offsets, string values, int count) =>
        new(file, values, file.Column<uint>(offsets, (long)count + 1), file.Column<T>(values));
}
