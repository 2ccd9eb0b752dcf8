using System.Globalization;
using Npgsql;
using Semblance.Index;

namespace Semblance.Serving.Postgres;

/// <summary>The items of one moment, part after part, from a cursor of the server.</summary>
internal sealed class ItemCursor : IAsyncDisposable
{
    private const int Rows = 5000;
    private readonly PostgresServer _server;
    private readonly IndexTable _table;
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private ItemCursor(PostgresServer server, IndexTable table, NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        (_server, _table, _connection, _transaction) = (server, table, connection, transaction);

    /// <summary>Opens it, in the order of the ids.</summary>
    public static async Task<ItemCursor> OpenAsync(PostgresServer server, IndexTable table, ItemId? after, CancellationToken cancellation)
    {
        NpgsqlConnection connection = await server.ConnectAsync(cancellation).ConfigureAwait(false);
        try
        {
            NpgsqlTransaction transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellation).ConfigureAwait(false);
            string where = after is null ? "" : " WHERE id > $1";
            object[] parameters = after is { } begin ? [table.Parameter(begin)] : [];
            await PostgresServer.ExecuteAsync(connection, $"DECLARE items NO SCROLL CURSOR FOR SELECT id, code, tags, payload FROM {table.Items}{where} ORDER BY id", cancellation, parameters).ConfigureAwait(false);
            return new ItemCursor(server, table, connection, transaction);
        }
        catch (Exception fault)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw server.Translated(fault, cancellation);
        }
    }

    /// <summary>The next items; empty behind the last.</summary>
    public async Task<List<Item>> NextAsync(CancellationToken cancellation)
    {
        try
        {
            return await PostgresServer.RowsAsync(_connection, string.Create(CultureInfo.InvariantCulture, $"FETCH FORWARD {Rows} FROM items"), row => _table.ItemOf(row, 0, 1), cancellation).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            throw _server.Translated(fault, cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }
}
