namespace Semblance.Curriculum;

/// <summary>Distances in double precision, from the differences themselves: slower, and exact to the last digits.</summary>
/// <param name="features">Rows one after the other.</param>
/// <param name="dimension">Numbers a row.</param>
/// <param name="store">Memory for tiles.</param>
internal sealed class DoubleTiles(ReadOnlyMemory<double> features, int dimension, TileStore<double> store) : DistanceTiles<double>(features.Length / dimension, store)
{
    /// <inheritdoc/>
    public override void Of(Span<double> samples, Span<double> distances)
    {
        for (int row = 0; row < samples.Length / dimension; row++)
        {
            for (int column = 0; column < Count; column++)
            {
                distances[(row * Width) + column] = ClassFeatures.Distance<double>(samples.Slice(row * dimension, dimension), features.Span.Slice(column * dimension, dimension));
            }
        }
    }

    /// <inheritdoc/>
    protected override void Compute(int rowBlock, int columnBlock, Span<double> tile)
    {
        ReadOnlySpan<double> all = features.Span;
        for (int row = 0; row < Size(rowBlock); row++)
        {
            ReadOnlySpan<double> a = all.Slice(((rowBlock * Edge) + row) * dimension, dimension);
            for (int column = 0; column < Size(columnBlock); column++)
            {
                tile[(row * Edge) + column] = ClassFeatures.Distance<double>(a, all.Slice(((columnBlock * Edge) + column) * dimension, dimension));
            }
        }
    }
}
