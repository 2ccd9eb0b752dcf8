using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Semblance.Serving.Postgres;

/// <summary>A database and the index in it: <c>postgres://user:password@host:port/database?index=NAME</c>.</summary>
/// <remarks>
/// What is left out comes from where libpq takes it: PGHOST, PGPORT, PGUSER, PGDATABASE, PGPASSWORD and the file of passwords. <see cref="ToString"/> never holds the password.
/// </remarks>
public sealed partial class PostgresUrl
{
    private static readonly string[] Options =
        ["index", "schema", "workers", "timeout", "pool", "prepare", "host", "port", "user", "password", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "application_name", "passfile"];

    private static readonly (string Name, SslMode Mode)[] Modes =
    [
        ("disable", SslMode.Disable), ("allow", SslMode.Allow), ("prefer", SslMode.Prefer), ("require", SslMode.Require), ("verify-ca", SslMode.VerifyCA), ("verify-full", SslMode.VerifyFull),
    ];

    private PostgresUrl(NpgsqlConnectionStringBuilder connection) => Connection = connection;

    /// <summary>The index in the database.</summary>
    public string Index { get; private set; } = "main";

    /// <summary>The schema that holds the tables.</summary>
    public string Schema { get; private set; } = "semblance";

    /// <summary>The most processes beside the first that the server gives to a search; null for the server's own setting.</summary>
    public int? Workers { get; private set; }

