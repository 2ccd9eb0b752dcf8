using System.Text.Json;
using Semblance.Serving.Security;
using Semblance.Tests.Cli;
using Xunit;

namespace Semblance.Tests.Serving.Security;

public sealed class KeysVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Keys => _folder.File("keys.json");

    [Fact]
    public void A_key_is_made_listed_and_revoked()
    {
        Ended made = Run("keys", "add", "web shop", "--scope", "read", "--expires", "30", "--rate", "600", "--keys", Keys).Done();
        string text = made.Output.Trim();
        Assert.Equal("web shop", ApiKeys.Open(Keys).Find(text)!.Name);
        Assert.Contains("shown only now", made.Error, StringComparison.Ordinal);

        JsonElement second = JsonDocument.Parse(Run("keys", "add", "ingest", "--scope", "write", "--keys", Keys, "--json").Done().Output).RootElement;
        Assert.Equal("write", second.GetProperty("scope").GetString());
        Assert.NotNull(ApiKeys.Open(Keys).Find(second.GetProperty("key").GetString()!));

        string list = Run("keys", "list", "--keys", Keys).Done().Output;
        Assert.Contains("web shop", list, StringComparison.Ordinal);
        Assert.DoesNotContain(text, list, StringComparison.Ordinal);
        JsonElement[] keys = [.. JsonDocument.Parse(Run("keys", "list", "--keys", Keys, "--json").Done().Output).RootElement.EnumerateArray()];
        Assert.Equal([600, 0], keys.Select(key => key.GetProperty("rate").ValueKind == JsonValueKind.Number ? key.GetProperty("rate").GetInt32() : 0));
        Assert.All(keys, key => Assert.Equal(JsonValueKind.Null, key.GetProperty("key").ValueKind));

        Run("keys", "revoke", "web shop", "--keys", Keys).Done();
        Assert.Null(ApiKeys.Open(Keys).Find(text));
        Run("keys", "revoke", "web shop", "--keys", Keys).Refused(2, "has no key named \"web shop\"");
    }

    [Fact]
    public void What_is_wrong_is_told()
    {
        Run("keys", "list", "--keys", Keys).Refused(3, "is not there", "semblance keys add");
        Run("keys", "add", "a", "--scope", "read", "--expires", "0", "--keys", Keys).Refused(2, "--expires is 0");
        Run("keys", "add", "a", "--scope", "read", "--rate", "-1", "--keys", Keys).Refused(2, "--rate is -1");
        Run("keys", "add", "a\nb", "--scope", "read", "--keys", Keys).Refused(2, "is no name for a key");
        Assert.Equal(2, Run("keys", "add", "a", "--keys", Keys).Code);
        Assert.Equal(2, Run("keys", "add", "a", "--scope", "admin", "--keys", Keys).Code);
        File.WriteAllText(Keys, "nonsense");
        Run("keys", "add", "a", "--scope", "read", "--keys", Keys).Refused(3, "is no file of API keys");
        Assert.Equal("nonsense", File.ReadAllText(Keys));
    }

    public void Dispose() => _folder.Dispose();

    private static Ended Run(params string[] arguments) => CliProcess.Run(arguments);
}
