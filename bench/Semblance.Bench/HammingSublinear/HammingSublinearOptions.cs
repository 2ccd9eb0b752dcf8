using System.Globalization;

namespace Semblance.Bench.HammingSublinear;

/// <summary>What is measured: numbers are sizes, the rest goes by name.</summary>
internal sealed record HammingSublinearOptions
{
    public int[] Rows { get; init; } = [1_000_000, 10_000_000];

    public int Bits { get; init; } = 64;

    public string[] Data { get; init; } = ["clustered", "uniform"];

    /// <summary>A file of codes that takes the place of drawn ones.</summary>
    public string? Codes { get; init; }

    /// <summary>The index of FAISS to compare with: multihash or hnsw.</summary>
    public string? Peer { get; init; }

    /// <summary>Where graphs of HNSW are kept.</summary>
    public string Folder { get; init; } = Path.GetTempPath();

    public static HammingSublinearOptions Parse(string[] arguments)
    {
        HammingSublinearOptions options = new();
        List<int> rows = [];
        for (int i = 0; i < arguments.Length; i++)
        {
            options = arguments[i] switch
            {
                "--bits" => options with { Bits = Number(arguments[++i]) },
                "--data" => options with { Data = arguments[++i].Split(',') },
                "--codes" => options with { Codes = arguments[++i] },
                "--multihash" => options with { Peer = "multihash", Rows = [10_000_000] },
                "--hnsw" => options with { Peer = "hnsw", Rows = [1_000_000] },
                "--keep" => options with { Folder = arguments[++i] },
                string number => Add(number),
            };
        }
        return rows.Count == 0 ? options : options with { Rows = [.. rows] };

        HammingSublinearOptions Add(string number)
        {
            rows.Add(Number(number));
            return options;
        }
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
}
