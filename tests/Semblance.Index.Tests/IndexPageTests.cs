using System.Text.RegularExpressions;
using Semblance.Index;
using Semblance.Index.Files;
using Xunit;

namespace Semblance.Tests.Index;

/// <summary>Tests that change what the whole process shares.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;

/// <summary>The examples of <c>docs/index.md</c> and of the package's page: here they run, and every line of them is one of this file.</summary>
[Collection(nameof(AloneCollection))]
public sealed class IndexPageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _before = Directory.GetCurrentDirectory();

    public void Dispose()
    {
        Directory.SetCurrentDirectory(_before);
        _folder.Dispose();
    }

    [Theory]
    [InlineData("docs/index.md")]
    [InlineData("src/Semblance.Index/README.md")]
    public void Every_line_of_an_example_is_run_here(string page)
    {
        string[] here = [.. File.ReadAllLines(Repository.File("tests/Semblance.Index.Tests/IndexPageTests.cs")).Select(Plain)];
        IEnumerable<string> lines = Regex.Matches(File.ReadAllText(Repository.File(page)), "^```csharp\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline).SelectMany(match => match.Groups[1].Value.Split('\n')).Select(Plain);

        Assert.Empty(lines.Where(line => line.Length > 2).Except(here));
    }

    [Fact]
    public void Examples_in_memory_run()
    {
        float[] outputs = RandomCodes.Outputs(1, 300, 64);
        Codes queries = RandomCodes.Make(2, 5, 64);
        Codes moreCodes;
        Codes codes = Codes.FromSigns(outputs, bits: 64);
        {
            HammingIndex index = new(codes);

            Neighbour[] nearest = index.Nearest(codes[17], k: 10);
            Neighbour[] within = index.Within(codes[17], radius: 3);
            Neighbour[][] batch = index.Nearest(queries, k: 10, new SearchOptions { Threads = 4, Where = row => row % 2 == 0 });
            Assert.Equal((17, 17, 5), (nearest[0].Row, within[0].Row, batch.Length));
        }

        {
            HammingIndex index = HammingIndex.WithMultiIndex(codes);
            Console.WriteLine(index.Explain(codes[17], k: 10));
            Assert.Equal(17, index.Nearest(codes[17], 1)[0].Row);
        }

        moreCodes = Codes.Concatenate([codes, codes.Slice(0, 20)]);
        NearDuplicateGroups groups = NearDuplicates.Groups(codes, radius: 4);
        groups = NearDuplicates.Extend(groups, moreCodes);
        Assert.Equal(20, groups.Groups.Count);
    }

    [Fact]
    public void Examples_on_the_disk_run()
    {
        Directory.SetCurrentDirectory(_folder.Path);
        Codes codes = RandomCodes.Make(1, 300, 64);
        {
            using LiveIndex index = LiveIndex.Create("photos.index", new LiveIndexOptions { Bits = 64, Ids = IdKind.Text });

            index.Upsert(new Item("beach/001.jpg", codes[0].ToArray(), tags: ["beach", "2024"], payload: """{"width": 4000}"""));
            ItemMatch[] matches = index.Nearest(codes[1], k: 10, new LiveSearchOptions { Filter = Filter.Any("beach", "sea") & !Filter.Any("blurred") });
            Assert.Single(matches);
            index.Delete("beach/001.jpg");
            Assert.Equal(0, index.Count);
        }

        Directory.Delete("photos.index", recursive: true);
        {
            using LiveIndex live = LiveIndex.Create("photos.index", new LiveIndexOptions { Bits = 64, Ids = IdKind.Text });
            live.Upsert(new Item("beach/001.jpg", codes[0].ToArray(), tags: ["beach"], payload: """{"width": 4000}"""));
            ItemMatch[] matches = live.Nearest(codes[1], k: 10, new LiveSearchOptions { Filter = Filter.Any("beach") });
            Assert.Single(matches);
        }

        FaissBinaryFile.Write("codes.faiss", codes);
        foreach (FaissRows part in FaissBinaryFile.ReadParts("codes.faiss"))
        {
            Console.WriteLine($"{part.Codes.Count} codes, ids {(part.Ids is null ? "0, 1, 2 ..." : "of their own")}");
        }
    }

    /// <summary>A line without its comment.</summary>
    private static string Plain(string line) => Regex.Replace(line, @"\s+//.*$", "").Trim();
}
