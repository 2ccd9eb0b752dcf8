using System.Globalization;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Semblance.IO;
using Semblance.Serving.Images;
using Semblance.Serving.Security;
using Semblance.Serving.Stores;

namespace Semblance.Serving.Http;

/// <summary>What becomes of a failure: the one place that turns exceptions into statuses and sentences.</summary>
internal static class Problems
{
    /// <summary>The client has gone; nobody reads the answer. The number that proxies log for it.</summary>
    public const int ClientClosed = 499;

    /// <summary>The media type of an answer that tells a problem.</summary>
    public const string MediaType = "application/problem+json";

    private static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(2);

    /// <summary>The status, the sentence and when to try again.</summary>
    /// <param name="fault">What was thrown.</param>
    /// <param name="context">The request.</param>
    public static Problem Of(Exception fault, HttpContext context) => fault switch
    {
        _ when IsDisconnect(fault, context) => new(ClientClosed, "The client has closed the connection."),
        RefusedException refused => new(refused.Status, refused.Message) { RetryAfter = refused.RetryAfter, Errors = refused.Errors },
        AccessDeniedException denied => new(denied.Status, denied.Message) { RetryAfter = denied.RetryAfter, Challenge = denied.Challenge },
        BadHttpRequestException bad => OfServer(bad),
        EncoderBusyException busy => new(StatusCodes.Status503ServiceUnavailable, busy.Message) { RetryAfter = busy.RetryAfter },
        StoreUnavailableException unavailable => new(StatusCodes.Status503ServiceUnavailable, unavailable.Message) { RetryAfter = StoreRetry },
        ReadOnlyStoreException => new(StatusCodes.Status403Forbidden, "the index is open for reading only. Send writes to the server that has it open for writing."),
        _ when IsDiskFull(fault) => new(StatusCodes.Status507InsufficientStorage, "the disk of the server is full, and nothing was written. Free some space there and send the request again."),
        ArgumentException argument => new(StatusCodes.Status400BadRequest, UserMessage.Of(argument.Message)),
        ObjectDisposedException => new(StatusCodes.Status503ServiceUnavailable, "the service is stopping. Send the request again.") { RetryAfter = StoreRetry },
        _ => new(StatusCodes.Status500InternalServerError, "this is a fault of the server. Its log has the reason under the request id."),
    };

    /// <summary>The refusal of an image.</summary>
    /// <param name="fault">Why it was refused.</param>
    public static RefusedException OfImage(InvalidDataException fault) => new(
        ImageRefusals.Of(fault) switch
        {
            ImageRefusal.Empty => StatusCodes.Status400BadRequest,
            ImageRefusal.TooManyBytes => StatusCodes.Status413PayloadTooLarge,
            _ => StatusCodes.Status422UnprocessableEntity,
        },
        fault.Message);

    /// <summary>Answers with a problem, unless an answer is on its way.</summary>
    public static async Task AnswerAsync(HttpContext context, Problem problem)
    {
        HttpResponse response = context.Response;
        if (response.HasStarted)
        {
            context.Abort();
            return;
        }
        response.StatusCode = problem.Status;
        if (problem.Status == ClientClosed)
        {
            return;
        }
        if (problem.RetryAfter is { } after)
        {
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(after.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }
        if (problem.Challenge is { } challenge)
        {
            response.Headers.WWWAuthenticate = challenge;
        }
        response.Headers.CacheControl = "no-store";
        Messages.ProblemMessage message = new()
        {
            Title = ReasonPhrases.GetReasonPhrase(problem.Status),
            Status = problem.Status,
            Detail = problem.Detail,
            Instance = context.Request.PathBase + context.Request.Path,
            RequestId = context.TraceIdentifier,
            Errors = problem.Errors,
        };
        await Reply.JsonAsync(context, problem.Status, message, Messages.ServingJson.Default.ProblemMessage, MediaType).ConfigureAwait(false);
    }

    private static Problem OfServer(BadHttpRequestException bad) => bad.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => new(bad.StatusCode, "the body is larger than this server reads. GET /v1/info names the limits; send less at once."),
        StatusCodes.Status408RequestTimeout => new(bad.StatusCode, "the body came too slowly, and the server stopped waiting. Send it again over a better connection."),
        _ => new(bad.StatusCode, $"the request is not HTTP as the server understands it: {bad.Message} Mend the client."),
    };

    private static bool IsDisconnect(Exception fault, HttpContext context) =>
        fault is ConnectionResetException or ConnectionAbortedException
        || (context.RequestAborted.IsCancellationRequested && fault is OperationCanceledException or IOException)
        || (fault is BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } && context.RequestAborted.IsCancellationRequested);

    private static bool IsDiskFull(Exception fault) => AtomicFile.IsDiskFull(fault) || (fault.InnerException is { } inner && IsDiskFull(inner));
}

/// <summary>What is wrong with a request, or with us.</summary>
/// <param name="Status">The status of the answer.</param>
/// <param name="Detail">What was found, where; what is needed; what to do.</param>
internal sealed record Problem(int Status, string Detail)
{
    /// <summary>When the same request may work; null where it will not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>How the caller shows who it is; null where that is not the matter.</summary>
    public string? Challenge { get; init; }

    /// <summary>Faults one by one, where there are several.</summary>
    public IReadOnlyList<string>? Errors { get; init; }
}
