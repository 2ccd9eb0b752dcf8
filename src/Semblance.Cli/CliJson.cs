using System.Text.Json.Serialization;
using Semblance.Data.Checking;

namespace Semblance.Cli;

/// <summary>What <c>encode --json</c> prints.</summary>
internal sealed record EncodeAnswer(string File, long Rows, long Restored, int Skipped, string Format);

/// <summary>What <c>search --json</c> prints for one query.</summary>
internal sealed record SearchAnswer(string Query, IReadOnlyList<SearchHit> Hits);

/// <summary>One image that was found.</summary>
internal sealed record SearchHit(int Rank, string Id, double Distance, IReadOnlyList<string> Labels);

/// <summary>What <c>index info --json</c> prints.</summary>
internal sealed record IndexAnswer(string File, string Format, long Rows, long Bytes, double BytesPerRow, int? DistinctCodes, int? DeadBits, string? Run, string? Model, int Classes);

/// <summary>What <c>tree --json</c> prints.</summary>
internal sealed record TreeAnswer(int Classes, long Images, double BaseDistance, IReadOnlyList<TreeLevelAnswer> Levels, string Page);

/// <summary>A level of a tree.</summary>
internal sealed record TreeLevelAnswer(int Level, double Threshold, int Nodes);

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(EncodeAnswer))]
[JsonSerializable(typeof(SearchAnswer[]))]
[JsonSerializable(typeof(IndexAnswer))]
[JsonSerializable(typeof(TreeAnswer))]
[JsonSerializable(typeof(DataCheckReport))]
internal sealed partial class CliJson : JsonSerializerContext;
