using System.Diagnostics;
using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Semblance.Index;
using Semblance.Serving.Postgres;
using Semblance.Serving.Stores;

namespace Semblance.Bench.Postgres;

/// <summary>An index in PostgreSQL: loading, exact searches beside the same SQL written by hand and beside the local index; and what HNSW finds.</summary>
internal static class PostgresBench
{
    private const int Bits = 64, K = 10, Queries = 3;

    public static int Run(string url, string[] rest)
    {
        Console.WriteLine(Machine.Describe());
        int count = rest is [string number] ? int.Parse(number, CultureInfo.InvariantCulture) : 2_000_000;
        string folder = Directory.CreateTempSubdirectory("semblance-bench-").FullName;
        try
        {
            MeasureAsync(url, Path.Combine(folder, "local"), Path.Combine(folder, "back"), count).GetAwaiter().GetResult();
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The table of recalls, on PGlite.</summary>
    public static int Recall(string folder, string[] rest)
    {
        Console.WriteLine(Machine.Describe());
        int count = rest is [string number] ? int.Parse(number, CultureInfo.InvariantCulture) : 20_000;
        using Process server = Process.Start(new ProcessStartInfo("node", ["server.mjs"]) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        try
        {
            string port = server.StandardOutput.ReadLine() ?? throw new InvalidOperationException("PGlite did not start; run 'npm ci' in tests/pglite.");
            int made = 0;
            async Task<PostgresStore> Make(int bits, IdKind ids) =>
                await PostgresStore.OpenAsync(PostgresUrl.Parse($"postgres://postgres:postgres@127.0.0.1:{port}/postgres?index=g{++made}&prepare=0&sslmode=disable&timeout=600"), new StoreOptions { CreateBits = bits, CreateIds = ids }).ConfigureAwait(false);
            List<RecallTable.Row> rows = RecallTable.MeasureAsync(Make, count, Bits, K, 100, [0, -500, 1000, 100, 30, 10, 5], CancellationToken.None).GetAwaiter().GetResult();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} codes of {Bits} bits, {K} nearest, 100 queries"));
            foreach (RecallTable.Row row in rows)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {row.Collection} | {row.Different} | {row.Exact:0.000} | {row.Approximate:0.000} | {row.Worst:0.0} |"));
            }
            return 0;
        }
        finally
        {
            server.Kill();
        }
    }

    private static async Task MeasureAsync(string url, string path, string back, int count)
    {
        Codes codes = RandomCodes(count);
        using (LiveIndex index = LiveIndex.Create(path, new LiveIndexOptions { Bits = Bits }))
        {
            index.Import(Enumerable.Range(0, count).Select(row => (long)row).ToArray(), codes);
            index.Compact();
        }
        await using LocalStore local = LocalStore.Open(path, new StoreOptions { ReadOnly = true });
        Stopwatch clock = Stopwatch.StartNew();
        TimeSpan sent = TimeSpan.Zero;
        await PostgresPush.RunAsync(local, PostgresUrl.Parse(url), new PushOptions { Building = () => sent = clock.Elapsed }).ConfigureAwait(false);
        Rate("push, rows alone", count, sent);
        Rate("push, with the indexes of the table", count, clock.Elapsed);
        await using PostgresStore store = await PostgresStore.OpenAsync(PostgresUrl.Parse(url), new StoreOptions()).ConfigureAwait(false);
        StoreInfo info = await store.InfoAsync().ConfigureAwait(false);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{info.Bytes / (double)count:0.0} bytes an item in the database"));
        Compare(url, store, local, codes);
        clock.Restart();
        await StoreCopy.RunAsync(store, back).ConfigureAwait(false);
        Rate("pull", count, clock.Elapsed);
    }

    private static void Compare(string url, PostgresStore store, LocalStore local, Codes codes)
    {
        Uri server = new(url);
        using NpgsqlConnection connection = new(string.Create(CultureInfo.InvariantCulture, $"Host={server.Host};Port={server.Port};Username=postgres;Database=postgres;Pooling=false;Command Timeout=600"));
        connection.Open();
        using NpgsqlCommand set = new("SET jit = off; SET plan_cache_mode = force_custom_plan", connection);
        set.ExecuteNonQuery();
        using NpgsqlCommand command = new(string.Create(CultureInfo.InvariantCulture, $"SELECT id, bit_count(code # $1) AS distance FROM semblance.items_{PostgresUrl.Parse(url).Index} ORDER BY distance, id LIMIT {K}"), connection);
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Bit, Value = new System.Collections.BitArray(Bits) });
        command.Prepare();
        Codes[] queries = [.. Enumerable.Range(0, Queries).Select(query => RandomCodes(1, 100 + query))];
        StoreSearch search = new() { K = K };
        foreach (Codes query in queries)
        {
            ItemMatch[] a = [.. store.SearchAsync(query, search).GetAwaiter().GetResult()[0].Matches], b = [.. local.SearchAsync(query, search).GetAwaiter().GetResult()[0].Matches];
            if (!a.SequenceEqual(b) || !a.Select(match => match.Id.Number).SequenceEqual(ByHand(command, query)))
            {
                throw new InvalidOperationException("the answers differ.");
            }
        }
        Pairs.Run(
            "an exact search of 10 (ours) and the same SQL written by hand (theirs); the server's CPU does not count",
            "ms",
            1000,
            codes.Count > 5_000_000 ? 4 : 10,
            () => Cost.Of(Queries, () => Array.ForEach(queries, query => store.SearchAsync(query, search).GetAwaiter().GetResult())),
            () => Cost.Of(Queries, () => Array.ForEach(queries, query => ByHand(command, query))));
        Cost alone = Cost.Of(100 * Queries, () => Array.ForEach(Enumerable.Range(0, 100).ToArray(), _ => Array.ForEach(queries, query => local.SearchAsync(query, search).GetAwaiter().GetResult())));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the same on the local index, ms: {1000 * alone.Wall:0.000}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{codes.Count} codes of {Bits} bits"));
    }

    private static long[] ByHand(NpgsqlCommand command, Codes query)
    {
        byte[] bytes = query.ToBytes();
        command.Parameters[0].Value = new System.Collections.BitArray(bytes) { Length = Bits };
        using NpgsqlDataReader reader = command.ExecuteReader();
        List<long> ids = [];
        while (reader.Read())
        {
            ids.Add(reader.GetInt64(0));
        }
        return [.. ids];
    }

    private static Codes RandomCodes(int count, int seed = 1)
    {
        Random random = new(seed);
        ulong[] words = new ulong[count];
        random.NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(words.AsSpan()));
        return new Codes(Bits, words);
    }

    private static void Rate(string what, int count, TimeSpan took) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {took.TotalSeconds:0.0} s, {count / took.TotalSeconds:0} codes a second"));
}
