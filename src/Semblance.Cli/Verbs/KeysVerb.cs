using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Semblance.Serving.Security;
using Spectre.Console;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance keys</c>.</summary>
internal static class KeysVerb
{
    private const string UsualFile = "keys.json";

    public static Command Make() => new("keys",
        """
        Makes, lists and revokes the API keys with which programs and people use a service.

        The file of keys holds hashes: a key is shown once, when it is made, and nobody can tell it again. A service that
        was started with --keys FILE takes up changes within two seconds, without a restart.

        Examples:
          semblance keys add web-shop --scope read
          semblance keys add nightly-ingest --scope write --expires 90
          semblance keys list
          semblance keys revoke web-shop
          semblance serve --index photos.index --keys keys.json
        """) { MakeAdd(), MakeList(), MakeRevoke() };

    private static Command MakeAdd()
    {
        Argument<string> name = new("name") { Description = "Whose key it is; appears in lists, and is how the key is revoked." };
        Option<AccessScope> scope = new("--scope") { Description = "read: search and look. write: change items and judgments as well.", Required = true };
        Option<int?> expires = new("--expires") { Description = "Days after which the key stops working (default: never)." };
        Option<int?> rate = new("--rate") { Description = "Requests a minute that the key may make (default: what the service allows)." };
        Option<string> file = FileOption();
        Option<bool> json = Options.Json();
        Command verb = new("add",
            """
            Makes a key and prints it, once. Keep it where the program that uses it reads it, such as a file of mode 600;
            who has it can do what it may. It is sent in the header "Authorization: Bearer KEY" or "X-Api-Key: KEY".

            Examples:
              semblance keys add web-shop --scope read
              semblance keys add nightly-ingest --scope write --expires 90 --rate 600
            """) { name, scope, expires, rate, file, json };
        verb.SetAction(parsed => Add(parsed.GetValue(file)!, parsed.GetValue(name)!, parsed.GetValue(scope), parsed.GetValue(expires), parsed.GetValue(rate), parsed.GetValue(json)));
        return verb;
    }

    private static Command MakeList()
    {
        Option<string> file = FileOption();
        Option<bool> json = Options.Json();
        Command verb = new("list",
            """
            Lists the keys of a file: names, ids, what they may do and how long they work. The keys themselves are not in it.

            Examples:
              semblance keys list
              semblance keys list --keys /etc/semblance/keys.json --json
            """) { file, json };
        verb.SetAction(parsed => List(parsed.GetValue(file)!, parsed.GetValue(json)));
        return verb;
    }

    private static Command MakeRevoke()
    {
        Argument<string> name = new("name") { Description = "Name or id of the key." };
        Option<string> file = FileOption();
        Option<bool> json = Options.Json();
        Command verb = new("revoke",
            """
            Removes a key from a file. Services that use the file refuse it within two seconds.

            Examples:
              semblance keys revoke web-shop
            """) { name, file, json };
        verb.SetAction(parsed => Revoke(parsed.GetValue(file)!, parsed.GetValue(name)!, parsed.GetValue(json)));
        return verb;
    }

    private static Option<string> FileOption() => new("--keys") { Description = "The file of keys.", DefaultValueFactory = _ => UsualFile };

    private static int Add(string file, string name, AccessScope scope, int? expires, int? rate, bool json)
    {
        if (expires is <= 0 or > 36_500)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"--expires is {expires}; 1 to 36500 days are needed. Leave it out for a key that does not expire."));
        }
        if (rate is <= 0 or > 1_000_000)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"--rate is {rate}; 1 to 1000000 requests a minute are needed."));
        }
        (string text, ApiKey key) = new ApiKeyFile(file).Add(name, scope, expires is { } days ? TimeSpan.FromDays(days) : null, rate);
        if (json)
        {
            Print(Answer(key) with { Key = text });
            return ExitCode.Done;
        }
        Console.Out.WriteLine(text);
        Console.Error.WriteLine($"This is the key of {key.Name} ({Describe(key)}). It is shown only now; {file} holds its hash. If it is lost, revoke it and make another.");
        return ExitCode.Done;
    }

    private static int List(string file, bool json)
    {
        IReadOnlyList<ApiKey> keys = new ApiKeyFile(file).Read();
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize([.. keys.Select(Answer)], CliJson.Default.KeyAnswerArray));
            return ExitCode.Done;
        }
        Table table = new Table().Border(TableBorder.Simple).AddColumn("name").AddColumn("id").AddColumn("scope").AddColumn("made").AddColumn("expires").AddColumn(new TableColumn("a minute").RightAligned());
        foreach (KeyAnswer key in keys.Select(Answer))
        {
            string expires = key.Expires is not { } end ? "never" : key.Expired ? $"{Day(end)} (has)" : Day(end);
            table.AddRow(key.Name.EscapeMarkup(), key.Id, key.Scope, Day(key.Created), expires, key.Rate?.ToString(CultureInfo.InvariantCulture) ?? "-");
        }
        Terminal.Out().Write(table);
        return ExitCode.Done;
    }

    private static int Revoke(string file, string name, bool json)
    {
        ApiKey key = new ApiKeyFile(file).Revoke(name);
        if (json)
        {
            Print(Answer(key));
        }
        else
        {
            Console.Out.WriteLine($"The key of {key.Name} ({key.Id}) is no longer in {file}; services refuse it within two seconds.");
        }
        return ExitCode.Done;
    }

    private static void Print(KeyAnswer answer) => Console.Out.WriteLine(JsonSerializer.Serialize(answer, CliJson.Default.KeyAnswer));

    private static KeyAnswer Answer(ApiKey key) => new(key.Name, key.Id, key.Scope == AccessScope.Write ? "write" : "read", key.Created, key.Expires, !key.WorksAt(TimeProvider.System.GetUtcNow()), key.Rate, null);

    private static string Describe(ApiKey key) =>
        (key.Scope == AccessScope.Write ? "reads and writes" : "reads") + (key.Expires is { } end ? $", until {Day(end)}" : "") + (key.Rate is { } rate ? string.Create(CultureInfo.InvariantCulture, $", {rate} requests a minute") : "");

    private static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
