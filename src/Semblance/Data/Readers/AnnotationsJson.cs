using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Semblance.Data.Readers;

/// <summary>A file of images, annotations and categories in the form of MS-COCO, which iNaturalist has too. Only the keys that are needed are kept, while the file is read.</summary>
internal sealed record AnnotationsJson
{
    [JsonPropertyName("images")]
    public IReadOnlyList<AnnotatedImage>? Images { get; init; }

    [JsonPropertyName("annotations")]
    public IReadOnlyList<ImageAnnotation>? Annotations { get; init; }

    [JsonPropertyName("categories")]
    public IReadOnlyList<NamedCategory>? Categories { get; init; }

    /// <summary>Reads a file that has some of each.</summary>
    /// <param name="file">The file.</param>
    /// <param name="set">Whose annotations it should hold, in words.</param>
    /// <param name="wanted">What to name instead where it lacks some.</param>
    /// <exception cref="InvalidDataException">It cannot be read, is something else, or has none of one sort.</exception>
    public static (IReadOnlyList<AnnotatedImage> Images, IReadOnlyList<ImageAnnotation> Annotations, IReadOnlyList<NamedCategory> Categories) Read(string file, string set, string wanted)
    {
        try
        {
            using FileStream stream = File.OpenRead(file);
            AnnotationsJson? read = JsonSerializer.Deserialize(stream, AnnotationsJsonContext.Default.AnnotationsJson);
            (int images, int annotations, int categories) = (read?.Images?.Count ?? 0, read?.Annotations?.Count ?? 0, read?.Categories?.Count ?? 0);
            return images > 0 && annotations > 0 && categories > 0 ? (read!.Images!, read.Annotations!, read.Categories!)
                : throw new InvalidDataException($"{file} has {images} images, {annotations} annotations and {categories} categories; some of each are needed. Name {wanted}.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{file}, line {exception.LineNumber + 1}: these are no annotations as {set} has them ({exception.Path}). Copy the file again."), exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{file} cannot be read: {exception.Message}", exception);
        }
    }
}

internal readonly record struct AnnotatedImage([property: JsonPropertyName("id")][property: JsonRequired] long Id, [property: JsonPropertyName("file_name")][property: JsonRequired] string File);

internal readonly record struct ImageAnnotation([property: JsonPropertyName("image_id")][property: JsonRequired] long Image, [property: JsonPropertyName("category_id")][property: JsonRequired] long Category);

internal readonly record struct NamedCategory([property: JsonPropertyName("id")][property: JsonRequired] long Id, [property: JsonPropertyName("name")][property: JsonRequired] string Name);

[JsonSourceGenerationOptions(RespectNullableAnnotations = true)]
[JsonSerializable(typeof(AnnotationsJson))]
internal sealed partial class AnnotationsJsonContext : JsonSerializerContext;
