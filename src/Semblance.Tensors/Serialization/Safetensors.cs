using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;

namespace Semblance.Tensors.Serialization;

/// <summary>Writes <c>.safetensors</c> files.</summary>
public static class Safetensors
{
    /// <summary>Writes tensors to a file: beside it first, flushed to the disk, then renamed, so that the path never holds half a file.</summary>
    /// <param name="path">The file; an older one is replaced.</param>
    /// <param name="tensors">The tensors; no two may share a name. Each is read and written in turn, one in memory at a time.</param>
    /// <param name="metadata">Notes to keep with them; may be null.</param>
    /// <remarks>The larger number types come first, then the names in ordinal order, so every value is aligned and equal tensors give equal files.</remarks>
    /// <exception cref="ArgumentException">Two tensors share a name, or one is named <c>__metadata__</c>.</exception>
    /// <exception cref="IOException">The file cannot be written; the older one, if any, is as it was.</exception>
    public static void Write(string path, IEnumerable<WeightTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string beside = path + ".partial";
        try
        {
            using (FileStream stream = new(beside, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                Write(stream, tensors, metadata);
                stream.Flush(flushToDisk: true);
            }
            File.Move(beside, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Forget(beside);
            throw new IOException($"{path}: the weights cannot be written ({exception.Message.TrimEnd('.')}). Free some space or choose another folder.", exception);
        }
        catch
        {
            Forget(beside);
            throw;
        }
    }

    private static void Forget(string beside)
    {
        try
        {
            File.Delete(beside);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What stopped the writing is reported; that the rest could not be removed either adds nothing.
        }
    }

    /// <summary>Writes tensors to a stream.</summary>
    /// <param name="stream">Receives the whole file.</param>
    /// <param name="tensors">The tensors; no two may share a name. Each is read and written in turn, one in memory at a time.</param>
    /// <param name="metadata">Notes to keep with them; may be null.</param>
    /// <exception cref="ArgumentException">Two tensors share a name, or one is named <c>__metadata__</c>, or one is too large (2 GB).</exception>
    public static void Write(Stream stream, IEnumerable<WeightTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensors);
        WeightTensor[] ordered = [.. tensors.OrderByDescending(tensor => tensor.Type.Size()).ThenBy(tensor => tensor.Name, StringComparer.Ordinal)];
        Check(ordered);
        stream.Write(Header(ordered, metadata));
        byte[] buffer = new byte[ordered.Length == 0 ? 0 : ordered.Max(tensor => tensor.ByteCount)];
        foreach (WeightTensor tensor in ordered)
        {
            Span<byte> values = buffer.AsSpan(0, (int)tensor.ByteCount);
            tensor.CopyTo(values);
            stream.Write(values);
        }
    }

    private static void Check(WeightTensor[] tensors)
    {
        HashSet<string> names = new(StringComparer.Ordinal) { "__metadata__" };
        foreach (WeightTensor tensor in tensors)
        {
            if (!names.Add(tensor.Name))
            {
                throw new ArgumentException($"The name {tensor.Name} is taken; every tensor of a file needs its own.", nameof(tensors));
            }
            if (tensor.ByteCount > Array.MaxLength)
            {
                throw new ArgumentException($"{tensor.Name} takes {tensor.ByteCount} bytes; one tensor may take {Array.MaxLength}.", nameof(tensors));
            }
        }
    }

    private static byte[] Header(WeightTensor[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        ArrayBufferWriter<byte> buffer = new();
        buffer.GetSpan(8);
        buffer.Advance(8);
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            WriteMetadata(json, metadata);
            long position = 0;
            foreach (WeightTensor tensor in tensors)
            {
                WriteEntry(json, tensor, position);
                position += tensor.ByteCount;
            }
            json.WriteEndObject();
        }
        int padding = (8 - (buffer.WrittenCount % 8)) % 8;
        buffer.GetSpan(padding + 1)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        byte[] header = buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)(header.Length - 8));
        return header;
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is not { Count: > 0 })
        {
            return;
        }
        json.WriteStartObject("__metadata__");
        foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            json.WriteString(key, value);
        }
        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, WeightTensor tensor, long position)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", tensor.Type.SafetensorsName());
        json.WriteStartArray("shape");
        foreach (long size in tensor.Shape)
        {
            json.WriteNumberValue(size);
        }
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(position);
        json.WriteNumberValue(position + tensor.ByteCount);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
