// Searches binary codes: in memory, and in an index on the disk that is changed while it is searched; then finds near-duplicates.
// Run it with the path of a folder that is not there yet:  dotnet run --project samples/HammingSearch -- /tmp/hamming-search

using Semblance.Index;
using Semblance.Index.Files;

string folder = args.Length == 1 ? args[0] : throw new ArgumentException("Give the path of a folder to make.");
string indexFolder = Path.Combine(folder, "codes.index"), faissFile = Path.Combine(folder, "codes.faiss");

// Codes come from a model: real outputs, of which 0 and above become ones. Here they are random, around a hundred centres.
const int Bits = 64, Count = 20_000;
Codes codes = Codes.FromSigns(Outputs(new Random(1)), Bits);

// In memory: the ten nearest of all codes, exactly, in the order of (distance, row).
HammingIndex index = new(codes);
foreach (Neighbour near in index.Nearest(codes[17], k: 10))
{
    Console.WriteLine($"row {near.Row} is {near.Distance} bits away");
}

// Many queries at once are faster than one after another.
Neighbour[][] batch = index.Nearest(codes.Slice(0, 1_000), k: 5);
Console.WriteLine($"{batch.Length} queries found {batch.Sum(found => found.Length)} codes");

// On the disk: items with ids, tags and payloads. What a call has acknowledged survives a power cut.
using (LiveIndex live = LiveIndex.Create(indexFolder, new LiveIndexOptions { Bits = Bits, Ids = IdKind.Text }))
{
    live.Import([.. Enumerable.Range(0, Count).Select(row => new Item($"photo-{row:00000}", codes[row].ToArray(), tags: [row % 2 == 0 ? "even" : "odd"]))]);
    live.Upsert(new Item("photo-00017", codes[17].ToArray(), tags: ["odd", "favourite"], payload: """{"rating": 5}"""));
    live.Delete("photo-00018");
}

// Another process may search while one writes; each search sees one state.
using (LiveIndex live = LiveIndex.OpenRead(indexFolder))
{
    LiveSearchOptions options = new() { Filter = Filter.Any("favourite", "even") & !Filter.Any("hidden"), Items = true };
    foreach (ItemMatch match in live.Nearest(codes[17], k: 3, options))
    {
        Console.WriteLine($"{match.Id} is {match.Distance} bits away: {string.Join(", ", match.Item!.Tags)} {match.Item.Payload}");
    }

    Console.WriteLine($"{live.Count} items");
}

// Codes that differ in at most three bits, and what hangs together by them.
NearDuplicateGroups groups = NearDuplicates.Groups(codes, radius: 3);
Console.WriteLine($"{groups.Groups.Count} groups of near-duplicates");

// Out to others: FAISS reads this with faiss.read_index_binary.
FaissBinaryFile.Write(faissFile, codes);
Console.WriteLine($"{faissFile}: {new FileInfo(faissFile).Length} bytes");

static float[] Outputs(Random random)
{
    float[] centres = [.. Enumerable.Range(0, 100 * Bits).Select(_ => random.NextSingle() - 0.5f)];
    return [.. Enumerable.Range(0, Count * Bits).Select(i => centres[i / Bits % 100 * Bits + (i % Bits)] + (0.6f * (random.NextSingle() - 0.5f)))];
}
