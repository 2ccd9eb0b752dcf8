using System.Text.Json;
using System.Text.Json.Serialization;
using Semblance.IO;

namespace Semblance.Training;

/// <summary>What was measured at one step of a run; one line of the log.</summary>
/// <param name="Step">Steps that the run had made.</param>
/// <param name="Kind">What was measured, such as <c>train</c>, <c>validate</c> or <c>note</c>.</param>
/// <param name="Seconds">Time since the run began, without the time that it was interrupted.</param>
/// <param name="Values">The numbers by name, such as <c>loss</c> or <c>recall@1</c>.</param>
/// <param name="Text">What cannot be said in numbers; null for nothing.</param>
public sealed record Metrics(long Step, string Kind, double Seconds, IReadOnlyDictionary<string, double> Values, string? Text = null);

/// <summary>The measurements of a run as JSON lines, one a measurement, written as they come.</summary>
/// <remarks>
/// A line is written in one go: a run that is killed leaves at most its last line torn, and readers pass over that one.
/// Numbers that JSON lacks are written as <c>"NaN"</c>, <c>"Infinity"</c> and <c>"-Infinity"</c>.
/// </remarks>
public sealed class MetricsLog : IDisposable
{
    private const byte EndOfLine = (byte)'\n';

    private readonly string _path;
    private readonly FileStream _file;

    private MetricsLog(string path, FileStream file)
    {
        _path = path;
        _file = file;
    }

    /// <summary>Begins a log; one that is there is replaced.</summary>
    /// <exception cref="SemblanceException">The file cannot be written.</exception>
    public static MetricsLog Create(string path) => Open(path, FileMode.Create);

    /// <summary>Goes on with a log after a checkpoint: what was written after the step is taken out, since it will be measured again.</summary>
    /// <param name="path">The log; where it is missing, a new one begins.</param>
    /// <param name="step">Step of the checkpoint.</param>
    /// <exception cref="InvalidDataException">A line before the last is not one of the log's.</exception>
    /// <exception cref="SemblanceException">The file cannot be written.</exception>
    public static MetricsLog Resume(string path, long step)
    {
        if (File.Exists(path))
        {
            AtomicFile.Write(path, stream =>
            {
                foreach (Metrics metrics in Read(path).Where(metrics => metrics.Step <= step))
                {
                    stream.Write(Line(metrics));
                }
            });
        }
        return Open(path, FileMode.Append);
    }

    /// <summary>Writes a measurement; it is with the system when this returns.</summary>
    /// <exception cref="SemblanceException">The disk is full or the file cannot be written.</exception>
    public void Append(Metrics metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        try
        {
            _file.Write(Line(metrics));
        }
        catch (IOException exception)
        {
            throw new SemblanceException(AtomicFile.Explain(_path, exception), exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>The measurements of a log, in the order in which they were written; a torn last line is passed over.</summary>
    /// <exception cref="InvalidDataException">A line before the last is not one of the log's.</exception>
    public static IReadOnlyList<Metrics> Read(string path)
    {
        ReadOnlySpan<byte> rest = File.ReadAllBytes(path);
        List<Metrics> all = [];
        for (int number = 1; rest.Length > 0; number++)
        {
            int end = rest.IndexOf(EndOfLine);
            ReadOnlySpan<byte> line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[(end + 1)..];
            if (Parse(line) is { } metrics)
            {
                all.Add(metrics);
            }
            else if (end >= 0 && rest.Length > 0)
            {
                throw new InvalidDataException($"{path}, line {number}: this is not a measurement of a run. Restore the file, or remove the line.");
            }
        }
        return all;
    }

    private static MetricsLog Open(string path, FileMode mode)
    {
        try
        {
            if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
            {
                Directory.CreateDirectory(folder);
            }
            // No buffer of our own: a line that was appended is seen by readers, and survives the process.
            return new(path, new FileStream(path, mode, FileAccess.Write, FileShare.Read, bufferSize: 0));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SemblanceException(AtomicFile.Explain(path, exception), exception);
        }
    }

    private static byte[] Line(Metrics metrics) => [.. JsonSerializer.SerializeToUtf8Bytes(metrics, MetricsJson.Default.Metrics), EndOfLine];

    private static Metrics? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, MetricsJson.Default.Metrics);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>How measurements are written as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Metrics))]
internal sealed partial class MetricsJson : JsonSerializerContext;
