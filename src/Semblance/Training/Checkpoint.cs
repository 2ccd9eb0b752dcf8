using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Semblance.IO;
using Semblance.Tensors;
using Semblance.Tensors.Serialization;

namespace Semblance.Training;

/// <summary>What a checkpoint says beside its tensors.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="OptimizerSteps">Steps that the optimizer took.</param>
/// <param name="BestValue">Best validation value so far; null before the first validation.</param>
/// <param name="BestStep">The step of it.</param>
/// <param name="WithoutGain">Validations since then.</param>
public sealed record CheckpointNote(long Step, long OptimizerSteps, double? BestValue, long BestStep, int WithoutGain);

/// <summary>The whole state of a run in one <c>.safetensors</c> file, written beside and renamed.</summary>
public static class Checkpoint
{
    private const string NoteKey = "semblance.checkpoint";

    /// <summary>Writes tensors and note.</summary>
    /// <exception cref="SemblanceException">The disk is full or the folder cannot be written; an older file stays.</exception>
    public static void Save(string path, IEnumerable<(string Name, Tensor Value)> tensors, CheckpointNote note)
    {
        Dictionary<string, string> metadata = new() { [NoteKey] = JsonSerializer.Serialize(note, CheckpointJson.Default.CheckpointNote) };
        AtomicFile.Write(path, stream => Safetensors.Write(stream, tensors.Select(entry => WeightTensor.Of(entry.Name, entry.Value)), metadata));
    }

    /// <summary>Copies the values of a checkpoint into tensors of the same names, shapes and types.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, is no checkpoint, or is one of another model or recipe.</exception>
    public static CheckpointNote Load(string path, IEnumerable<(string Name, Tensor Value)> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        using WeightFile file = WeightFile.Open(path);
        CheckpointNote note = file.Metadata.TryGetValue(NoteKey, out string? text) && JsonSerializer.Deserialize(text, CheckpointJson.Default.CheckpointNote) is { } read
            ? read
            : throw new InvalidDataException($"{path} holds weights but is no checkpoint; continue from a file that 'semblance train' wrote.");
        (string Name, Tensor Value)[] targets = [.. into];
        Check(path, file, targets);
        using Autograd.Mode mode = Autograd.NoGrad();
        foreach ((string name, Tensor value) in targets)
        {
            using TensorScope scope = new();
            WeightTensor weight = file.Tensors[name];
            value.CopyFrom(Tensor.FromBytes(weight.ToBytes(), weight.Type, weight.Shape));
        }
        return note;
    }

    private static void Check(string path, WeightFile file, (string Name, Tensor Value)[] targets)
    {
        List<string> faults = [];
        foreach ((string name, Tensor value) in targets)
        {
            if (!file.TryGet(name, out WeightTensor? weight))
            {
                faults.Add($"{name} is missing");
            }
            else if (!weight.Shape.SequenceEqual(value.Shape) || weight.Type != value.Type)
            {
                faults.Add($"{weight} where {value.Describe()} is needed");
            }
        }
        HashSet<string> wanted = [.. targets.Select(target => target.Name)];
        faults.AddRange(file.Tensors.Keys.Where(name => !wanted.Contains(name)).Select(name => $"{name} is unexpected"));
        if (faults.Count > 0)
        {
            string more = faults.Count > 5 ? string.Create(CultureInfo.InvariantCulture, $" and {faults.Count - 5} more") : "";
            throw new InvalidDataException($"{path} does not fit this recipe: {string.Join("; ", faults.Take(5))}{more}. Resume with the recipe that the run began with.");
        }
    }
}

[JsonSerializable(typeof(CheckpointNote))]
[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
internal sealed partial class CheckpointJson : JsonSerializerContext;
