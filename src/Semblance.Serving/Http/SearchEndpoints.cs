using Microsoft.AspNetCore.Http;
using Semblance.Index;
using Semblance.Serving.Http.Messages;
using Semblance.Serving.Security;

namespace Semblance.Serving.Http;

/// <summary>Searches by code, by item, by image and by several at once.</summary>
internal static class SearchEndpoints
{
    private const string Group = "Search";
    private static readonly Answer Found = new(StatusCodes.Status200OK, "The items, nearest first.", typeof(SearchResponse));

    /// <summary>The operations.</summary>
    public static IEnumerable<Operation> All() =>
    [
        new("POST", "/v1/search/code", "searchByCode", "Finds the items whose codes are nearest to a code.", ByCodeAsync)
        {
            Group = Group,
            Bodies = [new("application/json", typeof(CodeSearchRequest)) { Example = """{"code": "0f3a5500c1d2e3f4a5b6c7d8", "k": 5, "filter": {"anyTags": ["beach", "sea"]}}""" }],
            Answers = [Found],
        },
        new("POST", "/v1/search/id", "searchById", "Finds the items that are nearest to one of the items; the item itself is not among them.", ByIdAsync)
        {
            Group = Group,
            Bodies = [new("application/json", typeof(IdSearchRequest)) { Example = """{"id": "beach/001.jpg", "k": 5}""" }],
            Answers = [Found],
            Problems = [StatusCodes.Status404NotFound],
        },
        new("POST", "/v1/search/image", "searchByImage", "Finds the items that are nearest to an image, or to a part of it.", ByImageAsync)
        {
            Group = Group,
            Description = "The body is the bytes of an image file, and the query says how many, how far and which; or it is multipart/form-data with a part \"image\" and a part \"search\" of JSON that says the same.",
            Query =
            [
                new("k", ParameterKind.Whole, "The most hits; 10 unless it is given, and with a radius as many as the server allows.") { Example = "5" },
                new("radius", ParameterKind.Whole, "Only items within this Hamming distance; 0 finds equal codes."),
                new("region", ParameterKind.Text, "The part of the image to look at, as x,y,width,height: shares of its upright width and height.") { Example = "0.25,0.25,0.5,0.5" },
                new("allTag", ParameterKind.Text, "Only items that have this tag, and the others named so.") { Many = true },
                new("anyTag", ParameterKind.Text, "Only items that have this tag, or another one named so.") { Many = true },
                new("noTag", ParameterKind.Text, "Only items that do not have this tag.") { Many = true },
                new("partial", ParameterKind.Truth, "Whether an answer without the parts of the store that cannot be reached is better than none."),
                new("approximate", ParameterKind.Truth, "Whether an index that may miss items may be used, where the store has one."),
                new("efSearch", ParameterKind.Whole, "Candidates that such an index keeps, 1 to 1000, 100 unless it is given: more find more and take longer."),
            ],
            Bodies =
            [
                new("image/*", null),
                new("multipart/form-data", typeof(ImageSearchRequest)) { Part = "search", Example = """{"k": 5, "region": {"x": 0.25, "y": 0.25, "width": 0.5, "height": 0.5}}""" },
            ],
            Answers = [Found],
            Problems = [StatusCodes.Status409Conflict, StatusCodes.Status422UnprocessableEntity],
        },
        new("POST", "/v1/search/url", "searchByUrl", "Finds the items that are nearest to an image of another host, where the service may fetch from it.", ByUrlAsync)
        {
            Group = Group,
            Bodies = [new("application/json", typeof(UrlSearchRequest)) { Example = """{"url": "https://images.example.org/query.jpg", "k": 5}""" }],
            Answers = [Found],
            Problems = [StatusCodes.Status403Forbidden, StatusCodes.Status409Conflict, StatusCodes.Status422UnprocessableEntity],
        },
        new("POST", "/v1/search/batch", "searchBatch", "Runs several searches at once; faster than one after the other.", BatchAsync)
        {
            Group = Group,
            Bodies = [new("application/json", typeof(BatchSearchRequest)) { Example = """{"queries": [{"code": "0f3a5500c1d2e3f4a5b6c7d8"}, {"id": "beach/001.jpg"}], "k": 5}""" }],
            Answers = [new(StatusCodes.Status200OK, "An answer a query, in their order.", typeof(BatchSearchResponse))],
            Problems = [StatusCodes.Status404NotFound],
        },
    ];

