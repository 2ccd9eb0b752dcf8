using Semblance.Deduplication;
using Semblance.Encoders;
using Semblance.Serving.Images;
using Semblance.Tensors.Images;

namespace Semblance.Serving.Http;

/// <summary>Codes by what images look like; needs no model.</summary>
internal sealed class PerceptualEncoder : IImageEncoder
{
    /// <inheritdoc/>
    public int Bits => PerceptualHash.Bits;

    /// <inheritdoc/>
    public EncodedNote Note => ImageCoder.Perceptual(1).Note;

    /// <inheritdoc/>
    public Task<ReadOnlyMemory<ulong>> EncodeAsync(ReadOnlyMemory<byte> image, string name, ImageRegion? region = null, CancellationToken cancellation = default) => Task.Run<ReadOnlyMemory<ulong>>(
        () => PerceptualHash.TryOf(image.Span, out ulong[]? code, out ImageProblem problem) ? code : throw new InvalidDataException(problem.Describe(name)), cancellation);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
