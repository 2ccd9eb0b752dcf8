using Microsoft.AspNetCore.Http;
using Semblance.Serving.Security;

namespace Semblance.Serving.Http.OpenApi;

/// <summary>Which problems an operation may answer with.</summary>
internal static class OperationProblems
{
    private static readonly int[] Always =
        [StatusCodes.Status400BadRequest, StatusCodes.Status429TooManyRequests, StatusCodes.Status500InternalServerError, StatusCodes.Status503ServiceUnavailable];

    private static readonly int[] WithKeys = [StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden];
    private static readonly int[] WithBody = [StatusCodes.Status408RequestTimeout, StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType];

    /// <summary>All statuses of problems that it may answer with.</summary>
    public static IEnumerable<int> Of(Operation operation) => Always
        .Concat(operation.Scope is null ? [] : WithKeys)
        .Concat(operation.Bodies.Count == 0 ? [] : WithBody)
        .Concat(operation.Scope == AccessScope.Write ? [StatusCodes.Status507InsufficientStorage] : [])
        .Concat(operation.Problems)
        .Distinct();

    /// <summary>Whether the same request may work later.</summary>
    public static bool RetriesLater(int status) => status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable;

    /// <summary>What a status means here.</summary>
    public static string Meaning(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "the query or the body is not as it must be; the sentence says what to change.",
        StatusCodes.Status401Unauthorized => "the service has keys, and none or a wrong one came.",
        StatusCodes.Status403Forbidden => "the key, or the service, does not allow it.",
        StatusCodes.Status404NotFound => "there is no such item.",
        StatusCodes.Status408RequestTimeout => "the body came too slowly.",
        StatusCodes.Status409Conflict => "the service has no model that belongs to its codes.",
        StatusCodes.Status413PayloadTooLarge => "the body has more bytes than are read; /v1/info names the limits.",
        StatusCodes.Status415UnsupportedMediaType => "the body is of another media type.",
        StatusCodes.Status422UnprocessableEntity => "the image cannot be read.",
        StatusCodes.Status429TooManyRequests => "too many requests came with one key, or from one address.",
        StatusCodes.Status500InternalServerError => "a fault of the server; its log has the reason under the request id.",
        StatusCodes.Status503ServiceUnavailable => "the service is busy, starts or stops, or its database does not answer.",
        StatusCodes.Status507InsufficientStorage => "the disk of the server is full.",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "no problem of this service has this status."),
    };
}
