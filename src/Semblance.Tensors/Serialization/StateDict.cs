namespace Semblance.Tensors.Serialization;

/// <summary>The named tensors inside an unpickled value.</summary>
/// <param name="Tensors">Names and tensors, in order.</param>
/// <param name="From">Where they were found: empty for the value itself, else the keys that lead there, as <c>model.state_dict</c>.</param>
/// <param name="LeftOut">Names beside them that hold no tensor.</param>
internal sealed record StateDict(IReadOnlyList<KeyValuePair<string, PickleTensor>> Tensors, string From, IReadOnlyList<string> LeftOut)
{
    private const int DeepestNesting = 3;

    /// <summary>The keys under which training programs keep the weights, the likeliest first.</summary>
    private static readonly string[] s_wrappers = ["state_dict", "model_state_dict", "model_state", "model", "net", "network", "weights", "params", "module"];

    /// <summary>Finds the state dict: the value itself, or the dict below one of the usual keys.</summary>
    public static StateDict Find(string path, object? value)
    {
        List<string> leftOut = [];
        string from = "";
        for (int depth = 0; depth <= DeepestNesting && value is PickleDict dict; depth++)
        {
            List<KeyValuePair<string, PickleTensor>> tensors = [.. dict.Items
                .Where(item => item is { Key: string, Value: PickleTensor })
                .Select(item => new KeyValuePair<string, PickleTensor>((string)item.Key!, (PickleTensor)item.Value!))];
            string? wrapper = Array.Find(s_wrappers, name => dict.Items.Exists(item => item.Key as string == name && item.Value is PickleDict));
            if (wrapper is null)
            {
                leftOut.AddRange(Names(dict, item => item.Value is not PickleTensor, from));
                return tensors.Count > 0 ? new StateDict(tensors, from, leftOut) : throw Nothing(path, dict);
            }
            leftOut.AddRange(Names(dict, item => item.Key as string != wrapper, from));
            value = dict.Items.FindLast(item => item.Key as string == wrapper).Value;
            from = from.Length == 0 ? wrapper : $"{from}.{wrapper}";
        }
        throw WeightText.Bad(path, $"the file holds {PickleReader.Kind(value)}; a dict of named tensors is needed. {PickleReader.Advice}");
    }

    private static IEnumerable<string> Names(PickleDict dict, Func<KeyValuePair<object?, object?>, bool> which, string from) =>
        dict.Items.Where(which).Select(item => (from.Length == 0 ? "" : from + ".") + WeightText.Printable(item.Key as string ?? PickleReader.Kind(item.Key)));

    private static InvalidDataException Nothing(string path, PickleDict dict)
    {
        string keys = dict.Items.Count == 0 ? "nothing" : string.Join(", ", Names(dict, _ => true, "").Take(8));
        return WeightText.Bad(path, $"no tensors were found; the dict holds {keys}. Looked under {string.Join(", ", s_wrappers)}. {PickleReader.Advice}");
    }
}
