using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Semblance.Tests.Serving.Postgres;

/// <summary>A PostgreSQL with pgvector from an npm package, of one session for all connections.</summary>
public sealed class PgliteServer : IDisposable
{
    private static readonly string Folder = Repository.File("tests/pglite");
    private readonly Lazy<(Process Process, int Port)> _server = new(Start);
    private int _made;

    /// <summary>Why there is none here; null where there can be.</summary>
    public static string? Missing => Directory.Exists(Path.Combine(Folder, "node_modules")) ? null : "PGlite is not installed ('npm ci' in tests/pglite).";

    /// <summary>A name that no other test has.</summary>
    public string NewName() => $"g{Interlocked.Increment(ref _made)}";

    /// <summary>The URL of an index. Prepared statements of one connection would meet those of another.</summary>
    public string Url(string index) => string.Create(CultureInfo.InvariantCulture, $"postgres://postgres:postgres@127.0.0.1:{_server.Value.Port}/postgres?index={index}&prepare=0&sslmode=disable");

    public void Dispose()
    {
        if (_server.IsValueCreated)
        {
            _server.Value.Process.Kill();
            _server.Value.Process.Dispose();
        }
    }

    private static (Process, int) Start()
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        Process process = Process.Start(new ProcessStartInfo("node", ["server.mjs"]) { WorkingDirectory = Folder, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        return int.TryParse(process.StandardOutput.ReadLine(), CultureInfo.InvariantCulture, out int port) ? (process, port) : throw new InvalidOperationException("PGlite did not start.");
    }
}