    private static async Task ByCodeAsync(HttpContext context, SearchService service)
    {
        CodeSearchRequest request = await RequestBody.JsonAsync(context, ServingJson.Default.CodeSearchRequest, service.Options.MaxJsonBytes).ConfigureAwait(false);
        ulong[] code = ItemText.Code(request.Code, service.Store.Bits);
        await AnswerAsync(context, await Searching.FindAsync(service, code, request, null, context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private static async Task ByIdAsync(HttpContext context, SearchService service)
    {
        IdSearchRequest request = await RequestBody.JsonAsync(context, ServingJson.Default.IdSearchRequest, service.Options.MaxJsonBytes).ConfigureAwait(false);
        Item item = await ItemAsync(service, request.Id, context.RequestAborted).ConfigureAwait(false);
        await AnswerAsync(context, await Searching.FindAsync(service, item.Code.ToArray(), request, item.Id, context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private static async Task ByImageAsync(HttpContext context, SearchService service)
    {
        (ImageSearchRequest request, ReadOnlyMemory<byte> image) = await ImageAsync(context, service).ConfigureAwait(false);
        await AnswerAsync(context, await SearchingImages.FindAsync(service, image, request, request.Region, context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private static async Task ByUrlAsync(HttpContext context, SearchService service)
    {
        UrlSearchRequest request = await RequestBody.JsonAsync(context, ServingJson.Default.UrlSearchRequest, service.Options.MaxJsonBytes).ConfigureAwait(false);
        if (service.Fetcher is not { } fetcher)
        {
            throw new RefusedException(StatusCodes.Status403Forbidden, "this service fetches no images from other hosts. Start it with --allow-url and the hosts, or send the image itself.");
        }
        ReadOnlyMemory<byte> image = await FetchAsync(fetcher, request.Url, context.RequestAborted).ConfigureAwait(false);
        await AnswerAsync(context, await SearchingImages.FindAsync(service, image, request, request.Region, context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private static async Task<ReadOnlyMemory<byte>> FetchAsync(UrlFetcher fetcher, string url, CancellationToken cancellation)
    {
        try
        {
            return await fetcher.FetchAsync(url, cancellation).ConfigureAwait(false);
        }
        catch (InvalidDataException fault)
        {
            throw Problems.OfImage(fault);
        }
    }

    private static async Task BatchAsync(HttpContext context, SearchService service)
    {
        BatchSearchRequest request = await RequestBody.JsonAsync(context, ServingJson.Default.BatchSearchRequest, service.Options.MaxJsonBytes).ConfigureAwait(false);
        int count = request.Queries.Count, bits = service.Store.Bits, words = Codes.WordsFor(bits);
        if (count < 1 || count > service.Options.MaxBatch)
        {
            throw new ArgumentException($"the batch has {count} queries; 1 to {service.Options.MaxBatch} are needed.");
        }
        ulong[] codes = new ulong[count * words];
        ItemId?[] except = new ItemId?[count];
        for (int i = 0; i < count; i++)
        {
            QueryMessage query = request.Queries[i] ?? throw new ArgumentException($"queries[{i}] is null; give a code or an id.");
            if (query.Code is { } code && query.Id is null)
            {
                ItemText.ReadCode(code, bits, codes.AsSpan(i * words, words));
            }
            else if (query.Id is { } id && query.Code is null)
            {
                Item item = await ItemAsync(service, id, context.RequestAborted).ConfigureAwait(false);
                item.Code.Span.CopyTo(codes.AsSpan(i * words, words));
                except[i] = item.Id;
            }
            else
            {
                throw new ArgumentException($"query {i} has {(query.Code is null ? "neither a code nor an id" : "a code and an id")}; give one of them.");
            }
        }
        SearchResponse[] results = await Searching.FindAllAsync(service, new Codes(bits, codes), except, request, context.RequestAborted).ConfigureAwait(false);
        await Reply.JsonAsync(context, new BatchSearchResponse(results), ServingJson.Default.BatchSearchResponse).ConfigureAwait(false);
    }

    private static async Task<(ImageSearchRequest Request, ReadOnlyMemory<byte> Image)> ImageAsync(HttpContext context, SearchService service)
    {
        string type = RequestBody.MediaTypeOf(context.Request);
        if (type == MultipartImage.MediaType)
        {
            if (context.Request.Query.Count > 0)
            {
                throw new ArgumentException("the query says how to search and the body has a part \"search\" for that; leave the query out.");
            }
            MultipartImage parts = await MultipartImage.ReadAsync(context, "search", service.Options).ConfigureAwait(false);
            return (parts.Json(ServingJson.Default.ImageSearchRequest) ?? new ImageSearchRequest(), parts.Image ?? throw new ArgumentException("the body has no part \"image\"; add the image file as one."));
        }
        if (!type.StartsWith("image/", StringComparison.Ordinal) && type != "application/octet-stream")
        {
            throw RequestBody.WrongMediaType(context.Request, "image/* or multipart/form-data");
        }
        ImageSearchRequest request = SearchingImages.OfQuery(context.Request.Query);
        return (request, await RequestBody.BytesAsync(context, service.Options.MaxImageBytes).ConfigureAwait(false));
    }

    private static async Task<Item> ItemAsync(SearchService service, string text, CancellationToken cancellation)
    {
        ItemId id = ItemText.Id(service.Store, text);
        return await service.Store.FindAsync(id, cancellation).ConfigureAwait(false) ?? throw ItemText.Unknown(id);
    }

    private static Task AnswerAsync(HttpContext context, SearchResponse response) => Reply.JsonAsync(context, response, ServingJson.Default.SearchResponse);
}