    /// <summary>How long a search or a write may take on the server.</summary>
    public TimeSpan Timeout { get; private set; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether the URL named the index.</summary>
    internal bool NamesIndex { get; private set; }

    internal NpgsqlConnectionStringBuilder Connection { get; }

    /// <summary>The same database and another index.</summary>
    internal PostgresUrl For(string index) => new(Connection) { Index = index, NamesIndex = true, Schema = Schema, Workers = Workers, Timeout = Timeout };

    /// <summary>Whether a name is such a URL.</summary>
    public static bool Is(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith("postgres://", StringComparison.Ordinal) || name.StartsWith("postgresql://", StringComparison.Ordinal);
    }

    /// <summary>Reads a URL.</summary>
    /// <exception cref="ArgumentException">It is none, or an option is unknown or wrong.</exception>
    public static PostgresUrl Parse(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        Match match = Shape().Match(url);
        if (!match.Success)
        {
            throw new ArgumentException("the URL of the database is not understood; give postgres://user@host:port/database?index=NAME, letters such as @ and / in a password as %40 and %2F.");
        }
        PostgresUrl result = new(new NpgsqlConnectionStringBuilder { Pooling = true });
        foreach ((string option, string value) in Given(match))
        {
            result.Set(option, value);
        }
        result.TakeDefaults();
        return result;
    }

    /// <summary>The URL without the password.</summary>
    public override string ToString()
    {
        string host = Connection.Host!.StartsWith('/') ? Uri.EscapeDataString(Connection.Host) : Connection.Host;
        string schema = Schema == "semblance" ? "" : $"&schema={Schema}";
        return string.Create(CultureInfo.InvariantCulture, $"postgres://{Uri.EscapeDataString(Connection.Username!)}@{host}:{Connection.Port}/{Uri.EscapeDataString(Connection.Database!)}?index={Index}{schema}");
    }

    internal string Server => string.Create(CultureInfo.InvariantCulture, $"{Connection.Host}:{Connection.Port}");

    [GeneratedRegex(@"^postgres(ql)?://((?<user>[^:@/?]*)(:(?<password>[^@/?]*))?@)?(?<host>\[[^\]]*\]|[^:/?@]*)(:(?<port>\d+))?(/(?<dbname>[^?]*))?(\?(?<options>.*))?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Shape();

    [GeneratedRegex("^[a-z_][a-z0-9_]{0,39}$", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    private static IEnumerable<(string Option, string Value)> Given(Match match)
    {
        foreach (string part in (string[])["user", "password", "host", "port", "dbname"])
        {
            if (match.Groups[part].Length > 0)
            {
                yield return (part, Uri.UnescapeDataString(match.Groups[part].Value).Trim('[', ']'));
            }
        }
        foreach (string option in match.Groups["options"].Value.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = option.Split('=', 2);
            yield return parts.Length == 2 ? (parts[0], Uri.UnescapeDataString(parts[1])) : throw new ArgumentException($"the URL of the database has an option \"{parts[0]}\" without a value; write {parts[0]}=VALUE.");
        }
    }

    private void Set(string option, string value)
    {
        switch (option)
        {
            case "index": (Index, NamesIndex) = (Named(option, value), true); break;
            case "schema": Schema = Named(option, value); break;
            case "workers": Workers = Number(option, value, 0, 1024); break;
            case "timeout": Timeout = TimeSpan.FromSeconds(Number(option, value, 1, 86_400)); break;
            case "pool": Connection.MaxPoolSize = Number(option, value, 1, 10_000); break;
            case "prepare": Connection.MaxAutoPrepare = Number(option, value, 0, 10_000); break;
            case "host": Connection.Host = value; break;
            case "port": Connection.Port = Number(option, value, 1, 65_535); break;
            case "user": Connection.Username = value; break;
            case "password": Connection.Password = value; break;
            case "dbname": Connection.Database = value; break;
            case "sslmode": Connection.SslMode = ModeOf(value); break;
            case "sslrootcert": Connection.RootCertificate = value; break;
            case "sslcert": Connection.SslCertificate = value; break;
            case "sslkey": Connection.SslKey = value; break;
            case "connect_timeout": Connection.Timeout = Number(option, value, 1, 1024); break;
            case "application_name": Connection.ApplicationName = value; break;
            case "passfile": Connection.Passfile = value; break;
            default:
                string nearest = NearestName.Of(option, Options) is { } name ? $"; nearest is {name}" : "";
                throw new ArgumentException($"the URL of the database has an unknown option {option}{nearest}. There are {string.Join(", ", Options)}.");
        }
    }

    private void TakeDefaults()
    {
        Connection.Host ??= Environment.GetEnvironmentVariable("PGHOST") is { Length: > 0 } host ? host : "localhost";
        Connection.Username ??= Environment.GetEnvironmentVariable("PGUSER") is { Length: > 0 } user ? user : Environment.UserName;
        Connection.Database ??= Environment.GetEnvironmentVariable("PGDATABASE") is { Length: > 0 } database ? database : Connection.Username;
        Connection.ApplicationName ??= "semblance";
        if (!Connection.ShouldSerialize("Port") && int.TryParse(Environment.GetEnvironmentVariable("PGPORT"), CultureInfo.InvariantCulture, out int port))
        {
            Connection.Port = port;
        }
        if (!Connection.ShouldSerialize("Timeout"))
        {
            Connection.Timeout = 5;
        }
        // The server ends what takes too long; this is for a server that says nothing at all.
        Connection.CommandTimeout = (int)Timeout.TotalSeconds + 10;
        // Settings of a session are made once for a connection and stay.
        Connection.NoResetOnClose = true;
        if (!Connection.ShouldSerialize("Max Auto Prepare"))
        {
            Connection.MaxAutoPrepare = 50;
        }
        Connection.AutoPrepareMinUsages = 2;
        Connection.KeepAlive = 30;
    }

    private static string Named(string option, string value) => Name().IsMatch(value) ? value
        : throw new ArgumentException($"{option}={value} in the URL of the database is no name; use up to 40 small letters, digits and underscores, no digit first.");

    private static int Number(string option, string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most ? number
            : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{option}={value} in the URL of the database is no whole number from {least} to {most}."));

    /// <summary>What libpq calls a mode.</summary>
    internal static string NameOf(SslMode mode) => Modes.First(pair => pair.Mode == mode).Name;

    private static SslMode ModeOf(string value) => Modes.FirstOrDefault(pair => pair.Name == value) is { Name: not null } found ? found.Mode
        : throw new ArgumentException($"sslmode={value} in the URL of the database is unknown; there are {string.Join(", ", Modes.Select(pair => pair.Name))}.");
}
