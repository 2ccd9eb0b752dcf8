using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Semblance.Serving.Postgres;
using Semblance.Serving.Stores;
using Semblance.Training;

namespace Semblance.Cli.Verbs.Indexes;

/// <summary><c>semblance index push</c> and <c>pull</c>: between an index in a directory and one in PostgreSQL, or a copy of a directory.</summary>
internal static class IndexPush
{
    public static Command MakePush()
    {
        Argument<string> index = new("index") { Description = "The directory of the index." };
        Argument<string> url = new("database") { Description = "The database: postgres://user@host:port/database?index=NAME." };
        Option<bool> replace = new("--replace") { Description = "Put it in the place of an index of that name, which answers until the new one is whole." };
        Option<bool> hnsw = new("--hnsw") { Description = "Build an HNSW index too, for searches that may miss items; needs pgvector." };
        Option<int> m = new("--hnsw-m") { Description = "With --hnsw: links of a code; fewer build sooner and find less.", DefaultValueFactory = _ => new HnswOptions().M };
        Option<int> ef = new("--hnsw-ef-construction") { Description = "With --hnsw: candidates kept while links are looked for; at least twice --hnsw-m.", DefaultValueFactory = _ => new HnswOptions().EfConstruction };
        Option<bool> json = Options.Json();
        Command verb = new("push",
            """
            Brings an index into a PostgreSQL database: all items with ids, tags, payloads, and which model made the codes. It is
            one transaction; where it ends early, the database stays as it was. docs/postgres.md tells about tables, rights and
            when a database is worth it.

            The password is read from PGPASSWORD or ~/.pgpass where the URL has none.

            Examples:
              semblance index push photos.index postgres://me@db.local/images?index=photos
              semblance index push photos.index postgres://me@db.local/images?index=photos --replace --hnsw
            """) { index, url, replace, hnsw, m, ef, json };
        verb.SetAction(parsed => Push(parsed.GetValue(index)!, parsed.GetValue(url)!, parsed.GetValue(replace), HnswOf(parsed, hnsw, m, ef), parsed.GetValue(json)));
        return verb;
    }

    public static Command MakePull()
    {
        Argument<string> source = new("source") { Description = "The database, postgres://user@host:port/database?index=NAME, or the directory of an index." };
        Argument<string> index = new("index") { Description = "The directory of the index to make; not there yet, or empty." };
        Option<bool> json = Options.Json();
        Command verb = new("pull",
            """
            Brings an index out of a PostgreSQL database, or out of another directory, into a new one, as it is at one moment.
            The new directory gets its name when it is whole; where it ends early, nothing stays. A directory may be written
            meanwhile, by a server for instance: this is how to back one up.

            Examples:
              semblance index pull postgres://me@db.local/images?index=photos photos.index
              semblance index pull photos.index backup.index
            """) { source, index, json };
        verb.SetAction(parsed => Pull(parsed.GetValue(source)!, parsed.GetValue(index)!, parsed.GetValue(json)));
        return verb;
    }

    private static HnswOptions? HnswOf(ParseResult parsed, Option<bool> hnsw, Option<int> m, Option<int> ef)
    {
        if (!parsed.GetValue(hnsw))
        {
            string? alone = new[] { m, ef }.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false })?.Name;
            return alone is null ? null : throw new ArgumentException($"{alone} is given without --hnsw, which builds the index that it is about. Add --hnsw.");
        }
        return new HnswOptions { M = parsed.GetValue(m), EfConstruction = parsed.GetValue(ef) };
    }

    private static int Push(string path, string url, bool replace, HnswOptions? hnsw, bool json)
    {
        PostgresUrl target = UrlOf(url);
        IndexFolder.Read(path).Dispose();
        using Interruption interruption = new();
        MoveAnswer answer = RunProgress.Show(observer => Task.Run(() => PushAsync(path, target, replace, hnsw, observer, interruption.Token)).GetAwaiter().GetResult());
        return Print(answer, json, $"{path}: {answer.Items} items are in {answer.To}");
    }

    private static int Pull(string source, string path, bool json)
    {
        using Interruption interruption = new();
        MoveAnswer answer = RunProgress.Show(observer => Task.Run(() => PullAsync(source, path, observer, interruption.Token)).GetAwaiter().GetResult());
        return Print(answer, json, $"{path}: {answer.Items} items came from {answer.From}");
    }

    private static int Print(MoveAnswer answer, bool json, string words)
    {
        Console.Out.WriteLine(json ? JsonSerializer.Serialize(answer, CliJson.Default.MoveAnswer) : words);
        return ExitCode.Done;
    }

    private static async Task<MoveAnswer> PushAsync(string path, PostgresUrl target, bool replace, HnswOptions? hnsw, IRunObserver observer, CancellationToken stop)
    {
        await using LocalStore store = LocalStore.Open(path, new StoreOptions { ReadOnly = true });
        long count = (await store.InfoAsync(stop).ConfigureAwait(false)).Items;
        long items = await PostgresPush.RunAsync(
            store,
            target,
            new PushOptions
            {
                Replace = replace,
                Hnsw = hnsw,
                Sent = sent => observer.Progressed("sending", Clamp(sent), Clamp(count)),
                Building = () => observer.Noted("building the indexes of the table"),
                Linked = linked => observer.Progressed("linking", Clamp(linked), Clamp(count)),
            },
            stop).ConfigureAwait(false);
        return new MoveAnswer(path, target.ToString(), items, store.Bits);
    }

    private static async Task<MoveAnswer> PullAsync(string source, string path, IRunObserver observer, CancellationToken stop)
    {
        await using ISearchStore store = await SearchStores.OpenAsync(source, new StoreOptions { ReadOnly = true }, stop).ConfigureAwait(false);
        long count = (await store.InfoAsync(stop).ConfigureAwait(false)).Items;
        long items = await StoreCopy.RunAsync(store, path, received => observer.Progressed("receiving", Clamp(received), Clamp(count)), stop).ConfigureAwait(false);
        return new MoveAnswer(store.Name, path, items, store.Bits);
    }

    private static int Clamp(long count) => (int)Math.Min(count, int.MaxValue);

    public static PostgresUrl UrlOf(string text) => PostgresUrl.Is(text) ? PostgresUrl.Parse(text)
        : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"\"{text}\" is no URL of a database; give postgres://user@host:port/database?index=NAME."));
}
