using System.Globalization;

namespace Semblance.Training;

/// <summary>How many of some items: a count, a fraction of them, or all that nobody else takes.</summary>
/// <remarks>In recipes <c>20</c>, <c>0.2</c> or <c>rest</c>.</remarks>
public readonly record struct Amount
{
    private readonly double _value;

    private Amount(double value)
    {
        _value = value;
    }

    /// <summary>What a recipe may write for an amount.</summary>
    public const string Type = "a count of at least 1, a fraction above 0 and below 1, or rest";

    /// <summary>All that nobody else takes.</summary>
    public static Amount Rest => default;

    /// <summary>Whether this is all that nobody else takes.</summary>
    public bool IsRest => _value == 0;

    /// <summary>So many.</summary>
    public static Amount Count(int count) => new(count >= 1 ? count : throw new ArgumentOutOfRangeException(nameof(count), count, "A count is at least 1."));

    /// <summary>This fraction.</summary>
    public static Amount Fraction(double fraction) =>
        new(fraction is > 0 and < 1 ? fraction : throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "A fraction is above 0 and below 1."));

    /// <summary>How many that is.</summary>
    /// <param name="available">How many items there are.</param>
    /// <returns>The count, never more than there are; of a fraction at least 1 where there is one.</returns>
    public int Of(int available) => IsRest
        ? available
        : Math.Min(available, _value < 1 ? Math.Max(1, (int)Math.Round(_value * available, MidpointRounding.AwayFromZero)) : (int)_value);

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static bool TryParse(string text, out Amount amount)
    {
        bool isNumber = double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double value);
        bool isValid = isNumber && (value is > 0 and < 1 || (value is >= 1 and <= int.MaxValue && value == Math.Floor(value)));
        amount = isValid ? new(value) : default;
        return isValid || text == "rest";
    }

    /// <summary>The amount as recipes write it.</summary>
    public override string ToString() => IsRest ? "rest" : _value.ToString("R", CultureInfo.InvariantCulture);
}
