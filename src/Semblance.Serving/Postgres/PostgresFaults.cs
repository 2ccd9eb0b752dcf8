using System.Net.Sockets;
using Npgsql;
using Semblance.Serving.Stores;

namespace Semblance.Serving.Postgres;

/// <summary>What a failure of the server means for callers.</summary>
internal static class PostgresFaults
{
    private const int NoSpace = 28;

    /// <summary>Whether the connection is broken or was never there, so that another may do.</summary>
    public static bool IsBroken(Exception fault) => fault switch
    {
        PostgresException said => said.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow,
        NpgsqlException => fault.InnerException is IOException or SocketException or ObjectDisposedException,
        _ => fault is IOException or SocketException,
    };

    /// <summary>Whether the server asks to try the transaction again.</summary>
    public static bool IsConflict(Exception fault) => fault is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected };

    /// <summary>The exception for a caller; null where it is none of the server's.</summary>
    public static Exception? Translate(PostgresUrl url, Exception fault) => fault switch
    {
        PostgresException said => Said(url, said),
        NpgsqlException { InnerException: TimeoutException } => Unavailable($"{url.Server} did not answer in time.", "Look whether the server is overloaded, or give it longer with timeout=SECONDS in the URL.", fault),
        NpgsqlException or SocketException => Unavailable($"PostgreSQL at {url.Server} cannot be reached: {Innermost(fault)}", "Start it, or check host and port of the URL.", fault),
        TimeoutException => Unavailable($"{url.Server} did not answer in time.", "Look whether the server is overloaded.", fault),
        _ => null,
    };

    private static Exception? Said(PostgresUrl url, PostgresException said) => said.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            new UnauthorizedAccessException($"{url.Server} does not let {url.Connection.Username} in: {said.MessageText}. Check user and password; PGPASSWORD and ~/.pgpass are read as well.", said),
        PostgresErrorCodes.InvalidCatalogName => new InvalidDataException($"{url.Server} has no database {url.Connection.Database}. Make it with 'createdb {url.Connection.Database}', or name another.", said),
        PostgresErrorCodes.InsufficientPrivilege => new ReadOnlyStoreException($"{url}: the role {url.Connection.Username} may not do this ({said.MessageText}). Grant it the right, or open the store for reading only; docs/postgres.md lists the rights."),
        PostgresErrorCodes.ReadOnlySqlTransaction => new ReadOnlyStoreException($"{url}: the server is a standby or open for reading only. Name the primary to write."),
        PostgresErrorCodes.QueryCanceled => Unavailable($"{url}: the server ended a statement that took longer than {url.Timeout.TotalSeconds:0} s.", "Give it longer with timeout=SECONDS in the URL, or more processors.", said),
        PostgresErrorCodes.DiskFull => new IOException($"{url}: the disk of the server is full ({said.MessageText}). Free some space there.", said) { HResult = NoSpace },
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn => new InvalidDataException($"{url}: {said.MessageText}. The index was removed or changed since it was opened; open it again.", said),
        "22026" or PostgresErrorCodes.FeatureNotSupported => new InvalidDataException($"{url}: {said.MessageText}. The index was replaced by one of other codes or ids; open it again.", said),
        PostgresErrorCodes.TooManyConnections => Unavailable($"{url.Server} has no connection left.", "Raise max_connections, or take fewer with pool=NUMBER in the URL.", said),
        _ when IsConflict(said) => Unavailable($"{url}: other writes were in the way five times.", "Try again.", said),
        _ when IsBroken(said) || said.SqlState.StartsWith("08", StringComparison.Ordinal) || said.SqlState.StartsWith("53", StringComparison.Ordinal) || said.SqlState == PostgresErrorCodes.LockNotAvailable =>
            Unavailable($"{url.Server}: {said.MessageText}.", "Look at the log of the server.", said),
        _ => new SemblanceException($"{url}: PostgreSQL says {said.SqlState}: {said.MessageText}. Look at the log of the server.", said),
    };

    private static StoreUnavailableException Unavailable(string what, string advice, Exception inner) => new($"{what} {advice}", inner);

    private static string Innermost(Exception fault)
    {
        while (fault.InnerException is { } inner)
        {
            fault = inner;
        }
        return fault.Message.EndsWith('.') ? fault.Message : fault.Message + ".";
    }
}
