using System.Globalization;
using Npgsql;

namespace Semblance.Serving.Postgres;

/// <summary>A pool of connections to a database: work is tried again where that helps, and failures become ours.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private const int Tries = 5;
    private readonly NpgsqlDataSource _pool;
    private readonly bool _patient;

    /// <summary>Makes a pool; no connection is opened yet.</summary>
    /// <param name="url">The database.</param>
    /// <param name="readOnly">Whether the server shall refuse writes.</param>
    /// <param name="patient">Whether statements may take as long as they like; work that long is not begun anew by itself.</param>
    public PostgresServer(PostgresUrl url, bool readOnly, bool patient = false)
    {
        (Url, _patient) = (url, patient);
        NpgsqlDataSourceBuilder builder = new(url.Connection.ConnectionString);
        string settings = Settings(url, readOnly, patient);
        if (patient)
        {
            builder.ConnectionStringBuilder.CommandTimeout = 0;
        }
        builder.UsePhysicalConnectionInitializer(connection => Execute(connection, settings), connection => ExecuteAsync(connection, settings, CancellationToken.None));
        _pool = builder.Build();
    }

    public PostgresUrl Url { get; }

    /// <summary>Does work on a connection.</summary>
    /// <param name="work">It may run more than once: anew after a conflict with other writes, and after a connection that turned out to be broken.</param>
    /// <param name="cancellation">Ends it, on the server as well.</param>
    public async Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellation)
    {
        bool renewed = _patient;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                NpgsqlConnection connection = await _pool.OpenConnectionAsync(cancellation).ConfigureAwait(false);
                await using (connection.ConfigureAwait(false))
                {
                    return await work(connection).ConfigureAwait(false);
                }
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                cancellation.ThrowIfCancellationRequested();
                if (PostgresFaults.IsConflict(fault) && attempt < Tries)
                {
                    await Task.Delay(Random.Shared.Next(1, 10 << attempt), cancellation).ConfigureAwait(false);
                }
                else if (PostgresFaults.IsBroken(fault) && !renewed)
                {
                    // Connections of a server that went away and came back are all broken. Every write may be made twice with the same result.
                    renewed = true;
                    _pool.Clear();
                }
                else
                {
                    throw Translated(fault, cancellation);
                }
            }
        }
    }

    /// <summary>A connection for work that is not tried again.</summary>
    public async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellation)
    {
        // A trivial statement finds out whether a pooled connection still stands.
        await RunAsync(connection => ExecuteAsync(connection, "SELECT", cancellation), cancellation).ConfigureAwait(false);
        try
        {
            return await _pool.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            throw Translated(fault, cancellation);
        }
    }

    /// <summary>The exception for a caller.</summary>
    public Exception Translated(Exception fault, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return new OperationCanceledException(fault.Message, fault, cancellation);
        }
        return PostgresFaults.Translate(Url, fault) ?? fault;
    }

    /// <summary>Does work in one transaction.</summary>
    public Task<T> InTransactionAsync<T>(System.Data.IsolationLevel isolation, Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellation) => RunAsync(
        async connection =>
        {
            NpgsqlTransaction transaction = await connection.BeginTransactionAsync(isolation, cancellation).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                T result = await work(connection).ConfigureAwait(false);
                await transaction.CommitAsync(cancellation).ConfigureAwait(false);
                return result;
            }
        },
        cancellation);

    /// <summary>Executes statements without a result.</summary>
    public static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation, params object[] parameters)
    {
        NpgsqlCommand command = Command(connection, sql, parameters);
        await using (command.ConfigureAwait(false))
        {
            return await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The first column of the first row; default where there is none or it is null.</summary>
    public static async Task<T?> ScalarAsync<T>(NpgsqlConnection connection, string sql, CancellationToken cancellation, params object[] parameters)
    {
        NpgsqlCommand command = Command(connection, sql, parameters);
        await using (command.ConfigureAwait(false))
        {
            return await command.ExecuteScalarAsync(cancellation).ConfigureAwait(false) is T value ? value : default;
        }
    }

    /// <summary>The rows of a query.</summary>
    public static async Task<List<T>> RowsAsync<T>(NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellation, params object[] parameters)
    {
        NpgsqlCommand command = Command(connection, sql, parameters);
        await using (command.ConfigureAwait(false))
        {
            NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                List<T> rows = [];
                while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
                {
                    rows.Add(read(reader));
                }
                return rows;
            }
        }
    }

    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    /// <summary>Plans are made for the query at hand, since only they know k; compiling a plan takes longer than most of them run.</summary>
    private static string Settings(PostgresUrl url, bool readOnly, bool patient) => string.Create(
        CultureInfo.InvariantCulture,
        $"SET plan_cache_mode = force_custom_plan; SET jit = off; SET statement_timeout = {(patient ? 0 : (long)url.Timeout.TotalMilliseconds)}{(url.Workers is { } workers ? $"; SET max_parallel_workers_per_gather = {workers}" : "")}{(readOnly ? "; SET default_transaction_read_only = on" : "")}");

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using NpgsqlCommand command = Command(connection, sql, []);
        command.ExecuteNonQuery();
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object[] parameters)
    {
        NpgsqlCommand command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (object value in parameters)
        {
            command.Parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value });
        }
        return command;
    }
}
