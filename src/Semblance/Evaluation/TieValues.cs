namespace Semblance.Evaluation;

/// <summary>One metric under each tie rule.</summary>
/// <param name="Expected">The mean over all orders of tied items: the headline.</param>
/// <param name="StableIndexOrder">Ties by database index; NaN where <see cref="HashEvaluationOptions.IndexOrder"/> is off.</param>
/// <param name="Optimistic">Relevant items first among ties.</param>
/// <param name="Pessimistic">Relevant items last among ties.</param>
public readonly record struct TieValues(double Expected, double StableIndexOrder, double Optimistic, double Pessimistic)
{
    /// <summary>The value under one rule.</summary>
    public double this[TieRule rule] => rule switch
    {
        TieRule.Expected => Expected,
        TieRule.StableIndexOrder => StableIndexOrder,
        TieRule.Optimistic => Optimistic,
        _ => Pessimistic,
    };

    internal static TieValues WithoutIndexOrder { get; } = new(0, double.NaN, 0, 0);

    internal static TieValues Add(TieValues a, TieValues b) => new(
        a.Expected + b.Expected, a.StableIndexOrder + b.StableIndexOrder, a.Optimistic + b.Optimistic, a.Pessimistic + b.Pessimistic);

    internal TieValues Over(double divisor) => divisor == 0
        ? default
        : new TieValues(Expected / divisor, StableIndexOrder / divisor, Optimistic / divisor, Pessimistic / divisor);
}
