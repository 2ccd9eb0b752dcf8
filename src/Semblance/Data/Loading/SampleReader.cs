using Semblance.Tensors.Images;

namespace Semblance.Data.Loading;

/// <summary>Makes the pixels of one sample. Depends on nothing but the image, the transform and the random numbers given.</summary>
internal sealed class SampleReader(Dataset dataset, ImageTransform transform, PixelCache cache)
{
    /// <summary>Reads one sample.</summary>
    /// <param name="index">Index of the image.</param>
    /// <param name="random">The random numbers of this sample alone.</param>
    /// <param name="output">3 × size × size values.</param>
    /// <param name="problem">Why it failed.</param>
    public bool TryRead(int index, SeededRandom random, Span<float> output, out ImageProblem problem)
    {
        if (cache.TryGet(index, out RgbImage? image))
        {
            problem = default;
            Finish(image, random, output);
            return true;
        }
        ReadOnlyMemory<byte> bytes;
        try
        {
            bytes = dataset.ReadBytes(index);
        }
        catch (InvalidDataException exception)
        {
            problem = new(ImageFault.Unreadable, (exception.InnerException ?? exception).Message.TrimEnd('.'));
            return false;
        }
        return Decode(index, bytes.Span, random, output, out problem);
    }

    private bool Decode(int index, ReadOnlySpan<byte> bytes, SeededRandom random, Span<float> output, out ImageProblem problem)
    {
        if (dataset.HoldsPixels)
        {
            return ReadWhole(index, bytes, random, output, out problem);
        }
        if (!ImageCodec.TryProbe(bytes, out ImageInfo info, out problem))
        {
            return false;
        }
        if (ImageTransform.IsSmall(info))
        {
            return ReadWhole(index, bytes, random, output, out problem);
        }
        ImageView view = ViewOf(info.Width, info.Height, ref random);
        bool raw = NeedsRawValues;
        if (!ImageCodec.TryRender(bytes, view, raw ? Normalization.None : transform.Normalization, output, out problem, transform.MaxPixels))
        {
            return false;
        }
        if (raw)
        {
            Change(output, ref random);
        }
        return true;
    }

    private bool ReadWhole(int index, ReadOnlySpan<byte> bytes, SeededRandom random, Span<float> output, out ImageProblem problem)
    {
        if (!dataset.TryDecode(bytes, out RgbImage? image, out problem, transform.MaxPixels))
        {
            return false;
        }
        cache.Offer(index, image);
        Finish(image, random, output);
        return true;
    }

    private void Finish(RgbImage image, SeededRandom random, Span<float> output)
    {
        ImageView view = ViewOf(image.Width, image.Height, ref random);
        bool raw = NeedsRawValues;
        ImageCodec.Render(image, view, raw ? Normalization.None : transform.Normalization, output);
        if (raw)
        {
            Change(output, ref random);
        }
    }

    // Shifting brings in black and colours change before the values are normalised.
    private bool NeedsRawValues => transform.Augmentation is { } augmentation && (augmentation.Pad > 0 || augmentation.ChangesColours || augmentation.ChangesPixels);

    private ImageView ViewOf(int width, int height, ref SeededRandom random)
    {
        if (transform.Augmentation is not { } augmentation)
        {
            return transform.CentreView(width, height);
        }
        ImageView view = augmentation.RandomResizedCrop ? augmentation.RandomView(width, height, transform.Size, ref random) : transform.CentreView(width, height);
        return view with { Flip = random.NextDouble() < augmentation.FlipProbability };
    }

    private void Change(Span<float> output, ref SeededRandom random)
    {
        Augmentation augmentation = transform.Augmentation!;
        if (augmentation.Pad > 0)
        {
            int range = (2 * augmentation.Pad) + 1;
            Shift(output, transform.Size, random.Below(range) - augmentation.Pad, random.Below(range) - augmentation.Pad);
        }
        ColourChange change = augmentation.ChangesColours && random.NextDouble() < augmentation.ColourProbability
            ? ColourChange.Random(augmentation, output, ref random) : ColourChange.None;
        if (augmentation.ChangesPixels)
        {
            change.Apply(output, Normalization.None);
            augmentation.ChangePixels(output, transform.Size, ref random);
            change = ColourChange.None;
        }
        change.Apply(output, transform.Normalization);
    }

    /// <summary>Moves the picture inside its frame; what comes in is black.</summary>
    internal static void Shift(Span<float> planes, int size, int right, int down)
    {
        float[] copy = planes.ToArray();
        planes.Clear();
        int columns = Math.Max(0, size - Math.Abs(right));
        for (int row = 0; row < 3 * size; row++)
        {
            int from = (row % size) - down;
            if (from >= 0 && from < size && columns > 0)
            {
                int source = (((row / size * size) + from) * size) + Math.Max(0, -right);
                copy.AsSpan(source, columns).CopyTo(planes[((row * size) + Math.Max(0, right))..]);
            }
        }
    }
}
