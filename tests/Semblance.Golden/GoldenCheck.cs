using System.Globalization;
using System.Text.Json;

namespace Semblance.Golden;

/// <summary>Compares what came out with what must come out, and knows what was not compared.</summary>
/// <remarks>
/// Values are named by their path below <c>expected</c>, such as <c>map_at.5.optimistic</c>. A number agrees when |ours - expected| is at most
/// atol + rtol |expected|. A value that nothing was compared with is a fault: a case must not pass because the runner does not know a field.
/// </remarks>
public sealed class GoldenCheck
{
    private readonly GoldenCase _golden;
    private readonly SortedDictionary<string, JsonElement> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonElement> _all = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];

    /// <summary>Begins the comparison of a case.</summary>
    public GoldenCheck(GoldenCase golden)
    {
        ArgumentNullException.ThrowIfNull(golden);
        _golden = golden;
        Collect(golden.Expected, "");
    }

    /// <summary>Everything that disagrees, or was not compared.</summary>
    public IReadOnlyList<string> Faults => [.. _faults, .. _open.Keys.Select(path => $"{(path.Length == 0 ? "the expectation" : path)} was not compared")];

    /// <summary>Paths of all expected values.</summary>
    public IReadOnlyCollection<string> Paths => _all.Keys;

    /// <summary>Whether a value is expected at a path, or below it.</summary>
    public bool Expects(string path) => _all.Keys.Any(key => key == path || key.StartsWith(path + ".", StringComparison.Ordinal));

    /// <summary>The names right below a path, such as the cut-offs below <c>map_at</c>.</summary>
    public IReadOnlyList<string> Names(string path) =>
        [.. _all.Keys.Where(key => key.StartsWith(path + ".", StringComparison.Ordinal)).Select(key => key[(path.Length + 1)..]).Select(rest => rest.Split('.')[0]).Distinct()];

    /// <summary>The expected value at a path, as it stands in the file; it counts as compared.</summary>
    public JsonElement Take(string path)
    {
        _open.Remove(path);
        return _all.TryGetValue(path, out JsonElement value) ? value : default;
    }

    /// <summary>A number, within the tolerance; nothing where none is expected.</summary>
    public void Equal(string path, double ours)
    {
        JsonElement expected = Take(path);
        if (expected.ValueKind != JsonValueKind.Undefined)
        {
            CompareAll(path, [GoldenCase.ToNumber(expected, path, double.NaN)], [ours], exact: false);
        }
    }

    /// <summary>A tensor or list of numbers, within the tolerance; nothing where none is expected.</summary>
    public void Equal(string path, ReadOnlySpan<double> ours) => CompareList(path, ours, exact: false);

    /// <summary>Whole numbers, masks and orders: they agree exactly; nothing where none are expected.</summary>
    public void EqualExactly(string path, ReadOnlySpan<int> ours)
    {
        var values = new double[ours.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = ours[i];
        }

        CompareList(path, values, exact: true);
    }

    /// <summary>A gradient, row-major: within the tolerance, and merely finite in the rows that the case names.</summary>
    public void Gradient(string path, ReadOnlySpan<double> ours)
    {
        JsonElement expected = Take(path);
        if (expected.ValueKind == JsonValueKind.Undefined)
        {
            return;
        }

        GoldenTensor tensor = GoldenCase.ToTensor(expected, path);
        int rows = tensor.Shape.Length == 0 ? 1 : tensor.Shape[0];
        int width = rows == 0 ? 0 : tensor.Data.Length / rows;
        double[] compared = ours.ToArray();
        foreach (int row in _golden.GradIgnoreRows.Where(row => row < rows && compared.Length == tensor.Data.Length))
        {
            if (compared.AsSpan(row * width, width).ContainsAnyExceptInRange(double.MinValue, double.MaxValue))
            {
                Fail($"{path} row {row} is not finite");
            }

            tensor.Data.AsSpan(row * width, width).CopyTo(compared.AsSpan(row * width));
        }

        CompareAll(path, tensor.Data, compared, exact: false);
    }

    /// <summary>Notes a fault.</summary>
    public void Fail(string reason) => _faults.Add(reason);

    private void CompareList(string path, ReadOnlySpan<double> ours, bool exact)
    {
        JsonElement expected = Take(path);
        if (expected.ValueKind != JsonValueKind.Undefined)
        {
            CompareAll(path, Values(expected, path), ours, exact);
        }
    }

    private static double[] Values(JsonElement expected, string path) => expected.ValueKind switch
    {
        JsonValueKind.Array => [.. expected.EnumerateArray().SelectMany(value => Values(value, path))],
        JsonValueKind.Object => GoldenCase.ToTensor(expected, path).Data,
        _ => [GoldenCase.ToNumber(expected, path, double.NaN)],
    };

    private void CompareAll(string path, ReadOnlySpan<double> expected, ReadOnlySpan<double> ours, bool exact)
    {
        if (expected.Length != ours.Length)
        {
            Fail($"{path} has {ours.Length} values, expected are {expected.Length}");
            return;
        }

        for (int i = 0; i < expected.Length; i++)
        {
            if (!Agree(expected[i], ours[i], exact))
            {
                string at = expected.Length == 1 ? path : $"{path}[{i}]";
                Fail(string.Create(CultureInfo.InvariantCulture, $"{at} is {ours[i]:R}, expected {expected[i]:R}"));
                return;
            }
        }
    }

    private bool Agree(double expected, double ours, bool exact)
    {
        if (exact || !double.IsFinite(expected) || !double.IsFinite(ours))
        {
            return ours.Equals(expected);
        }

        return Math.Abs(ours - expected) <= _golden.Atol + (_golden.Rtol * Math.Abs(expected));
    }

    private void Collect(JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Object || GoldenCase.IsTensor(value))
        {
            _all[path] = _open[path] = value;
            return;
        }

        foreach (JsonProperty property in value.EnumerateObject())
        {
            Collect(property.Value, path.Length == 0 ? property.Name : $"{path}.{property.Name}");
        }
    }
}
