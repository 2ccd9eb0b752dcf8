namespace Semblance.Serving.Security;

/// <summary>Who may use a service, and how much.</summary>
public sealed record AccessOptions
{
    /// <summary>The keys; null for a service that only this machine reaches and that needs none.</summary>
    public ApiKeys? Keys { get; init; }

    /// <summary>Whether the application around the service has decided who may call: keys, hosts and addresses are not looked at then.</summary>
    public bool DecidedByApplication { get; init; }

    /// <summary>Names by which the service may be asked for, beside those of this machine, where no keys are configured; without a port.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Origins of other pages that may send requests from browsers, such as <c>https://photos.example.org</c>.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>Requests a minute of a key that names no rate of its own; null for any number.</summary>
    public int? Rate { get; init; }

    /// <summary>Requests a minute of an address without a key, where keys are configured; null for any number.</summary>
    public int? RateWithoutKey { get; init; } = 600;

    /// <summary>Wrong keys a minute of an address, after which it is told to wait.</summary>
    public int Failures { get; init; } = 10;
}
