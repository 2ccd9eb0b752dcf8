using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Semblance.Index;
using Semblance.Serving.Http.Messages;
using Semblance.Serving.Security;

namespace Semblance.Serving.Http;

/// <summary>Items one by one, in the order of their ids, and many at once.</summary>
internal static class ItemEndpoints
{
    private const string Group = "Items";
    private const int UsualLimit = 100;
    private static readonly QueryParameter Id = new("id", ParameterKind.Text, "The id of the item.") { Required = true, Example = "beach/001.jpg" };

    /// <summary>The operations.</summary>
    public static IEnumerable<Operation> All() =>
    [
        new("GET", "/v1/items", "getItem", "Gets an item.", GetAsync)
        {
            Group = Group,
            Query = [Id],
            Answers = [new(StatusCodes.Status200OK, "The item.", typeof(ItemMessage))],
            Problems = [StatusCodes.Status404NotFound],
        },
        new("PUT", "/v1/items", "putItem", "Adds an item, or replaces the one that has the id.", PutAsync)
        {
            Group = Group,
            Scope = AccessScope.Write,
            Description = "With a code as JSON; or with an image as multipart/form-data, a part \"image\" and a part \"item\" of JSON with tags and payload. What is acknowledged is on the disk; where the service has a folder of images, the image too.",
            Query = [Id],
            Bodies =
            [
                new("application/json", typeof(ItemContent)) { Example = """{"code": "0f3a5500c1d2e3f4a5b6c7d8", "tags": ["beach", "2024"], "payload": {"width": 4000}}""" },
                new("multipart/form-data", typeof(ItemDetails)) { Part = "item", Example = """{"tags": ["beach", "2024"], "payload": {"width": 4000}}""" },
            ],
            Answers = [new(StatusCodes.Status200OK, "The item, which replaced another.", typeof(ItemMessage)), new(StatusCodes.Status201Created, "The item, which is new.", typeof(ItemMessage))],
            Problems = [StatusCodes.Status409Conflict, StatusCodes.Status422UnprocessableEntity],
        },
        new("DELETE", "/v1/items", "deleteItem", "Deletes an item.", DeleteAsync)
        {
            Group = Group,
            Scope = AccessScope.Write,
            Query = [Id],
            Answers = [new(StatusCodes.Status204NoContent, "It is gone.")],
            Problems = [StatusCodes.Status404NotFound],
        },
        new("GET", "/v1/items/list", "listItems", "Lists items in the order of their ids.", ListAsync)
        {
            Group = Group,
            Query =
            [
                new("after", ParameterKind.Text, "Begins behind this id: the \"next\" of the answer before. From the first item unless it is given."),
                new("limit", ParameterKind.Whole, "The most items; 100 unless it is given."),
            ],
            Answers = [new(StatusCodes.Status200OK, "Items in the order of their ids.", typeof(ItemPage))],
        },
        new("POST", "/v1/items/batch", "changeItems", "Adds, replaces and deletes many items.", BatchAsync)
        {
            Group = Group,
            Scope = AccessScope.Write,
            Description = "All items are put or none, then all are deleted or none. An id may come once.",
            Bodies = [new("application/json", typeof(ItemBatchRequest)) { Example = """{"upsert": [{"id": "beach/001.jpg", "code": "0f3a5500c1d2e3f4a5b6c7d8", "tags": ["beach"]}], "delete": ["beach/002.jpg"]}""" }],
            Answers = [new(StatusCodes.Status200OK, "What was done.", typeof(ItemBatchResponse))],
        },
    ];

    /// <summary>An item as it is sent.</summary>
    public static ItemMessage Message(SearchService service, Item item) => new()
    {
        Id = item.Id.ToString(),
        Code = ItemText.Of(item.Code.Span, service.Store.Bits),
        Tags = item.Tags,
        Payload = item.Payload is { } payload ? new RawJson(payload) : null,
        Image = service.HasImage(item.Id),
    };

    private static async Task GetAsync(HttpContext context, SearchService service)
    {
        ItemId id = IdOf(context, service);
        Item item = await service.Store.FindAsync(id, context.RequestAborted).ConfigureAwait(false) ?? throw ItemText.Unknown(id);
        await Reply.JsonAsync(context, Message(service, item), ServingJson.Default.ItemMessage).ConfigureAwait(false);
    }

    private static async Task PutAsync(HttpContext context, SearchService service)
    {
        service.RequireWritable();
        ItemId id = IdOf(context, service);
        (Item item, ReadOnlyMemory<byte>? image) = await ItemAsync(context, service, id).ConfigureAwait(false);
        int replaced = image is { } bytes
            ? await service.PutAsync(item, bytes, context.RequestAborted).ConfigureAwait(false)
            : await service.UpsertAsync([item], context.RequestAborted).ConfigureAwait(false);
        await Reply.JsonAsync(context, replaced > 0 ? StatusCodes.Status200OK : StatusCodes.Status201Created, Message(service, item), ServingJson.Default.ItemMessage).ConfigureAwait(false);
    }

