using Npgsql;

namespace Semblance.Tests.Serving.Postgres;

/// <summary>Holds the table of an index so that whoever reads it waits: a query that takes as long as a test wants.</summary>
internal sealed class TableLock : IDisposable
{
    private readonly PostgresCluster _cluster;
    private readonly string _name;
    private readonly NpgsqlConnection _connection;

    public TableLock(PostgresCluster cluster, string name)
    {
        (_cluster, _name) = (cluster, name);
        _connection = new NpgsqlConnection($"Host=127.0.0.1;Port={cluster.Port};Username=postgres;Database=postgres;Pooling=false");
        _connection.Open();
        using NpgsqlCommand command = new($"BEGIN; LOCK TABLE semblance.items_{name} IN ACCESS EXCLUSIVE MODE", _connection);
        command.ExecuteNonQuery();
    }

    /// <summary>Waits until so many queries wait for the table.</summary>
    public async Task WaitForAsync(int queries)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
        while (_cluster.Query($"SELECT count(*)::int FROM pg_locks WHERE NOT granted AND relation = 'semblance.items_{_name}'::regclass")[0] != $"{queries}")
        {
            await Task.Delay(10, limit.Token);
        }
    }

    public void Dispose() => _connection.Dispose();
}
