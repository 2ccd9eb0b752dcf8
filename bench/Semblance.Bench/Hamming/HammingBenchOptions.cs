using System.Globalization;

namespace Semblance.Bench.Hamming;

/// <summary>What is measured: numbers are sizes, the rest goes by name.</summary>
internal sealed record HammingBenchOptions
{
    public int[] Rows { get; init; } = [1_000_000, 10_000_000];

    public int[] Bits { get; init; } = [64];

    public string[] Data { get; init; } = ["clustered", "uniform"];

    public int Pairs { get; init; } = 5;

    /// <summary>A file of codes that takes the place of drawn ones.</summary>
    public string? Codes { get; init; }

    public bool Kernels { get; init; }

    public static HammingBenchOptions Parse(string[] arguments)
    {
        HammingBenchOptions options = new();
        List<int> rows = [];
        for (int i = 0; i < arguments.Length; i++)
        {
            options = arguments[i] switch
            {
                "--bits" => options with { Bits = Numbers(arguments[++i]) },
                "--data" => options with { Data = arguments[++i].Split(',') },
                "--pairs" => options with { Pairs = Numbers(arguments[++i])[0] },
                "--codes" => options with { Codes = arguments[++i] },
                "--kernels" => options with { Kernels = true },
                string number => Add(number),
            };
        }
        return rows.Count == 0 ? options : options with { Rows = [.. rows] };

        HammingBenchOptions Add(string number)
        {
            rows.AddRange(Numbers(number));
            return options;
        }
    }

    private static int[] Numbers(string text) => [.. text.Split(',').Select(part => int.Parse(part, NumberStyles.AllowThousands, CultureInfo.InvariantCulture))];
}
