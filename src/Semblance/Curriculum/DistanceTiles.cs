using System.Numerics;

namespace Semblance.Curriculum;

/// <summary>A square of the matrix of distances: some rows against some columns.</summary>
/// <param name="values">Distances, <see cref="DistanceTiles{T}.Edge"/> numbers a row; what lies beyond the columns is undefined.</param>
/// <param name="firstRow">The sample of the first row.</param>
/// <param name="rows">Number of rows.</param>
/// <param name="firstColumn">The sample of the first column.</param>
/// <param name="columns">Number of columns.</param>
internal readonly ref struct Tile<T>(Span<T> values, int firstRow, int rows, int firstColumn, int columns)
{
    public readonly Span<T> Values = values;
    public readonly int FirstRow = firstRow;
    public readonly int Rows = rows;
    public readonly int FirstColumn = firstColumn;
    public readonly int Columns = columns;

    /// <summary>The distances of one row to the samples before it: every pair of samples is in exactly one row of one tile.</summary>
    public ReadOnlySpan<T> Row(int row) => Values.Slice(row * DistanceTiles<T>.Edge, FirstRow == FirstColumn ? row : Columns);
}

/// <summary>Looks at tiles, in any order.</summary>
internal interface ITileVisitor<T>
{
    /// <summary>Takes a tile in.</summary>
    void Visit(Tile<T> tile);
}

/// <summary>The distances between the samples of a class, tile by tile: the lower triangle and the diagonal.</summary>
/// <remarks>
/// D(i, j) and D(j, i) are the same number to the last bit, equal rows are at distance 0, and a tile is the same whenever it is computed. A class whose tiles all fit the store is
/// computed once and looked at there; of others each pass computes every tile anew. Both go the same way.
/// </remarks>
internal abstract class DistanceTiles<T>(int count, TileStore<T> store)
{
    /// <summary>Rows and columns of a tile: with 256 dimensions its distances and both of its sides stay in the second cache.</summary>
    public const int Edge = 192;

    private readonly int _blocks = (count + Edge - 1) / Edge;

    /// <summary>Number of samples.</summary>
    public int Count => count;

    /// <summary>Number of tiles.</summary>
    public long Tiles => _blocks * (_blocks + 1L) / 2;

    /// <summary>Shows every tile to one of the visitors; each visitor has a thread of its own.</summary>
    /// <param name="visitors">As many as threads.</param>
    /// <param name="stopping">Ends it early.</param>
    public void Show<TVisitor>(TVisitor[] visitors, CancellationToken stopping)
        where TVisitor : ITileVisitor<T>
    {
        T[][]? kept = store.Of(this, Tiles);
        // Every thread takes the next tile that no thread has taken yet.
        long next = -1;
        Workers.Each(visitors.Length, worker => ShowSome(visitors[worker], kept, ref next, stopping));
    }

    /// <summary>The distances of one sample to all.</summary>
    public void Row(int sample, Span<T> distances)
    {
        var scratch = new T[Edge * Edge];
        int block = sample / Edge, row = sample % Edge;
        for (int other = 0; other < _blocks; other++)
        {
            Compute(block, other, scratch);
            scratch.AsSpan(row * Edge, Size(other)).CopyTo(distances[(other * Edge)..]);
        }
    }

    /// <summary>The distances of other samples to all of the class: of equal samples the same as within it, to the last bit.</summary>
    /// <param name="samples">Rows one after the other; they may be changed.</param>
    /// <param name="distances">Receives a row of <see cref="Width"/> numbers for each, the first <see cref="Count"/> of which count; with room for rows up to a multiple of 8.</param>
    public abstract void Of(Span<T> samples, Span<T> distances);

    /// <summary>Numbers from one row of <see cref="Of"/> to the next.</summary>
    public int Width => (count + 15) / 16 * 16;

    /// <summary>Samples of a block.</summary>
    protected int Size(int block) => Math.Min(Edge, count - (block * Edge));

    /// <summary>Computes a tile.</summary>
    /// <param name="rowBlock">Which samples are rows.</param>
    /// <param name="columnBlock">Which samples are columns.</param>
    /// <param name="tile">Edge x Edge.</param>
    protected abstract void Compute(int rowBlock, int columnBlock, Span<T> tile);

    private void ShowSome<TVisitor>(TVisitor visitor, T[][]? kept, ref long next, CancellationToken stopping)
        where TVisitor : ITileVisitor<T>
    {
        T[] scratch = kept is null ? new T[Edge * Edge] : [];
        int row = 0;
        for (long tile = Interlocked.Increment(ref next); tile < Tiles; tile = Interlocked.Increment(ref next))
        {
            stopping.ThrowIfCancellationRequested();
            row = RowOf(tile, row);
            int column = (int)(tile - (row * (row + 1L) / 2));
            T[] values = kept is null ? scratch : kept[tile];
            if (kept is null || !store.IsFilled(tile))
            {
                Compute(row, column, values);
            }

            if (kept is not null)
            {
                store.SetFilled(tile);
            }

            visitor.Visit(new Tile<T>(values, row * Edge, Size(row), column * Edge, Size(column)));
        }
    }

    /// <summary>The row of blocks that a tile lies in, where it is known not to lie before one.</summary>
    private static int RowOf(long tile, int row)
    {
        while ((row + 1L) * (row + 2) / 2 <= tile)
        {
            row++;
        }

        return row;
    }
}

/// <summary>Memory for the tiles of one class after the other.</summary>
/// <param name="budget">Bytes that it may take.</param>
internal sealed class TileStore<T>(long budget)
{
    private static readonly int TileBytes = DistanceTiles<T>.Edge * DistanceTiles<T>.Edge * System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
    private T[][] _tiles = [];
    private bool[] _filled = [];
    private DistanceTiles<T>? _owner;

    /// <summary>Whether the tiles of so many samples fit.</summary>
    public bool Fits(long tiles) => tiles <= budget / TileBytes;

    /// <summary>The memory for a class's tiles; null where it does not fit. What another class left there is forgotten.</summary>
    public T[][]? Of(DistanceTiles<T> owner, long tiles)
    {
        if (!Fits(tiles))
        {
            return null;
        }

        if (!ReferenceEquals(owner, _owner))
        {
            int had = _tiles.Length;
            if (had < tiles)
            {
                Array.Resize(ref _tiles, (int)tiles);
                Array.Resize(ref _filled, (int)tiles);
                for (int i = had; i < _tiles.Length; i++)
                {
                    _tiles[i] = GC.AllocateUninitializedArray<T>(DistanceTiles<T>.Edge * DistanceTiles<T>.Edge);
                }
            }

            Array.Clear(_filled);
            _owner = owner;
        }

        return _tiles;
    }

    public bool IsFilled(long tile) => _filled[tile];

    public void SetFilled(long tile) => _filled[tile] = true;
}
