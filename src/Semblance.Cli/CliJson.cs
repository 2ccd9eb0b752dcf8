using System.Text.Json;
using System.Text.Json.Serialization;
using Semblance.Data.Checking;
using Semblance.Index;

namespace Semblance.Cli;

/// <summary>What <c>encode --json</c> prints.</summary>
internal sealed record EncodeAnswer(string File, long Rows, long Restored, int Skipped, string Format);

/// <summary>What <c>search --json</c> prints for one query.</summary>
internal sealed record SearchAnswer(string Query, IReadOnlyList<SearchHit> Hits);

/// <summary>One image that was found.</summary>
internal sealed record SearchHit(int Rank, string Id, double Distance, IReadOnlyList<string> Labels);

/// <summary>What <c>index info --json</c> prints.</summary>
internal sealed record IndexAnswer(string File, string Format, long Rows, long Bytes, double BytesPerRow, int? DistinctCodes, int? DeadBits, string? Run, string? Model, int Classes);

/// <summary>What <c>index info --json</c> prints of an index.</summary>
internal sealed record LiveIndexAnswer(string Index, long Items, int Bits, IdKind Ids, long DeletedItems, long ItemsInMemory, long CodesInSegments, int Segments, long Bytes, long LogBytes, double BytesPerItem, IReadOnlyDictionary<string, double> ColumnBytesPerItem, int FormatVersion);

/// <summary>What <c>index import --json</c> prints.</summary>
internal sealed record ImportAnswer(string Index, long Imported, long Replaced, long Items, int Bits);

/// <summary>What <c>index export --json</c> prints.</summary>
internal sealed record ExportAnswer(string File, string Format, long Rows, int Bits, string? Ids);

/// <summary>What <c>index delete --json</c> prints.</summary>
internal sealed record DeleteAnswer(string Index, int Asked, int Deleted, long Items);

/// <summary>What <c>index compact --json</c> prints.</summary>
internal sealed record CompactAnswer(string Index, int SegmentsBefore, int SegmentsAfter, long BytesBefore, long BytesAfter);

/// <summary>What <c>index verify --json</c> prints.</summary>
internal sealed record VerifyAnswer(string Index, long Items, IReadOnlyList<string> Faults);

/// <summary>What <c>index push --json</c> and <c>index pull --json</c> print.</summary>
internal sealed record MoveAnswer(string From, string To, long Items, int Bits);

/// <summary>What <c>index search --json</c> prints for one query.</summary>
internal sealed record IndexSearchAnswer(string Query, IReadOnlyList<IndexHit> Hits);

/// <summary>One item that was found.</summary>
internal sealed record IndexHit(int Rank, string Id, int Distance, IReadOnlyList<string> Tags, JsonElement? Payload);

/// <summary>What <c>tree --json</c> prints.</summary>
internal sealed record TreeAnswer(int Classes, long Images, double BaseDistance, IReadOnlyList<TreeLevelAnswer> Levels, string Page);

/// <summary>A level of a tree.</summary>
internal sealed record TreeLevelAnswer(int Level, double Threshold, int Nodes);

/// <summary>What <c>keys --json</c> prints of a key; the key itself only when it is made.</summary>
internal sealed record KeyAnswer(string Name, string Id, string Scope, DateTimeOffset Created, DateTimeOffset? Expires, bool Expired, int? Rate, string? Key);

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(EncodeAnswer))]
[JsonSerializable(typeof(SearchAnswer[]))]
[JsonSerializable(typeof(IndexAnswer))]
[JsonSerializable(typeof(IReadOnlyList<PartExplanation>))]
[JsonSerializable(typeof(LiveIndexAnswer))]
[JsonSerializable(typeof(ImportAnswer))]
[JsonSerializable(typeof(ExportAnswer))]
[JsonSerializable(typeof(DeleteAnswer))]
[JsonSerializable(typeof(CompactAnswer))]
[JsonSerializable(typeof(VerifyAnswer))]
[JsonSerializable(typeof(MoveAnswer))]
[JsonSerializable(typeof(IndexSearchAnswer[]))]
[JsonSerializable(typeof(TreeAnswer))]
[JsonSerializable(typeof(KeyAnswer))]
[JsonSerializable(typeof(KeyAnswer[]))]
[JsonSerializable(typeof(DataCheckReport))]
internal sealed partial class CliJson : JsonSerializerContext;
