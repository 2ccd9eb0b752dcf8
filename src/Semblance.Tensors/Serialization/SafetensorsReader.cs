using System.Buffers.Binary;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Semblance.Tensors.Serialization;

/// <summary>Reads <c>.safetensors</c>: header length (8 bytes, little-endian), JSON header, values.</summary>
/// <remarks>The header must describe every byte of the values exactly once: no overlap, no gap, nothing beyond the end.</remarks>
internal static class SafetensorsReader
{
    /// <summary>The format's own bound on the header.</summary>
    private const long LargestHeader = 100_000_000;

    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    private sealed record Entry(string Name, DataType Type, long[] Shape, long Start, long End);

    public static WeightFile Open(string path, FileStream stream)
    {
        byte[] header = ReadHeader(path, stream);
        long values = 8 + header.Length;
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        List<Entry> entries = Parse(path, header, metadata);
        entries.Sort((a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : a.End.CompareTo(b.End));
        CheckCover(path, entries, stream.Length - values);
        SafeFileHandle handle = stream.SafeFileHandle;
        return new WeightFile(path, stream, entries.Select(entry =>
            new WeightTensor(entry.Name, entry.Type, entry.Shape, destination => Fill(path, handle, values + entry.Start, destination))))
        {
            Metadata = metadata,
        };
    }

    private static byte[] ReadHeader(string path, FileStream stream)
    {
        Span<byte> count = stackalloc byte[8];
        stream.ReadExactly(count);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(count);
        long room = stream.Length - 8;
        if (length > (ulong)Math.Min(room, LargestHeader))
        {
            throw WeightText.Bad(path, $"the header claims {length} bytes; the file has room for {Math.Min(room, LargestHeader)}. It is cut short or damaged; download it again.");
        }
        byte[] header = new byte[length];
        stream.ReadExactly(header);
        return header;
    }

    private static List<Entry> Parse(string path, byte[] header, Dictionary<string, string> metadata)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(header, s_strict);
            List<Entry> entries = [];
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (property.Name == "__metadata__")
                {
                    ReadMetadata(property.Value, metadata);
                }
                else
                {
                    entries.Add(ReadEntry(path, property.Name, property.Value));
                }
            }
            return entries;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            string reason = exception.Message.Split('\n')[0];
            throw WeightText.Bad(path, $"the header is not the JSON of a .safetensors file ({WeightText.Printable(reason)}). Download or save the file again.");
        }
    }

    private static void ReadMetadata(JsonElement element, Dictionary<string, string> metadata)
    {
        foreach (JsonProperty property in element.EnumerateObject())
        {
            metadata[property.Name] = property.Value.GetString() ?? throw new JsonException("__metadata__ holds something that is no text");
        }
    }

    private static Entry ReadEntry(string path, string name, JsonElement element)
    {
        string shown = WeightText.Printable(name);
        string typeName = element.GetProperty("dtype").GetString() ?? "";
        DataType type = WeightTypes.FromSafetensors(typeName)
            ?? throw WeightText.Bad(path, $"tensor {shown} has type {WeightText.Printable(typeName)}; F32, F64, F16, BF16, I8 to I64, U8 and BOOL are read. Convert the file first.");
        long[] shape = ReadNumbers(element.GetProperty("shape"));
        long[] offsets = ReadNumbers(element.GetProperty("data_offsets"));
        if (offsets is not [long start, long end] || start < 0 || end < start)
        {
            throw WeightText.Bad(path, $"tensor {shown} has data_offsets {WeightText.Shape(offsets)}; a start and an end not before it are needed. Save the file again.");
        }
        long bytes = type.ByteCount(shape);
        if (bytes != end - start)
        {
            throw WeightText.Bad(path, $"tensor {shown} has {end - start} bytes; {typeName} {WeightText.Shape(shape)} needs {(bytes < 0 ? "an impossible number" : bytes)}. The file is damaged; download it again.");
        }
        return new Entry(name, type, shape, start, end);
    }

    private static long[] ReadNumbers(JsonElement element)
    {
        long[] numbers = new long[element.GetArrayLength()];
        int i = 0;
        foreach (JsonElement number in element.EnumerateArray())
        {
            numbers[i++] = number.TryGetInt64(out long value) ? value : throw new JsonException("a size or an offset is no whole number");
        }
        return numbers;
    }

    private static void CheckCover(string path, List<Entry> entries, long room)
    {
        long position = 0;
        foreach (Entry entry in entries)
        {
            string shown = WeightText.Printable(entry.Name);
            if (entry.End > room)
            {
                throw WeightText.Bad(path, $"tensor {shown} ends at byte {entry.End} of the values; the file holds {room}. It is cut short; download it again.");
            }
            if (entry.Start != position)
            {
                string what = entry.Start < position ? "overlaps the tensor before it" : "leaves a gap after the tensor before it";
                throw WeightText.Bad(path, $"tensor {shown} starts at byte {entry.Start} and {what}, which ends at {position}. The file is damaged; download it again.");
            }
            position = entry.End;
        }
        if (position != room)
        {
            throw WeightText.Bad(path, $"{room - position} bytes after the last tensor belong to none. The file is damaged; download it again.");
        }
    }

    private static void Fill(string path, SafeFileHandle handle, long position, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            int read = RandomAccess.Read(handle, destination, position);
            if (read == 0)
            {
                throw WeightText.Bad(path, $"the file ends at byte {position} although it was longer when it was opened. Do not change weight files while they are read.");
            }
            destination = destination[read..];
            position += read;
        }
    }
}