    private static async Task<(Item Item, ReadOnlyMemory<byte>? Image)> ItemAsync(HttpContext context, SearchService service, ItemId id)
    {
        if (RequestBody.MediaTypeOf(context.Request) != MultipartImage.MediaType)
        {
            if (!context.Request.HasJsonContentType())
            {
                throw RequestBody.WrongMediaType(context.Request, "application/json or multipart/form-data");
            }
            ItemContent content = await RequestBody.JsonAsync(context, ServingJson.Default.ItemContent, service.Options.MaxJsonBytes).ConfigureAwait(false);
            return (Made(id, ItemText.Code(content.Code, service.Store.Bits), content), null);
        }
        MultipartImage parts = await MultipartImage.ReadAsync(context, "item", service.Options).ConfigureAwait(false);
        ItemDetails details = parts.Json(ServingJson.Default.ItemDetails) ?? new ItemDetails();
        ReadOnlyMemory<byte> image = parts.Image ?? throw new ArgumentException("the body has no part \"image\"; add the image file as one.");
        return (Made(id, await service.EncodeAsync(image, region: null, context.RequestAborted).ConfigureAwait(false), details), image);
    }

    private static async Task DeleteAsync(HttpContext context, SearchService service)
    {
        service.RequireWritable();
        ItemId id = IdOf(context, service);
        if (await service.DeleteAsync([id], context.RequestAborted).ConfigureAwait(false) == 0)
        {
            throw ItemText.Unknown(id);
        }
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task ListAsync(HttpContext context, SearchService service)
    {
        int limit = QueryText.Whole(context.Request.Query, "limit") ?? Math.Min(UsualLimit, service.Options.MaxBatch);
        if (limit < 1 || limit > service.Options.MaxBatch)
        {
            throw new ArgumentException($"limit is {limit}; 1 to {service.Options.MaxBatch} are needed.");
        }
        ItemId? after = context.Request.Query["after"].ToString() is { Length: > 0 } text ? ItemText.Id(service.Store, text) : default(ItemId?);
        List<ItemMessage> items = [];
        bool more = false;
        await foreach (Item item in service.Store.ItemsAsync(after, context.RequestAborted).ConfigureAwait(false))
        {
            if (items.Count == limit)
            {
                more = true;
                break;
            }
            items.Add(Message(service, item));
        }
        await Reply.JsonAsync(context, new ItemPage(items, more ? items[^1].Id : null), ServingJson.Default.ItemPage).ConfigureAwait(false);
    }

    private static async Task BatchAsync(HttpContext context, SearchService service)
    {
        service.RequireWritable();
        ItemBatchRequest request = await RequestBody.JsonAsync(context, ServingJson.Default.ItemBatchRequest, service.Options.MaxJsonBytes).ConfigureAwait(false);
        (Item[] items, ItemId[] gone) = Checked(service, request.Upsert ?? [], request.Delete ?? []);
        int replaced = items.Length == 0 ? 0 : await service.UpsertAsync(items, context.RequestAborted).ConfigureAwait(false);
        int deleted = gone.Length == 0 ? 0 : await service.DeleteAsync(gone, context.RequestAborted).ConfigureAwait(false);
        await Reply.JsonAsync(context, new ItemBatchResponse(items.Length - replaced, replaced, deleted), ServingJson.Default.ItemBatchResponse).ConfigureAwait(false);
    }

    private static (Item[] Items, ItemId[] Gone) Checked(SearchService service, IReadOnlyList<ItemPut> upsert, IReadOnlyList<string> delete)
    {
        if (upsert.Count + delete.Count is var count && (count < 1 || count > service.Options.MaxBatch))
        {
            throw new ArgumentException($"the batch has {count} items; 1 to {service.Options.MaxBatch} are needed.");
        }
        List<string> faults = [];
        HashSet<ItemId> seen = [];
        RequireNoNull("upsert", upsert);
        RequireNoNull("delete", delete);
        Item?[] items = [.. upsert.Select((put, i) => Try(faults, $"upsert[{i}]", () => Made(Once(seen, ItemText.Id(service.Store, put.Id)), ItemText.Code(put.Code, service.Store.Bits), put)))];
        ItemId?[] gone = [.. delete.Select((text, i) => Try<ItemId?>(faults, $"delete[{i}]", () => Once(seen, ItemText.Id(service.Store, text))))];
        return faults.Count == 0 ? (Array.ConvertAll(items, item => item!), Array.ConvertAll(gone, id => id!.Value))
            : throw new RefusedException(StatusCodes.Status400BadRequest, $"{faults.Count} of the {count} items cannot be taken, and none was; the first is {faults[0]}") { Errors = [.. faults.Take(20)] };
    }

    /// <summary>The reader of JSON lets null into lists.</summary>
    private static void RequireNoNull<T>(string name, IReadOnlyList<T> list)
        where T : class
    {
        for (int i = 0; i < list.Count; i++)
        {
            _ = list[i] ?? throw new ArgumentException($"{name}[{i}] is null; leave it out.");
        }
    }

    private static T? Try<T>(List<string> faults, string place, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (ArgumentException fault)
        {
            faults.Add($"{place}: {UserMessage.Of(fault.Message)}");
            return default;
        }
    }

    private static ItemId Once(HashSet<ItemId> seen, ItemId id) =>
        seen.Add(id) ? id : throw new ArgumentException($"the id {id} comes twice in one batch; which of the two counts cannot be told. Give every id once.");

    private static ItemId IdOf(HttpContext context, SearchService service) => ItemText.Id(service.Store, QueryText.Required(context.Request.Query, "id"));

    private static Item Made(ItemId id, ReadOnlyMemory<ulong> code, ItemDetails details) =>
        new(id, code, details.Tags, details.Payload is { ValueKind: not JsonValueKind.Null } payload ? payload.GetRawText() : null);
}
