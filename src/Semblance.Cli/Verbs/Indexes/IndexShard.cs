using System.CommandLine;
using System.Globalization;
using Semblance.Index;
using Semblance.Serving.Postgres;

namespace Semblance.Cli.Verbs.Indexes;

/// <summary><c>semblance index shard</c>: an empty index over several servers.</summary>
internal static class IndexShard
{
    public static Command Make()
    {
        Argument<string> coordinator = new("coordinator") { Description = "The database that will be asked: postgres://user@host:port/database?index=NAME." };
        Argument<string[]> shards = new("shards") { Description = "The databases that will hold the items, as the coordinator reaches them.", Arity = ArgumentArity.OneOrMore };
        Option<int> bits = new("--bits") { Description = "Bits of a code.", Required = true };
        Option<IdKind> ids = new("--ids") { Description = "What the ids are: text or number.", DefaultValueFactory = _ => IdKind.Text };
        Command verb = new("shard",
            """
            Makes an empty index whose items are spread over several PostgreSQL servers by their ids. The coordinator reaches the
            others through postgres_fdw and asks all of them at once; each sends its k nearest. 'semblance index push' fills it,
            and it is searched and written like any other.

            Examples:
              semblance index shard postgres://me@db0/images?index=photos postgres://me@db1/images postgres://me@db2/images --bits 64
            """) { coordinator, shards, bits, ids };
        verb.SetAction(parsed => Run(parsed.GetValue(coordinator)!, parsed.GetValue(shards)!, parsed.GetValue(bits), parsed.GetValue(ids)));
        return verb;
    }

    private static int Run(string coordinator, string[] shards, int bits, IdKind ids)
    {
        if (bits is < 1 or > Codes.MaxBits)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"--bits is {bits}; 1 to {Codes.MaxBits} are possible."));
        }
        PostgresUrl url = IndexPush.UrlOf(coordinator);
        using Interruption interruption = new();
        Task.Run(() => PostgresShards.CreateAsync(url, Array.ConvertAll(shards, IndexPush.UrlOf), bits, ids, interruption.Token)).GetAwaiter().GetResult();
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{url}: an empty index of {bits} bits over {shards.Length} shards"));
        return ExitCode.Done;
    }
}
