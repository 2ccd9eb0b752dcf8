using System.Text.Json;
using Semblance.Losses.Hashing;

namespace Semblance.Golden.Subjects;

/// <summary><c>hhf_inflection</c>: the inflection points of HHF for numbers of bits and classes.</summary>
internal static class InflectionSubject
{
    public static void Run(GoldenCase golden, GoldenCheck check)
    {
        if (golden.ExpectsError)
        {
            InflectionPoint.For(golden.Integer("bits"), golden.Integer("num_classes"));
            return;
        }

        int number = 0;
        foreach (JsonElement row in check.Take("").EnumerateArray())
        {
            CompareRow(golden, check, row, $"row {number++}");
        }
    }

    private static void CompareRow(GoldenCase golden, GoldenCheck check, JsonElement row, string name)
    {
        (int bits, int classes) = (row.GetProperty("bits").GetInt32(), row.GetProperty("num_classes").GetInt32());
        if (row.TryGetProperty("error", out _))
        {
            RequireRefusal(check, bits, classes, name);
            return;
        }

        InflectionPoint ours = InflectionPoint.For(bits, classes);
        double zeta = row.GetProperty("zeta").GetDouble();
        bool agrees = ours.Dimension == row.GetProperty("k").GetInt32()
            && ours.MinimumDistance == row.GetProperty("min_distance").GetInt32()
            && Math.Abs(ours.Zeta - zeta) <= golden.Atol + (golden.Rtol * Math.Abs(zeta));
        if (!agrees)
        {
            check.Fail($"{name} is {ours}, expected {row}");
        }
    }

    private static void RequireRefusal(GoldenCheck check, int bits, int classes, string name)
    {
        try
        {
            check.Fail($"{name}: an error is expected, {InflectionPoint.For(bits, classes)} came");
        }
        catch (ArgumentException)
        {
            // The refusal that is expected.
        }
    }
}
