using Semblance.Encoders;
using Semblance.Index;
using Semblance.Index.Files;
using Semblance.Tests.Cli;
using Semblance.Tests.Serving.Images;
using Xunit;

namespace Semblance.Tests.Serving.Http;

/// <summary><c>semblance serve --model</c> with an index that the model belongs to, and with others.</summary>
public sealed class ServedModelTests(ServedRun run) : IClassFixture<ServedRun>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Index => _folder.File("photos.index");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Codes_of_another_length_are_refused()
    {
        LiveIndex.Create(Index, new LiveIndexOptions { Bits = 96, Ids = IdKind.Text }).Dispose();
        CliProcess.Run("serve", "--index", Index, "--model", run.Folder, "--port", "0").Refused(3, "holds codes of 96 bits and the model gives 16 values", "Search with the model that encoded them.");
    }

    [Fact]
    public void Codes_of_another_model_are_refused()
    {
        Import("1111");
        CliProcess.Run("serve", "--index", Index, "--model", run.Folder, "--port", "0").Refused(3, "was encoded by model 1111 (run other)", "Search with the run that encoded it, or encode again.");
    }

    [Fact]
    public void Codes_of_the_model_are_served()
    {
        Import(EncodedNote.FingerprintOf(Path.Combine(run.Folder, "model.safetensors")));
        using Serving serving = Serving.Start("--index", Index, "--model", run.Folder);
        Assert.StartsWith("Serving", serving.Ready, StringComparison.Ordinal);
    }

    /// <summary>Makes the index of a file as 'semblance encode' writes it.</summary>
    private void Import(string model)
    {
        string file = _folder.File("photos.codes");
        new CodesFile(new Codes(16, [1]), [new RowItem("a.jpg")], new EncodedNote("other", model, "16 x 16", []).ToJson()).Write(file);
        CliProcess.Run("index", "import", Index, file).Done();
    }
}
