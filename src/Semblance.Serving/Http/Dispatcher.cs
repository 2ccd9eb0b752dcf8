using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Semblance.Serving.Security;

namespace Semblance.Serving.Http;

/// <summary>Goes around every operation: names the request, checks keys and query, turns what is thrown into a problem, counts and logs.</summary>
internal sealed partial class Dispatcher(SearchService service, IReadOnlyList<Operation> operations, ILogger logger)
{
    private static readonly string[] AllMethods = ["GET", "PUT", "POST", "DELETE"];
    private string? _warned;

    /// <summary>Runs an operation.</summary>
    public Task RunAsync(HttpContext context, Operation operation) => RunAsync(context, operation.Method, operation.Path, operation.Scope, () =>
    {
        if (operation.Bodies.Count > 0)
        {
            ReceivedBody.Watch(context, service.Bodies);
        }
        QueryText.Check(operation, context.Request.Query);
        return operation.Handle(context, service);
    });

    /// <summary>Sends a file of the page, which is open to everybody.</summary>
    public Task ShowAsync(HttpContext context, Func<HttpContext, Task> show) => RunAsync(context, "GET", "page", null, () => show(context));

    /// <summary>Answers a request for which there is no operation.</summary>
    public Task RefuseAsync(HttpContext context, string path) => RunAsync(context, AllMethods.Contains(context.Request.Method) ? context.Request.Method : "other", "none", null, () =>
    {
        string[] methods = path == "/" ? ["GET"] : [.. operations.Where(operation => string.Equals(operation.Path, path.TrimEnd('/'), StringComparison.OrdinalIgnoreCase)).Select(operation => operation.Method)];
        if (methods.Length == 0)
        {
            throw new RefusedException(StatusCodes.Status404NotFound, "there is nothing at this path. /openapi/v1.json lists what there is.");
        }
        context.Response.Headers.Allow = string.Join(", ", methods);
        throw new RefusedException(StatusCodes.Status405MethodNotAllowed, $"{context.Request.Method} is not for this path; it takes {string.Join(", ", methods)}.");
    });

    private async Task RunAsync(HttpContext context, string method, string route, AccessScope? scope, Func<Task> handle)
    {
        long started = Stopwatch.GetTimestamp();
        RequestIds.Give(context);
        SecurityHeaders.ForData(context.Response);
        WarnOfKeys();
        try
        {
            service.Guard.Admit(context, scope, isProbe: route.StartsWith("/health/", StringComparison.Ordinal));
            await handle().ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            await FailAsync(context, fault).ConfigureAwait(false);
        }
        finally
        {
            TimeSpan took = Stopwatch.GetElapsedTime(started);
            service.Metrics.Requested(method, route, context.Response.StatusCode, took);
            Answered(context.TraceIdentifier, method, route, context.Response.StatusCode, took.TotalMilliseconds);
        }
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

    /// <summary>Says once why the keys cannot be read, and again when the reason is another one or comes back.</summary>
    private void WarnOfKeys()
    {
        string? problem = service.Guard.Options.Keys?.Problem;
        if (problem != Volatile.Read(ref _warned) && Interlocked.Exchange(ref _warned, problem) != problem && problem is not null)
        {
            NoKeys(problem);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "{RequestId} {Method} {Route} {Status} {Milliseconds:0.###} ms")]
    private partial void Answered(string requestId, string method, string route, int status, double milliseconds);

    [LoggerMessage(2, LogLevel.Error, "{RequestId} {Path} failed")]
    private partial void Failed(string requestId, string path, Exception fault);

    [LoggerMessage(3, LogLevel.Warning, "{RequestId} {Path} {Status}: {Reason}")]
    private partial void Unavailable(string requestId, string path, int status, string reason);

    [LoggerMessage(4, LogLevel.Warning, "No API key is accepted: {Reason}")]
    private partial void NoKeys(string reason);
}
