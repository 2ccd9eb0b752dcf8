using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace Semblance.Serving.Security;

/// <summary>How often each caller may ask: token buckets that fill evenly over a minute and hold ten seconds' worth, or ten tokens where that is more.</summary>
internal sealed class Rates : IDisposable
{
    private readonly PartitionedRateLimiter<(string Caller, int Rate)> _buckets = PartitionedRateLimiter.Create<(string Caller, int Rate), (string, int)>(
        caller => RateLimitPartition.GetTokenBucketLimiter(caller, _ => Bucket(caller.Rate)));

    /// <summary>Takes a token from the bucket of a caller.</summary>
    /// <param name="caller">Whose bucket.</param>
    /// <param name="rate">Tokens a minute.</param>
    /// <param name="what">What is counted, in the plural.</param>
    /// <exception cref="AccessDeniedException">None is left.</exception>
    public void Take(string caller, int rate, string what)
    {
        using RateLimitLease lease = _buckets.AttemptAcquire((caller, rate));
        if (!lease.IsAcquired)
        {
            TimeSpan after = TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(60.0 / rate)));
            throw new AccessDeniedException(429, string.Create(CultureInfo.InvariantCulture, $"more than {rate} {what} a minute came. Wait {after.TotalSeconds} s and send fewer.")) { RetryAfter = after };
        }
    }

    /// <summary>The bucket of an address: its own for IPv4, one for the network of a site for IPv6.</summary>
    public static string Of(IPAddress? address)
    {
        if (address is null)
        {
            return "nowhere";
        }
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexStringLower(plain.GetAddressBytes().AsSpan(0, 8)) : plain.ToString();
    }

    /// <inheritdoc/>
    public void Dispose() => _buckets.Dispose();

    private static TokenBucketRateLimiterOptions Bucket(int rate) => new()
    {
        TokenLimit = Math.Max(Math.Min(rate, 10), rate / 6),
        TokensPerPeriod = Math.Max(1, rate / 60),
        ReplenishmentPeriod = TimeSpan.FromMinutes(Math.Max(1, rate / 60) / (double)rate),
        QueueLimit = 0,
        AutoReplenishment = true,
    };
}
