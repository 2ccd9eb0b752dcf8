using Semblance.Data;
using Xunit;

namespace Semblance.Tests.Data.Readers;

/// <summary>A small data set in the layout of a well-known one, in which things can be broken.</summary>
internal sealed class LayoutTree : IDisposable
{
    private readonly ImageTree _tree = new();

    public string Path => _tree.Path;

    public string File(string name) => _tree.File(name);

    public LayoutTree Write(string name, params string[] lines)
    {
        _tree.Write(name, string.Join('\n', lines) + "\n");
        return this;
    }

    public LayoutTree Copy(string file, string name)
    {
        _tree.Write(name, System.IO.File.ReadAllBytes(Repository.File($"tests/Semblance.Tests/Data/Readers/Files/{file}")));
        return this;
    }

    public LayoutTree With(params string[] images)
    {
        _tree.With(images);
        return this;
    }

    /// <summary>Puts another text in the place of one that a list has once.</summary>
    public LayoutTree Replace(string name, string old, string text)
    {
        string before = System.IO.File.ReadAllText(File(name));
        Assert.Equal(2, before.Split(old).Length);
        _tree.Write(name, before.Replace(old, text, StringComparison.Ordinal));
        return this;
    }

    public LayoutTree Delete(string name)
    {
        System.IO.File.Delete(File(name));
        return this;
    }

    public Dataset Open(DatasetKind kind = DatasetKind.Auto, bool lenient = false) => DatasetSource.Open(Path, kind, new() { Lenient = lenient });

    /// <summary>Fails unless the set is refused with exactly this; "~" is the folder.</summary>
    public void Refused(string message, DatasetKind kind = DatasetKind.Auto)
    {
        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => Open(kind));
        Assert.Equal(message.Replace("~", Path, StringComparison.Ordinal), exception.Message);
    }

    public void Dispose() => _tree.Dispose();
}
