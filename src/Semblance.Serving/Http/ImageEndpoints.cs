using Microsoft.AspNetCore.Http;
using Semblance.Index;
using Semblance.Serving.Images;
using Semblance.Serving.Security;

namespace Semblance.Serving.Http;

/// <summary>The images of items, small and as they are.</summary>
internal static class ImageEndpoints
{
    private const string Group = "Images";
    private const int UsualSize = 256;
    private static readonly QueryParameter Id = new("id", ParameterKind.Text, "The id of the item.") { Required = true, Example = "beach/001.jpg" };
    private static readonly Answer Unchanged = new(StatusCodes.Status304NotModified, "It is the one that If-None-Match names.");

    /// <summary>The operations.</summary>
    public static IEnumerable<Operation> All() =>
    [
        new("GET", "/v1/thumbnails", "getThumbnail", "Gets a small image of an item.", ThumbnailAsync)
        {
            Group = Group,
            Query = [Id, new("size", ParameterKind.Whole, "Pixels of the longer side, rounded up to 64, 128, 256, 512 or 1024; 256 unless it is given.")],
            Answers = [new(StatusCodes.Status200OK, "A JPEG.") { MediaTypes = ["image/jpeg"] }, Unchanged],
            Problems = [StatusCodes.Status404NotFound, StatusCodes.Status422UnprocessableEntity],
        },
        new("GET", "/v1/images", "getImage", "Gets the image of an item as it was stored.", OriginalAsync)
        {
            Group = Group,
            Query = [Id],
            Answers = [new(StatusCodes.Status200OK, "The bytes of the file.") { MediaTypes = ["image/jpeg", "image/png", "image/webp", "image/gif", "image/tiff"] }, Unchanged],
            Problems = [StatusCodes.Status404NotFound, StatusCodes.Status422UnprocessableEntity],
        },
    ];

    private static async Task ThumbnailAsync(HttpContext context, SearchService service)
    {
        int size = QueryText.Whole(context.Request.Query, "size") ?? UsualSize;
        if (size < 1 || size > ImageLibrary.Sizes[^1])
        {
            throw new ArgumentException($"size is {size}; 1 to {ImageLibrary.Sizes[^1]} are needed.");
        }
        (ItemId id, ImageLibrary library) = await ItemAsync(context, service).ConfigureAwait(false);
        ThumbnailImage image = await ReadAsync(() => library.ThumbnailAsync(id.ToString(), size, context.RequestAborted)).ConfigureAwait(false) ?? throw None(id);
        if (!IsKnown(context, image.ETag))
        {
            SecurityHeaders.ForImage(context.Response, "image/jpeg", id.ToString());
            context.Response.ContentLength = image.Jpeg.Length;
            await context.Response.Body.WriteAsync(image.Jpeg, context.RequestAborted).ConfigureAwait(false);
        }
    }

    private static async Task OriginalAsync(HttpContext context, SearchService service)
    {
        (ItemId id, ImageLibrary library) = await ItemAsync(context, service).ConfigureAwait(false);
        using OriginalImage image = await ReadAsync(() => Task.FromResult(library.OpenOriginal(id.ToString()))).ConfigureAwait(false) ?? throw None(id);
        if (!IsKnown(context, image.File.ETag))
        {
            SecurityHeaders.ForImage(context.Response, image.ContentType, id.ToString());
            context.Response.ContentLength = image.Content.Length;
            await image.Content.CopyToAsync(context.Response.Body, context.RequestAborted).ConfigureAwait(false);
        }
    }

    /// <summary>Only images of items are shown, not whatever else lies in the folder.</summary>
    private static async Task<(ItemId Id, ImageLibrary Library)> ItemAsync(HttpContext context, SearchService service)
    {
        ItemId id = ItemText.Id(service.Store, QueryText.Required(context.Request.Query, "id"));
        _ = await service.Store.FindAsync(id, context.RequestAborted).ConfigureAwait(false) ?? throw ItemText.Unknown(id);
        return (id, service.Library ?? throw new RefusedException(StatusCodes.Status404NotFound, "this service has no images. Start it with --images and the folder of the images."));
    }

    private static async Task<T> ReadAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (InvalidDataException fault)
        {
            throw Problems.OfImage(fault);
        }
    }

    private static bool IsKnown(HttpContext context, string tag)
    {
        context.Response.Headers.ETag = tag;
        context.Response.Headers.CacheControl = "private, no-cache";
        bool known = context.Request.Headers.IfNoneMatch.ToString().Contains(tag, StringComparison.Ordinal);
        context.Response.StatusCode = known ? StatusCodes.Status304NotModified : StatusCodes.Status200OK;
        return known;
    }

    private static RefusedException None(ItemId id) => new(StatusCodes.Status404NotFound, $"the item {id} has no image here. Put it again with its image, or add the file to the folder of the images.");
}
