namespace Semblance.Index.Planning;

/// <summary>What searches of one kind have cost by tables and by a sweep over all codes, in nanoseconds a query; it chooses the cheaper.</summary>
/// <remarks>
/// Tables are tried a few times first, which is cheap, since a search in them gives up in time; then a sweep, unless tables are so much faster that its
/// estimate is enough. After that the plan that costs more is tried again now and then, so
/// rarely that it makes all searches together at most about a hundredth slower: data and load change.
/// </remarks>
internal sealed class PlanLedger
{
    private const int Trial = 8;
    private const double TrialsShare = 100;
    private const double LeastInterval = 32;
    private const double MostInterval = 100_000;

    // An estimate may be wrong by so much.
    private const double Certain = 10;
    private long _asked;

    /// <summary>Nanoseconds a query by tables, scans after giving up included.</summary>
    public RunningMean Tables { get; } = new();

    /// <summary>Nanoseconds a query by a sweep.</summary>
    public RunningMean Sweep { get; } = new();

    /// <summary>The distance of the last result.</summary>
    public RunningMean Distance { get; } = new();

    /// <summary>Whether the next search goes to the tables.</summary>
    /// <param name="sweepEstimate">What a sweep is expected to cost as long as none has been measured.</param>
    public bool ChooseTables(double sweepEstimate)
    {
        long asked = Interlocked.Increment(ref _asked);
        if (Tables.Samples < Trial)
        {
            return true;
        }

        if (Sweep.Samples == 0 && Tables.Or(0) > sweepEstimate / Certain)
        {
            return false;
        }

        bool better = TablesAreCheaper(sweepEstimate);
        return asked % Interval(sweepEstimate) == 0 ? !better : better;
    }

    /// <summary>Whether tables have cost less.</summary>
    public bool TablesAreCheaper(double sweepEstimate) => Tables.Samples < Trial || Tables.Or(0) <= Sweep.Or(sweepEstimate);

    private long Interval(double sweepEstimate)
    {
        double tables = Tables.Or(0);
        double sweep = Sweep.Or(sweepEstimate);
        double loss = Math.Abs(tables - sweep) / Math.Max(1, Math.Min(tables, sweep));
        return (long)Math.Clamp(TrialsShare * loss, LeastInterval, MostInterval);
    }
}
