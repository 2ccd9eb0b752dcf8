using System.Text.Json.Serialization;

namespace Semblance.Cli.Doctor;

/// <summary>How a finding is to be taken.</summary>
internal enum FindingState
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Works, and could be better.</summary>
    Advice,

    /// <summary>Something will fail.</summary>
    Broken,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Subject">What, such as <c>BLAS</c>.</param>
/// <param name="State">How it is.</param>
/// <param name="Found">Version, or what is wrong.</param>
/// <param name="Remedy">The command that mends it; empty where nothing is to be done.</param>
internal sealed record Finding(string Subject, FindingState State, string Found, string Remedy = "");

[JsonSourceGenerationOptions(WriteIndented = true, UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Finding[]))]
internal sealed partial class DoctorJson : JsonSerializerContext;
