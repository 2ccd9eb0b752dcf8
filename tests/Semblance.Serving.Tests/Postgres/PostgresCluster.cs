using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Xunit;

namespace Semblance.Tests.Serving.Postgres;

/// <summary>A PostgreSQL server of its own in a temporary folder, on a free port of the loopback.</summary>
/// <remarks>The server refuses to run as root; then it runs as the user postgres, whom Debian's package makes.</remarks>
internal sealed class PostgresCluster : IDisposable
{
    private static readonly string? Programs = Find();
    /// <summary>The files of a server that never ran; each is a copy of them.</summary>
    private static readonly Lazy<string> Template = new(MakeTemplate);

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"semblance-pg-{Guid.NewGuid():N}"[..32]);

    private PostgresCluster()
    {
    }

    /// <summary>Why there is none here; null where there can be.</summary>
    public static string? Missing => Programs is null ? "PostgreSQL 14 or newer is not installed (Debian: apt-get install postgresql-15)."
        : !Environment.IsPrivilegedProcess || Run("id", ["postgres"], check: false) == 0 ? null : "PostgreSQL does not run as root, and there is no user postgres.";

    /// <summary>Its port.</summary>
    public int Port { get; private set; }

    /// <summary>Makes a server and starts it.</summary>
    /// <param name="settings">Lines of postgresql.conf.</param>
    public static PostgresCluster Start(params string[] settings)
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        PostgresCluster cluster = new();
        Make(cluster._folder);
        Run("cp", ["-a", Template.Value, cluster.Data]);
        cluster.Port = FreePort();
        string[] lines =
        [
            string.Create(CultureInfo.InvariantCulture, $"port = {cluster.Port}"), "listen_addresses = '127.0.0.1'", $"unix_socket_directories = '{cluster._folder}'", "fsync = off", "full_page_writes = off", "shared_buffers = 64MB",
            "max_connections = 60", .. settings,
        ];
        File.AppendAllLines(Path.Combine(cluster.Data, "postgresql.conf"), lines);
        cluster.StartAgain();
        return cluster;
    }

    /// <summary>The URL of an index in a database.</summary>
    public string Url(string index, string options = "", string database = "postgres", string user = "postgres") =>
        string.Create(CultureInfo.InvariantCulture, $"postgres://{user}@127.0.0.1:{Port}/{database}?index={index}{options}");

    /// <summary>Starts a server that was stopped.</summary>
    public void StartAgain() => AsOwner("pg_ctl", "-D", Data, "-l", Path.Combine(_folder, "log"), "-w", "start");

    /// <summary>Stops it as a crash would: nothing is finished, connections break.</summary>
    public void Kill() => AsOwner("pg_ctl", "-D", Data, "-m", "immediate", "stop");

    /// <summary>Executes statements as the superuser.</summary>
    public void Execute(string sql, string database = "postgres")
    {
        using NpgsqlConnection connection = Connect(database);
        using NpgsqlCommand command = new(sql, connection);
        command.ExecuteNonQuery();
    }

    /// <summary>The first column of a query's rows, as text.</summary>
    public string[] Query(string sql, string database = "postgres")
    {
        using NpgsqlConnection connection = Connect(database);
        using NpgsqlCommand command = new(sql, connection);
        using NpgsqlDataReader reader = command.ExecuteReader();
        List<string> rows = [];
        while (reader.Read())
        {
            rows.Add(Convert.ToString(reader.GetValue(0), CultureInfo.InvariantCulture)!);
        }
        return [.. rows];
    }

    /// <summary>Runs one of PostgreSQL's own programs against it.</summary>
    public void Tool(string program, params string[] arguments) =>
        Run(Path.Combine(Programs!, program), ["-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", "postgres", .. arguments]);

    public void Dispose()
    {
        Run("bash", ["-c", $"test ! -e '{Data}/postmaster.pid' || kill -QUIT $(head -1 '{Data}/postmaster.pid')"], check: false);
        for (int wait = 0; wait < 100 && File.Exists(Path.Combine(Data, "postmaster.pid")); wait++)
        {
            Thread.Sleep(50);
        }
        Run("rm", ["-rf", _folder], check: false);
    }

    private string Data => Path.Combine(_folder, "data");

    private static string MakeTemplate()
    {
        string folder = Path.Combine(Path.GetTempPath(), $"semblance-pg-{Environment.ProcessId}");
        Run("rm", ["-rf", folder]);
        Make(folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Run("rm", ["-rf", folder], check: false);
        string data = Path.Combine(folder, "data");
        AsOwner("initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync");
        return data;
    }

    private static void Make(string folder)
    {
        Directory.CreateDirectory(folder);
        if (Environment.IsPrivilegedProcess)
        {
            Run("chown", ["postgres", folder]);
        }
    }

    private NpgsqlConnection Connect(string database)
    {
        NpgsqlConnection connection = new(string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username=postgres;Database={database};Pooling=false;Timeout=10;Command Timeout=120"));
        connection.Open();
        return connection;
    }

    private static void AsOwner(string program, params string[] arguments)
    {
        string path = Path.Combine(Programs!, program);
        _ = Environment.IsPrivilegedProcess ? Run("runuser", ["-u", "postgres", "--", path, .. arguments]) : Run(path, arguments);
    }

    private static int Run(string program, string[] arguments, bool check = true)
    {
        // What a server writes goes to its log; a pipe that it inherited would never end.
        ProcessStartInfo start = new("bash", ["-c", "cd /; exec \"$@\" >/dev/null 2>\"$SEMBLANCE_ERRORS\" </dev/null", "bash", program, .. arguments]);
        string errors = Path.GetTempFileName();
        start.Environment["SEMBLANCE_ERRORS"] = errors;
        try
        {
            using Process process = Process.Start(start)!;
            process.WaitForExit();
            return process.ExitCode == 0 || !check ? process.ExitCode : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {File.ReadAllText(errors)}");
        }
        finally
        {
            File.Delete(errors);
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string? Find() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql")
            .Where(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int version) && version >= 14 && File.Exists(Path.Combine(folder, "bin", "initdb")))
            .OrderByDescending(folder => int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture))
            .Select(folder => Path.Combine(folder, "bin"))
            .FirstOrDefault()
        : null;
}
