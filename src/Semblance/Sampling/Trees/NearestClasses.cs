namespace Semblance.Sampling.Trees;

/// <summary>The nearest of the classes that were offered, nearest first; of equally near ones the lower place.</summary>
internal sealed class NearestClasses(int most)
{
    private readonly double[] _distances = new double[most];
    private readonly int[] _places = new int[most];
    private int _count;

    public ReadOnlySpan<int> Places => _places.AsSpan(0, _count);

    public void Clear() => _count = 0;

    /// <summary>Offers a class; places must come in ascending order.</summary>
    public void Offer(int place, double distance)
    {
        if (_count == most && (most == 0 || distance >= _distances[most - 1]))
        {
            return;
        }
        int slot = _count < most ? _count++ : most - 1;
        while (slot > 0 && distance < _distances[slot - 1])
        {
            (_distances[slot], _places[slot]) = (_distances[slot - 1], _places[slot - 1]);
            slot--;
        }
        (_distances[slot], _places[slot]) = (distance, place);
    }
}
