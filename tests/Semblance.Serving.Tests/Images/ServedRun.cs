using Semblance.Tests.Training;
using Semblance.Training;

namespace Semblance.Tests.Serving.Images;

/// <summary>A small hash model of 16 bits that was trained for two steps, once for all tests of a class.</summary>
public sealed class ServedRun : IDisposable
{
    private readonly TinyRun _tiny = new();

    public ServedRun()
    {
        Folder = _tiny.File("run");
        TrainingRun.Run(_tiny.Load("steps=2", "ema=null", "validate=null"), Folder, false, new SilentObserver());
    }

    /// <summary>The run's folder.</summary>
    public string Folder { get; }

    /// <summary>Class folders of images.</summary>
    public string Images => _tiny.Images;

    public void Dispose() => _tiny.Dispose();
}
