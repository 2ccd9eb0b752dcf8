using System.Globalization;
using System.Text;
using Npgsql;

namespace Semblance.Serving.Postgres;

/// <summary>Versions of the tables: numbered files of SQL, applied in order, all in one transaction.</summary>
internal static class Migrations
{
    /// <summary>The version that this program reads and writes.</summary>
    public const int Version = 2;

    // Any number will do, so long as it stays.
    private const long Lock = 0x53454D424C414E43;

    /// <summary>The version of a database; 0 for one without tables of ours.</summary>
    public static async Task<int> VersionAsync(NpgsqlConnection connection, string schema, CancellationToken cancellation) =>
        await PostgresServer.ScalarAsync<bool>(connection, "SELECT to_regclass($1) IS NOT NULL", cancellation, $"{schema}.version").ConfigureAwait(false)
            ? await PostgresServer.ScalarAsync<int>(connection, $"SELECT max(number) FROM {schema}.version", cancellation).ConfigureAwait(false)
            : 0;

    /// <summary>Brings a database to a version, unless it is there or beyond.</summary>
    /// <param name="server">The database.</param>
    /// <param name="version">The version, <see cref="Version"/> but for tests of older ones.</param>
    /// <param name="cancellation">Ends it; nothing is changed then.</param>
    public static Task ApplyAsync(PostgresServer server, int version, CancellationToken cancellation) => server.InTransactionAsync(
        System.Data.IsolationLevel.ReadCommitted,
        async connection =>
        {
            string schema = server.Url.Schema;
            await PostgresServer.ExecuteAsync(connection, "SELECT pg_advisory_xact_lock($1)", cancellation, Lock).ConfigureAwait(false);
            if (await PostgresServer.ScalarAsync<bool>(connection, "SELECT to_regnamespace($1) IS NULL", cancellation, schema).ConfigureAwait(false))
            {
                await PostgresServer.ExecuteAsync(connection, $"CREATE SCHEMA {schema}", cancellation).ConfigureAwait(false);
            }
            for (int next = await VersionAsync(connection, schema, cancellation).ConfigureAwait(false) + 1; next <= version; next++)
            {
                await PostgresServer.ExecuteAsync(connection, Script(next, schema), cancellation).ConfigureAwait(false);
                await PostgresServer.ExecuteAsync(connection, $"INSERT INTO {schema}.version (number) VALUES ($1)", cancellation, next).ConfigureAwait(false);
            }
            return version;
        },
        cancellation);

    private static string Script(int number, string schema)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"Semblance.Serving.Postgres.Migrations.{number:0000}.sql");
        using Stream stream = typeof(Migrations).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not in the assembly.");
        using StreamReader reader = new(stream, Encoding.UTF8);
        return reader.ReadToEnd().Replace("{schema}", schema, StringComparison.Ordinal);
    }
}
