using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Semblance.Serving.Stores;

namespace Semblance.Serving.Browsing;

/// <summary>The endpoints of browsing: tags, map, clusters, near-duplicates, judgments.</summary>
public static class BrowsingEndpoints
{
    /// <summary>Maps them below <c>v1</c>; <see cref="BrowsingServices.AddSemblanceBrowsing"/> adds what they need.</summary>
    /// <param name="endpoints">Where to.</param>
    /// <returns>The group, for conventions that hold for all of them.</returns>
    public static RouteGroupBuilder MapBrowsing(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        RouteGroupBuilder group = endpoints.MapGroup("v1").WithTags("Browsing");
        group.MapGet("tags", Tags).WithSummary("Tags and how many items have each.");
        group.MapGet("map", Map).WithSummary("A map of the collection: similar items lie near each other.");
        group.MapGet("clusters", Clusters).WithSummary("Clusters of similar items.");
        group.MapGet("duplicates", Duplicates).WithSummary("Groups of near-duplicates.");
        group.MapGet("judgments", Judgments).Produces<JudgmentsAnswer>().Produces<string>(StatusCodes.Status200OK, "text/csv").ProducesProblem(StatusCodes.Status400BadRequest)
            .WithSummary("Judgments: as JSON, as a table, or as labels of a data set.");
        group.MapPost("judgments", Judge).ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).WithSummary("Says whether a result is right.");
        group.MapDelete("judgments", TakeBack).ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).WithSummary("Takes a judgment back.");
        return group;
    }

    private static async Task<Ok<TagsAnswer>> Tags(CollectionBrowser browser, CancellationToken cancellation, int limit = 1_000) =>
        TypedResults.Ok(await browser.TagsAsync(limit, cancellation).ConfigureAwait(false));

    private static async Task<Ok<MapAnswer>> Map(CollectionBrowser browser, CancellationToken cancellation, int? points = null) =>
        TypedResults.Ok(await browser.MapAsync(points, cancellation).ConfigureAwait(false));

    private static async Task<Ok<ClustersAnswer>> Clusters(CollectionBrowser browser, CancellationToken cancellation, int? count = null) =>
        TypedResults.Ok(await browser.ClustersAsync(count, cancellation).ConfigureAwait(false));

    private static async Task<Ok<DuplicatesAnswer>> Duplicates(CollectionBrowser browser, CancellationToken cancellation, int? radius = null, int limit = 100) =>
        TypedResults.Ok(await browser.DuplicatesAsync(radius, limit, cancellation).ConfigureAwait(false));

    private static IResult Judgments(JudgmentLog log, ISearchStore store, string format = "json", string? queryId = null, string? queryCode = null)
    {
        JudgedQuery? query = queryId is null && queryCode is null ? null : JudgedPairs.Query(new JudgedQuery(queryId, queryCode), store);
        IReadOnlyList<Judgment> judgments = log.All(query);
        return format switch
        {
            "json" => TypedResults.Ok(Answer(judgments)),
            "csv" => Table(JudgmentExport.Csv(judgments), "judgments.csv"),
            "labels" => Table(JudgmentExport.Labels(new JudgmentGroups(judgments)), "labels.csv"),
            _ => throw new ArgumentException($"the format is '{format}'; json, csv or labels is needed."),
        };
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Judge(JudgmentRequest request, JudgmentLog log, ISearchStore store, CancellationToken cancellation)
    {
        (JudgedQuery query, string item) = JudgedPairs.Checked(request, store);
        bool relevant = request.Relevant ?? throw new ArgumentException("the judgment does not say whether the result is right; 'relevant' must be true or false.");
        string? unknown = await JudgedPairs.UnknownAsync(query, item, store, cancellation).ConfigureAwait(false);
        if (unknown is not null)
        {
            return TypedResults.Problem(unknown, statusCode: StatusCodes.Status404NotFound);
        }
        log.Add(query, item, relevant);
        return TypedResults.NoContent();
    }

    private static Results<NoContent, ProblemHttpResult> TakeBack([FromBody] JudgmentRequest request, JudgmentLog log, ISearchStore store)
    {
        (JudgedQuery query, string item) = JudgedPairs.Checked(request, store);
        return log.Remove(query, item) ? TypedResults.NoContent() : TypedResults.Problem($"there is no judgment of '{item}' for this query.", statusCode: StatusCodes.Status404NotFound);
    }

    private static JudgmentsAnswer Answer(IReadOnlyList<Judgment> judgments)
    {
        JudgmentGroups groups = new(judgments);
        return new JudgmentsAnswer(judgments, groups.Groups, groups.Conflicts);
    }

    private static FileContentHttpResult Table(string text, string name) => TypedResults.File(Encoding.UTF8.GetBytes(text), "text/csv; charset=utf-8", name);
}
