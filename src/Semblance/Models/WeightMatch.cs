using Semblance.Tensors.Serialization;

namespace Semblance.Models;

/// <summary>How the names and shapes of a weight file fit a module.</summary>
public sealed class WeightMatch
{
    private const int MostNamesShown = 20;

    /// <summary>Older PyTorch files lack these counts; without momentum's averaging they have no effect.</summary>
    private const string BatchCount = "num_batches_tracked";

    private readonly string _path;

    private WeightMatch(string path) => _path = path;

    internal List<(Parameter Parameter, WeightTensor Weights)> Found { get; } = [];

    /// <summary>Names that the module needs and the file lacks.</summary>
    public IReadOnlyList<string> Missing { get; private init; } = [];

    /// <summary>Names of the file that the module does not know.</summary>
    public IReadOnlyList<string> Unexpected { get; private set; } = [];

    /// <summary>Names that both have, with both shapes, where these differ.</summary>
    public IReadOnlyList<string> Misshapen { get; private init; } = [];

    /// <summary>Whether all fits.</summary>
    public bool IsComplete => Missing.Count + Unexpected.Count + Misshapen.Count == 0;

    /// <summary>Compares.</summary>
    /// <param name="module">What needs weights.</param>
    /// <param name="file">What has them.</param>
    /// <param name="prefix">What stands before each name in the file.</param>
    /// <param name="ignore">Names that do not count.</param>
    internal static WeightMatch Of(Module module, WeightFile file, string prefix, Func<string, bool>? ignore)
    {
        List<string> missing = [], misshapen = [];
        WeightMatch match = new(file.Path) { Missing = missing, Misshapen = misshapen };
        HashSet<string> known = new(StringComparer.Ordinal);
        foreach ((string name, Parameter parameter) in module.State())
        {
            known.Add(prefix + name);
            if (ignore?.Invoke(name) == true)
            {
                continue;
            }
            match.Compare(name, parameter, file.TryGet(prefix + name, out WeightTensor? weights) ? weights : null, missing, misshapen);
        }
        match.Unexpected = [.. file.Tensors.Keys.Where(name => !known.Contains(name) && ignore?.Invoke(name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name) != true)];
        return match;
    }

    private void Compare(string name, Parameter parameter, WeightTensor? weights, List<string> missing, List<string> misshapen)
    {
        if (weights is null)
        {
            if (parameter.Name != BatchCount)
            {
                missing.Add(name);
            }
        }
        else if (!weights.Shape.SequenceEqual(parameter.Value.Shape))
        {
            misshapen.Add($"{name} [{string.Join(", ", weights.Shape.ToArray())}] for [{string.Join(", ", parameter.Value.Shape)}]");
        }
        else
        {
            Found.Add((parameter, weights));
        }
    }

    /// <summary>Throws one exception that names all that does not fit.</summary>
    /// <param name="module">What the weights are for.</param>
    internal void ThrowUnlessComplete(string module)
    {
        if (!IsComplete)
        {
            throw new InvalidDataException($"{_path}: these are not the weights of {module}. {List("Missing", Missing)}{List("Unexpected", Unexpected)}{List("Misshapen", Misshapen)}" +
                "Choose weights of the same model, or the model that they belong to.");
        }
    }

    private static string List(string what, IReadOnlyList<string> names) => names.Count == 0 ? ""
        : $"{what} ({names.Count}): {string.Join(", ", names.Take(MostNamesShown))}{(names.Count > MostNamesShown ? $" and {names.Count - MostNamesShown} more" : "")}. ";
}
