using Semblance.Data;
using Semblance.Encoders;
using Semblance.Index;
using Semblance.Tensors.Images;

namespace Semblance.Deduplication;

/// <summary>Codes of some images.</summary>
/// <param name="Codes">One code an image that could be read.</param>
/// <param name="Indices">The images, by their index in the data set.</param>
/// <param name="Skipped">Images that could not be read, each in a sentence.</param>
public sealed record CodedImages(Codes Codes, IReadOnlyList<int> Indices, IReadOnlyList<string> Skipped);

/// <summary>Turns images into the codes by which near-duplicates are found.</summary>
public sealed class ImageCoder
{
    private const int Part = 256;
    private readonly Func<Dataset, CancellationToken, IEnumerable<CodedImages>> encode;

    private ImageCoder(int bits, int radius, EncodedNote note, Func<Dataset, CancellationToken, IEnumerable<CodedImages>> encode) =>
        (Bits, Radius, Note, this.encode) = (bits, radius, note, encode);

    /// <summary>Bits of a code.</summary>
    public int Bits { get; }

    /// <summary>The radius that suits these codes, where the user names none.</summary>
    public int Radius { get; }

    /// <summary>What made the codes; codes of another note cannot be compared with these.</summary>
    public EncodedNote Note { get; }

    /// <summary>By what images look like; needs no training.</summary>
    /// <param name="threads">Threads that decode; the codes do not depend on it.</param>
    public static ImageCoder Perceptual(int threads) =>
        new(PerceptualHash.Bits, PerceptualHash.Radius, PerceptualHash.Note, (data, stop) => Parts(data, threads, stop));

    /// <summary>By the codes of a trained hash model. Their radius is 0: such codes tell what an image shows, and two images of one thing may differ in few bits or none.</summary>
    /// <param name="encoder">Of a model whose outputs are code bits; passes over damaged images.</param>
    /// <param name="note">The model.</param>
    public static ImageCoder OfModel(Encoder encoder, EncodedNote note)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        return new(encoder.Width, 0, note, (data, stop) => encoder.Encode(data, 0, stop).Select(batch => new CodedImages(Codes.FromSigns(batch.Rows, encoder.Width), batch.Indices, batch.Skipped)));
    }

    /// <summary>Encodes images in order, a part at a time.</summary>
    public IEnumerable<CodedImages> Encode(Dataset data, CancellationToken stop = default) => encode(data, stop);

    private static IEnumerable<CodedImages> Parts(Dataset data, int threads, CancellationToken stop)
    {
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = threads, CancellationToken = stop };
        for (int start = 0; start < data.Count; start += Part)
        {
            ulong[]?[] codes = new ulong[]?[Math.Min(Part, data.Count - start)];
            string?[] problems = new string?[codes.Length];
            int first = start;
            Parallel.For(0, codes.Length, parallel, i => codes[i] = Of(data, first + i, out problems[i]));
            int[] indices = [.. Enumerable.Range(0, codes.Length).Where(i => codes[i] is not null)];
            yield return new CodedImages(new Codes(PerceptualHash.Bits, [.. indices.SelectMany(i => codes[i]!)]), [.. indices.Select(i => first + i)], [.. problems.OfType<string>()]);
        }
    }

    private static ulong[]? Of(Dataset data, int index, out string? problem)
    {
        try
        {
            problem = PerceptualHash.TryOf(data.ReadBytes(index).Span, out ulong[]? code, out ImageProblem found) ? null : found.Describe(data.Describe(index));
            return code;
        }
        catch (InvalidDataException exception)
        {
            problem = exception.Message;
            return null;
        }
    }
}
