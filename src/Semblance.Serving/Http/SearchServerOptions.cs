using System.Net;

namespace Semblance.Serving.Http;

/// <summary>How a search service is reached when it is a program of its own.</summary>
public sealed record SearchServerOptions
{
    /// <summary>The address to listen at.</summary>
    public IPAddress Host { get; init; } = IPAddress.Loopback;

    /// <summary>The port; 0 for one that the system chooses.</summary>
    public int Port { get; init => field = value is >= 0 and <= IPEndPoint.MaxPort ? value : throw new ArgumentException($"the port is {value}; 0 to {IPEndPoint.MaxPort} are needed."); }

    /// <summary>A JSON file of ASP.NET Core settings, such as Kestrel's endpoints and certificates; its endpoints take the place of <see cref="Host"/> and <see cref="Port"/>.</summary>
    public string? Settings { get; init; }

    /// <summary>For how long a body, or the reading of an answer, may be slower than a kilobyte a second; above a second.</summary>
    public TimeSpan SlowBody { get; init => field = value > TimeSpan.FromSeconds(1) ? value : throw new ArgumentException($"SlowBody is {value.TotalSeconds:0.###} s; more than 1 is needed."); } = TimeSpan.FromSeconds(5);

    /// <summary>Whether log lines are JSON.</summary>
    public bool JsonLog { get; init; }

    /// <summary>Whether every request has a line in the log.</summary>
    public bool LogRequests { get; init; }
}
