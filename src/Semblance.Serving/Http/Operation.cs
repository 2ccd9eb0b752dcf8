using Microsoft.AspNetCore.Http;
using Semblance.Serving.Security;

namespace Semblance.Serving.Http;

/// <summary>One operation of the API: where it is, who may call it, what it takes and answers, and what it does.</summary>
/// <remarks>Routing, the check of the query, the keys and the OpenAPI document all go by it, so that none of them can say something else.</remarks>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path below the prefix of the service.</param>
/// <param name="Id">Its name in the OpenAPI document.</param>
/// <param name="Summary">One sentence.</param>
/// <param name="Handle">Does it.</param>
internal sealed record Operation(string Method, string Path, string Id, string Summary, Func<HttpContext, SearchService, Task> Handle)
{
    /// <summary>What a key must allow to call it, where the service has keys; null for what is open to everybody.</summary>
    public AccessScope? Scope { get; init; } = AccessScope.Read;

    /// <summary>The heading under which documentation lists it.</summary>
    public required string Group { get; init; }

    /// <summary>More than the summary; null where that says all.</summary>
    public string? Description { get; init; }

    /// <summary>The parameters of the query.</summary>
    public IReadOnlyList<QueryParameter> Query { get; init; } = [];

    /// <summary>The forms that the body may have; empty for no body.</summary>
    public IReadOnlyList<BodyForm> Bodies { get; init; } = [];

    /// <summary>The answers that are no problems.</summary>
    public required IReadOnlyList<Answer> Answers { get; init; }

    /// <summary>The statuses of its problems, beside those that every operation has.</summary>
    public IReadOnlyList<int> Problems { get; init; } = [];
}

/// <summary>A parameter of the query.</summary>
/// <param name="Name">As it is written.</param>
/// <param name="Kind">What its value is.</param>
/// <param name="Text">What it means.</param>
internal sealed record QueryParameter(string Name, ParameterKind Kind, string Text)
{
    /// <summary>Whether it must be there.</summary>
    public bool Required { get; init; }

    /// <summary>Whether it may be repeated.</summary>
    public bool Many { get; init; }

    /// <summary>A value to try.</summary>
    public string? Example { get; init; }
}

/// <summary>What the value of a parameter is.</summary>
internal enum ParameterKind
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>true or false.</summary>
    Truth,
}

/// <summary>A form that a body may have.</summary>
/// <param name="MediaType">Its media type.</param>
/// <param name="Type">What its JSON is, or the JSON part of a multipart body; null for bytes.</param>
internal sealed record BodyForm(string MediaType, Type? Type)
{
    /// <summary>The name of the JSON part of a multipart body; the other one is "image".</summary>
    public string? Part { get; init; }

    /// <summary>JSON to try.</summary>
    public string? Example { get; init; }
}

/// <summary>An answer that is no problem.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Text">What it means.</param>
/// <param name="Type">What its JSON is; null for none.</param>
internal sealed record Answer(int Status, string Text, Type? Type = null)
{
    /// <summary>Its media types, where it has a body that is not JSON.</summary>
    public IReadOnlyList<string> MediaTypes { get; init; } = [];
}
