using System.Numerics;
using System.Runtime.CompilerServices;

namespace Semblance;

/// <summary>Range checks for options: the value itself where it is right, an exception that names the option where it is not.</summary>
internal static class Require
{
    /// <summary>A finite number.</summary>
    public static double Finite(double value, [CallerMemberName] string name = "") =>
        double.IsFinite(value) ? value : throw Wrong(name, value, "a finite number");

    /// <summary>A finite number above 0.</summary>
    public static double Positive(double value, [CallerMemberName] string name = "") =>
        double.IsFinite(value) && value > 0 ? value : throw Wrong(name, value, "a finite number above 0");

    /// <summary>A finite number of at least 0.</summary>
    public static double NotNegative(double value, [CallerMemberName] string name = "") =>
        double.IsFinite(value) && value >= 0 ? value : throw Wrong(name, value, "a finite number of at least 0");

    /// <summary>A number between bounds, both allowed.</summary>
    public static T InRange<T>(T value, T low, T high, [CallerMemberName] string name = "")
        where T : INumber<T> =>
        value >= low && value <= high ? value : throw Wrong(name, value, FormattableString.Invariant($"within [{low}, {high}]"));

    /// <summary>A number between bounds, the upper one not allowed.</summary>
    public static double Below(double value, double low, double high, [CallerMemberName] string name = "") =>
        value >= low && value < high ? value : throw Wrong(name, value, FormattableString.Invariant($"within [{low}, {high})"));

    /// <summary>A whole number of at least a bound.</summary>
    public static int AtLeast(int value, int low, [CallerMemberName] string name = "") =>
        value >= low ? value : throw Wrong(name, value, FormattableString.Invariant($"at least {low}"));

    private static ArgumentOutOfRangeException Wrong(string name, object value, string need) => new(name, value, $"{name} must be {need}.");
}
