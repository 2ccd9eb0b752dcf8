using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Semblance.Serving.Http;

/// <summary>Goes around every operation: names the request, checks keys and query, turns what is thrown into a problem, counts and logs.</summary>
internal sealed partial class Dispatcher(SearchService service, IReadOnlyList<Operation> operations, ILogger logger)
{
    private static readonly string[] AllMethods = ["GET", "PUT", "POST", "DELETE"];

    /// <summary>Runs an operation.</summary>
    public async Task RunAsync(HttpContext context, Operation operation)
    {
        long started = Stopwatch.GetTimestamp();
        RequestIds.Give(context);
        try
        {
            QueryText.Check(operation, context.Request.Query);
            await operation.Handle(context, service).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            await FailAsync(context, fault).ConfigureAwait(false);
        }
        finally
        {
            TimeSpan took = Stopwatch.GetElapsedTime(started);
            service.Metrics.Requested(operation.Method, operation.Path, context.Response.StatusCode, took);
            Answered(context.TraceIdentifier, operation.Method, operation.Path, context.Response.StatusCode, took.TotalMilliseconds);
        }
    }

    /// <summary>Answers a request for which there is no operation.</summary>
    public async Task RefuseAsync(HttpContext context, string path)
    {
        RequestIds.Give(context);
        string[] methods = [.. operations.Where(operation => string.Equals(operation.Path, path.TrimEnd('/'), StringComparison.OrdinalIgnoreCase)).Select(operation => operation.Method)];
        Problem problem = methods.Length == 0
            ? new Problem(StatusCodes.Status404NotFound, "there is nothing at this path. /openapi/v1.json lists what there is.")
            : new Problem(StatusCodes.Status405MethodNotAllowed, $"{context.Request.Method} is not for this path; it takes {string.Join(", ", methods)}.");
        if (methods.Length > 0)
        {
            context.Response.Headers.Allow = string.Join(", ", methods);
        }
        await Problems.AnswerAsync(context, problem).ConfigureAwait(false);
        string method = AllMethods.Contains(context.Request.Method) ? context.Request.Method : "other";
        service.Metrics.Requested(method, "none", problem.Status, TimeSpan.Zero);
        Answered(context.TraceIdentifier, method, "none", problem.Status, 0);
    }

    private async Task FailAsync(HttpContext context, Exception fault)
    {
        Problem problem = Problems.Of(fault, context);
        if (problem.Status == StatusCodes.Status500InternalServerError)
        {
            Failed(context.TraceIdentifier, context.Request.Path, fault);
        }
        else if (problem.Status > StatusCodes.Status500InternalServerError)
        {
            Unavailable(context.TraceIdentifier, context.Request.Path, problem.Status, fault.Message);
        }
        await Problems.AnswerAsync(context, problem).ConfigureAwait(false);
    }

    [LoggerMessage(1, LogLevel.Information, "{RequestId} {Method} {Route} {Status} {Milliseconds:0.###} ms")]
    private partial void Answered(string requestId, string method, string route, int status, double milliseconds);

    [LoggerMessage(2, LogLevel.Error, "{RequestId} {Path} failed")]
    private partial void Failed(string requestId, string path, Exception fault);

    [LoggerMessage(3, LogLevel.Warning, "{RequestId} {Path} {Status}: {Reason}")]
    private partial void Unavailable(string requestId, string path, int status, string reason);
}
