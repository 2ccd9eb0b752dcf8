using System.Globalization;
using Semblance.Encoders;
using Semblance.Index;
using Semblance.Index.Files;

namespace Semblance.Cli.Verbs.Indexes;

/// <summary>Codes of a file on their way into an index.</summary>
/// <param name="Codes">The codes.</param>
/// <param name="Numbers">Their ids, where those are numbers; else null.</param>
/// <param name="Texts">Their ids, where those are texts; else null.</param>
internal sealed record CodePart(Codes Codes, long[]? Numbers, IReadOnlyList<string>? Texts)
{
    /// <summary>Tags of a row; null where none has any.</summary>
    public Func<int, IReadOnlyList<string>>? Tags { get; init; }

    /// <summary>Payload of a row; null where none has one.</summary>
    public Func<int, string?>? Payload { get; init; }

    /// <summary>The model that made the codes; null where the file does not say.</summary>
    public EncodedNote? Note { get; init; }
}

/// <summary>A file of codes that is read part by part.</summary>
/// <param name="Path">The file.</param>
/// <param name="Format">What it is.</param>
/// <param name="Bits">Bits of a code, where they are known beforehand.</param>
/// <param name="Ids">A text file of ids, one a line, for files without; null for none.</param>
/// <param name="FirstId">The id of the first row of a file without ids.</param>
internal sealed record CodeSource(string Path, CodeFormat Format, int? Bits, string? Ids, long FirstId)
{
    private const int BytesOfPart = 64 << 20;
    private const int RowsWithIds = 1 << 17;

    /// <summary>The parts in order; ids that the file does not have are counted, or read from the list.</summary>
    /// <exception cref="InvalidDataException">The file or the list is wrong; thrown when the place is reached.</exception>
    public IEnumerable<CodePart> Parts()
    {
        using IEnumerator<string>? ids = Ids is null ? null : File.ReadLines(Ids).GetEnumerator();
        long first = FirstId;
        foreach (CodePart part in Read())
        {
            yield return part.Texts is not null || (part.Numbers is not null && ids is null) ? part
                : ids is not null ? part with { Numbers = null, Texts = Take(ids, part.Codes.Count) }
                : part with { Numbers = Count(first, part.Codes.Count) };
            first += part.Codes.Count;
        }
        if (ids?.MoveNext() == true)
        {
            throw new InvalidDataException($"{Ids}: it has more lines than {Path} has codes. Give one id a code.");
        }
    }

    private IEnumerable<CodePart> Read() => Format switch
    {
        CodeFormat.Codes => CodesFile.ReadParts(Path, RowsWithIds).Select(OfCollection),
        CodeFormat.Csv => CsvCodesFile.ReadParts(Path, Bits, RowsWithIds).Select(OfTable),
        CodeFormat.Faiss => FaissBinaryFile.ReadParts(Path, Bits, RowsOfPart).Select(rows => new CodePart(rows.Codes, rows.Ids, null)),
        CodeFormat.Npy => NpyFile.ReadCodeParts(Path, Bits, RowsOfPart).Select(codes => new CodePart(codes, null, null)),
        _ => RawCodesFile.ReadParts(Path, Bits ?? throw new ArgumentException($"{Path} does not say how long its codes are; say so with --bits."), RowsOfPart).Select(codes => new CodePart(codes, null, null)),
    };

    private int RowsOfPart => Ids is null ? Math.Max(1, BytesOfPart / Codes.BytesFor(Bits ?? 256)) : RowsWithIds;

    private static CodePart OfCollection(CodesFile file)
    {
        EncodedNote? note = EncodedNote.Parse(file.Metadata);
        IReadOnlyList<string> classes = note?.Classes ?? [];
        string Name(int label) => label >= 0 && label < classes.Count ? classes[label] : label.ToString(CultureInfo.InvariantCulture);
        bool labelled = file.Items.Any(item => item.Labels.Count > 0);
        return new CodePart(file.Codes, null, [.. file.Items.Select(item => item.Id)]) { Tags = labelled ? row => [.. file.Items[row].Labels.Select(Name)] : null, Note = note };
    }

    private static CodePart OfTable(CsvRows rows) => new(rows.Codes, null, [.. rows.Items.Select(item => item.Id)])
    {
        Tags = rows.Items.Any(item => item.Tags.Count > 0) ? row => rows.Items[row].Tags : null,
        Payload = rows.Items.Any(item => item.Payload is not null) ? row => rows.Items[row].Payload : null,
    };

    private string[] Take(IEnumerator<string> ids, int count)
    {
        string[] taken = new string[count];
        for (int i = 0; i < count; i++)
        {
            taken[i] = ids.MoveNext() && ids.Current.Length > 0 ? ids.Current : throw new InvalidDataException($"{Ids}: it has an empty line, or fewer lines than {Path} has codes. Give one id a code.");
        }
        return taken;
    }

    private static long[] Count(long first, int count)
    {
        long[] numbers = new long[count];
        for (int i = 0; i < count; i++)
        {
            numbers[i] = first + i;
        }
        return numbers;
    }
}
