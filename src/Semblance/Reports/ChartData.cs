using System.Text.Json;
using System.Text.Json.Serialization;

namespace Semblance.Reports;

/// <summary>The data block of the page, which its script draws; web/src/report/data.ts is its other side.</summary>
internal sealed record ChartData(IReadOnlyList<ChartSpec> Charts)
{
    /// <summary>The block as JSON in which no character can end or open an element.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ChartJson.Default.ChartData);
}

/// <summary>One chart: <paramref name="Kind"/> is line, area, bars or dots.</summary>
internal sealed record ChartSpec(string Id, string Kind, ChartAxis X, ChartAxis Y, IReadOnlyList<ChartSeries> Series)
{
    public double? Base { get; init; }

    /// <summary>Names of the rows of a chart of dots, from the top; a point's y is its row.</summary>
    public IReadOnlyList<string>? Rows { get; init; }

    public IReadOnlyList<ChartMark>? Marks { get; init; }
}

/// <summary>An axis; without <paramref name="Min"/> and <paramref name="Max"/> it fits its values.</summary>
internal sealed record ChartAxis(string Title, double? Min = null, double? Max = null, bool? CanBeLogarithmic = null)
{
    /// <summary>What the places 0, 1, ... are called, where they are no measure: evenly spaced names instead of ticks.</summary>
    public IReadOnlyList<string>? Names { get; init; }
}

/// <summary>A row of points; a value that JSON cannot hold is null.</summary>
internal sealed record ChartSeries(string Name, IReadOnlyList<double> X, IReadOnlyList<double?> Y)
{
    public IReadOnlyList<string>? Points { get; init; }

    /// <summary>Which colour, dashes and points it has; null for those of its place among the series.</summary>
    public int? Style { get; init; }

    /// <summary>How far a point reaches to either side: along x in a chart of dots, along y in one of lines.</summary>
    public IReadOnlyList<double?>? Spread { get; init; }

    /// <summary>The running mean of <see cref="Y"/>, to be drawn over it.</summary>
    public IReadOnlyList<double?>? Mean { get; init; }
}

/// <summary>A dashed line at a value of an axis, x or y.</summary>
internal sealed record ChartMark(string Axis, double At, string Label);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ChartData))]
internal sealed partial class ChartJson : JsonSerializerContext;
