using Npgsql;
using Semblance.Serving.Stores;

namespace Semblance.Serving.Postgres;

/// <summary>How far the building of an index is. The connection that builds answers nothing meanwhile, so another one asks.</summary>
internal static class BuildProgress
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Waits for an index, and tells how many rows are in it.</summary>
    /// <param name="building">Builds it.</param>
    /// <param name="server">Where.</param>
    /// <param name="process">The server's number of the connection that builds.</param>
    /// <param name="tell">Hears of the rows every second.</param>
    public static async Task FollowAsync(Task building, PostgresServer server, int process, Action<long> tell)
    {
        using CancellationTokenSource built = new();
        Task watching = WatchAsync(server, process, tell, built.Token);
        try
        {
            await building.ConfigureAwait(false);
        }
        finally
        {
            await built.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
        }
    }

    private static async Task WatchAsync(PostgresServer server, int process, Action<long> tell, CancellationToken built)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Pause, built).ConfigureAwait(false);
                tell(await server.RunAsync(connection => PostgresServer.ScalarAsync<long>(connection, "SELECT tuples_done FROM pg_stat_progress_create_index WHERE pid = $1", built, process), built).ConfigureAwait(false));
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or NpgsqlException or StoreUnavailableException or InvalidDataException)
        {
            // It is built, or there is no second connection to ask by; the index comes all the same.
        }
    }
}
