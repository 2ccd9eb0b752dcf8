using System.Text;
using Microsoft.AspNetCore.Http;
using Semblance.IO;
using Semblance.Serving.Http;
using Semblance.Serving.Images;
using Semblance.Serving.Security;

namespace Semblance.Serving.Browsing;

/// <summary>Results that people have judged right or wrong.</summary>
internal static class JudgmentEndpoints
{
    private const string Group = "Judgments";
    private const int MaxBytes = 64 << 10;

    /// <summary>The operations.</summary>
    public static IEnumerable<Operation> All() =>
    [
        new("GET", "/v1/judgments", "listJudgments", "Lists judgments, or gives them out as a table or as labels for training.", ListAsync)
        {
            Group = Group,
            Description = "The labels are a data set: images that right results join are of one class. A judgment by which two images of one class do not belong together is a conflict, which the column \"conflicts\" and the list of the JSON form tell.",
            Query =
            [
                new("format", ParameterKind.Text, "json, csv (query, item, relevant, time) or labels (path, label, conflicts); json unless given.") { Example = "labels" },
                new("queryId", ParameterKind.Text, "Only judgments of results for this item.") { Example = "beach/001.jpg" },
                new("queryCode", ParameterKind.Text, "Only judgments of results for this code."),
            ],
            Answers = [new(StatusCodes.Status200OK, "The judgments.", typeof(JudgmentsResponse))],
            Problems = [StatusCodes.Status409Conflict],
        },
        new("POST", "/v1/judgments", "judge", "Says whether a result is right; the last judgment of a pair counts.", JudgeAsync)
        {
            Group = Group,
            Scope = AccessScope.Write,
            Bodies = [new("application/json", typeof(JudgmentRequest)) { Example = """{"query": {"id": "beach/001.jpg"}, "item": "beach/002.jpg", "relevant": true}""" }],
            Answers = [new(StatusCodes.Status204NoContent, "It is kept.")],
            Problems = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        },
        new("DELETE", "/v1/judgments", "takeJudgmentBack", "Takes a judgment back.", TakeBackAsync)
        {
            Group = Group,
            Scope = AccessScope.Write,
            Bodies = [new("application/json", typeof(JudgedPair)) { Example = """{"query": {"id": "beach/001.jpg"}, "item": "beach/002.jpg"}""" }],
            Answers = [new(StatusCodes.Status204NoContent, "It is gone.")],
            Problems = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        },
    ];

    private static async Task ListAsync(HttpContext context, SearchService service)
    {
        IQueryCollection query = context.Request.Query;
        (string? id, string? code) = (Text(query, "queryId"), Text(query, "queryCode"));
        IReadOnlyList<Judgment> judgments = service.Browsing.Judgments.All(id is null && code is null ? null : JudgedPairs.Query(new JudgedQuery(id, code), service.Store));
        switch (Text(query, "format") ?? "json")
        {
            case "json":
                JudgmentGroups groups = new(judgments);
                await Reply.JsonAsync(context, new JudgmentsResponse(judgments, groups.Groups, groups.Conflicts), BrowsingJson.Default.JudgmentsResponse).ConfigureAwait(false);
                break;
            case "csv":
                await TableAsync(context, JudgmentExport.Csv(judgments), "judgments.csv").ConfigureAwait(false);
                break;
            case "labels":
                await TableAsync(context, JudgmentExport.Labels(new JudgmentGroups(judgments), service.Library is { } library ? item => PathOf(library, item) : null), "labels.csv").ConfigureAwait(false);
                break;
            case string other:
                throw new ArgumentException($"format is {other}; json, csv or labels is needed.");
        }
    }

    private static async Task JudgeAsync(HttpContext context, SearchService service)
    {
        JudgmentRequest request = await RequestBody.JsonAsync(context, BrowsingJson.Default.JudgmentRequest, MaxBytes).ConfigureAwait(false);
        JudgedPair pair = JudgedPairs.Checked(request.Query, request.Item, service.Store);
        await JudgedPairs.DemandItemsAsync(pair, service.Store, context.RequestAborted).ConfigureAwait(false);
        service.Browsing.Write(judgments => judgments.Add(pair.Query, pair.Item, request.Relevant));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task TakeBackAsync(HttpContext context, SearchService service)
    {
        JudgedPair request = await RequestBody.JsonAsync(context, BrowsingJson.Default.JudgedPair, MaxBytes).ConfigureAwait(false);
        JudgedPair pair = JudgedPairs.Checked(request.Query, request.Item, service.Store);
        if (!service.Browsing.Write(judgments => judgments.Remove(pair.Query, pair.Item)))
        {
            throw JudgedPairs.NotJudged(pair);
        }
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>Below the folder of images: what an id names itself, and an upload where it is kept.</summary>
    private static string PathOf(ImageLibrary library, string item) => library.Find(item) is { IsUpload: true } upload ? RelativeName.Of(library.Root, upload.Path) : item;

    private static string? Text(IQueryCollection query, string name) => query[name].ToString() is { Length: > 0 } text ? text : null;

    private static async Task TableAsync(HttpContext context, string text, string name)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        (context.Response.ContentType, context.Response.ContentLength) = ("text/csv; charset=utf-8", bytes.Length);
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted).ConfigureAwait(false);
    }
}
