using System.Net;
using Microsoft.AspNetCore.Http;

namespace Semblance.Serving.Security;

/// <summary>Stands before every operation: who asks, from where, how often, and whether they may.</summary>
/// <remarks>
/// Where no keys are configured, only this machine is let in, under its own names. Where keys are, a request carries one as <c>Authorization: Bearer KEY</c> or <c>X-Api-Key: KEY</c>;
/// what is open to everybody is let in without. In both cases browsers may not change anything for pages of other sites.
/// </remarks>
public sealed class AccessGuard(AccessOptions options) : IDisposable
{
    private const string Bearer = "Bearer ", Header = "X-Api-Key";
    private readonly Rates _rates = new();

    /// <summary>Who may use the service.</summary>
    public AccessOptions Options { get; } = options ?? throw new ArgumentNullException(nameof(options));

    /// <summary>Lets a request in, or not.</summary>
    /// <param name="context">The request.</param>
    /// <param name="scope">What it takes; null for what is open to everybody.</param>
    /// <param name="isProbe">Whether it only asks how the service is: such requests are not counted, so that nobody can make a service that is well look ill.</param>
    /// <returns>The caller's key; null where there is none.</returns>
    /// <exception cref="AccessDeniedException">It is not let in.</exception>
    public ApiKey? Admit(HttpContext context, AccessScope? scope, bool isProbe = false)
    {
        ArgumentNullException.ThrowIfNull(context);
        BrowserRules.RequireSameSite(context.Request, Options.Origins);
        if (Options.DecidedByApplication)
        {
            return null;
        }
        if (Options.Keys is not { } keys)
        {
            RequireThisMachine(context);
            return null;
        }
        if (isProbe)
        {
            return null;
        }
        ApiKey? key = Identify(context, keys);
        if (key is not null)
        {
            TakeTurn($"key {key.Id}", key.Rate ?? Options.Rate);
            Require(key, scope);
            return key;
        }
        // Those that are refused do not use up the requests of those that need no key.
        TakeTurn(scope is null ? AddressOf(context) : $"refused {AddressOf(context)}", Options.RateWithoutKey);
        return scope is null ? null : throw Unauthorized("no API key came with the request. Send one in the header Authorization: Bearer KEY; 'semblance keys add' makes keys.");
    }

    /// <inheritdoc/>
    public void Dispose() => _rates.Dispose();

    private static string AddressOf(HttpContext context) => $"address {Rates.Of(context.Connection.RemoteIpAddress)}";

    private static AccessDeniedException Unauthorized(string message, string error = "") =>
        new(StatusCodes.Status401Unauthorized, message) { Challenge = "Bearer realm=\"semblance\"" + error };

    private static void Require(ApiKey key, AccessScope? scope)
    {
        if (scope is { } needed && !key.May(needed))
        {
            throw new AccessDeniedException(StatusCodes.Status403Forbidden, $"the key {key.Id} may read only, and this takes a key that may write. Make one with 'semblance keys add NAME --scope write'.")
            {
                Challenge = "Bearer realm=\"semblance\", error=\"insufficient_scope\", scope=\"write\"",
            };
        }
    }

    private void RequireThisMachine(HttpContext context)
    {
        BrowserRules.RequireHost(context.Request, Options.Hosts);
        BrowserRules.RequireNoProxy(context.Request);
        if (context.Connection.RemoteIpAddress is { } address && !IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address))
        {
            throw new AccessDeniedException(StatusCodes.Status403Forbidden, "the request comes from another machine, and no API keys are configured. Start the service with --keys.");
        }
    }

    private ApiKey? Identify(HttpContext context, ApiKeys keys)
    {
        string authorization = context.Request.Headers.Authorization.ToString();
        bool bearer = authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase);
        string text = bearer ? authorization[Bearer.Length..].Trim() : context.Request.Headers[Header].ToString();
        if (text.Length == 0)
        {
            return null;
        }
        if (keys.Find(text) is { } key)
        {
            return key;
        }
        _rates.Take($"failures of {AddressOf(context)}", Options.Failures, "wrong API keys");
        throw Unauthorized("the API key is not known here, or has expired or was revoked. 'semblance keys list' shows those that work.", ", error=\"invalid_token\"");
    }

    private void TakeTurn(string caller, int? rate)
    {
        if (rate is { } limit)
        {
            _rates.Take(caller, limit, "requests");
        }
    }
}
