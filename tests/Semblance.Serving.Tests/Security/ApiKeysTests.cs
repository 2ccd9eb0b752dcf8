using System.Reflection;
using System.Security.Cryptography;
using Semblance.Serving.Security;
using Xunit;

namespace Semblance.Tests.Serving.Security;

public sealed class ApiKeysTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Clock _clock = new();

    private string File => _folder.File("keys.json");

    private ApiKeyFile Keys => new(File, _clock);

    [Fact]
    public void A_key_is_known_until_it_is_revoked()
    {
        (string text, ApiKey key) = Keys.Add("web shop", AccessScope.Read, null, 60);
        (string other, _) = Keys.Add("ingest", AccessScope.Write);
        Assert.Matches("^smb_[0-9a-f]{8}_[A-Za-z0-9_-]{43}$", text);
        ApiKeys keys = ApiKeys.Open(File, _clock);
        Assert.Equal(2, keys.Count);
        Assert.Equal(key, keys.Find(text));
        Assert.True(keys.Find(other)!.May(AccessScope.Read));
        Assert.False(key.May(AccessScope.Write));

        Keys.Revoke("web shop");
        _clock.Pass(TimeSpan.FromSeconds(1.5));
        Assert.Null(keys.Find(text));
        Assert.NotNull(keys.Find(other));
        Assert.Equal("ingest", Assert.Single(Keys.Read()).Name);
    }

    [Fact]
    public void A_key_that_is_added_counts_without_a_restart()
    {
        Keys.Add("first", AccessScope.Read);
        ApiKeys keys = ApiKeys.Open(File, _clock);
        (string text, _) = Keys.Add("second", AccessScope.Read);
        _clock.Pass(TimeSpan.FromSeconds(1.5));
        Assert.Equal("second", keys.Find(text)!.Name);
    }

    [Fact]
    public void A_key_stops_working_when_it_expires()
    {
        (string text, _) = Keys.Add("a", AccessScope.Read, TimeSpan.FromDays(2));
        ApiKeys keys = ApiKeys.Open(File, _clock);
        _clock.Pass(TimeSpan.FromDays(2) - TimeSpan.FromSeconds(1));
        Assert.NotNull(keys.Find(text));
        _clock.Pass(TimeSpan.FromSeconds(1));
        Assert.Null(keys.Find(text));
    }

    [Fact]
    public void A_stolen_file_of_keys_opens_no_door()
    {
        (string text, ApiKey key) = Keys.Add("a", AccessScope.Write);
        string content = System.IO.File.ReadAllText(File);
        Assert.DoesNotContain(text[13..], content, StringComparison.Ordinal);
        Assert.Contains(key.Sha256, content, StringComparison.Ordinal);
        ApiKeys keys = ApiKeys.Open(File, _clock);
        // Neither the hash nor its bytes serve as a key.
        string forged = $"smb_{key.Id}_{System.Buffers.Text.Base64Url.EncodeToString(Convert.FromHexString(key.Sha256))}";
        Assert.All([key.Sha256, forged, $"smb_{key.Id}_{key.Sha256}"], guess => Assert.Null(keys.Find(guess)));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("smb_")]
    [InlineData("smb_00000000_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("SMB_00000000_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("smb_00000000_!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!")]
    [InlineData("smb_00000000 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void A_guess_is_no_key(string guess)
    {
        Keys.Add("a", AccessScope.Read);
        Assert.Null(ApiKeys.Open(File, _clock).Find(guess));
    }

    [Fact]
    public void Every_character_of_a_key_counts()
    {
        (string text, _) = Keys.Add("a", AccessScope.Read);
        ApiKeys keys = ApiKeys.Open(File, _clock);
        for (int i = 0; i < text.Length; i++)
        {
            char other = text[i] == 'A' ? 'E' : 'A';
            Assert.Null(keys.Find(text[..i] + other + text[(i + 1)..]));
        }
        Assert.Null(keys.Find(text + "A"));
        Assert.Null(keys.Find(text[..^1]));
    }

    [Fact]
    public void Keys_are_compared_in_constant_time()
    {
        MethodInfo find = typeof(ApiKeys).GetMethod(nameof(ApiKeys.Find))!;
        MethodInfo compare = typeof(CryptographicOperations).GetMethod(nameof(CryptographicOperations.FixedTimeEquals), [typeof(ReadOnlySpan<byte>), typeof(ReadOnlySpan<byte>)])!;
        MethodBase[] called = [.. CalledBy(find)];
        Assert.Contains(compare, called);
        Assert.DoesNotContain(called, method => method.Name is "SequenceEqual" or "op_Equality" || (method.Name == "Equals" && method.DeclaringType != typeof(CryptographicOperations)));
    }

    [Fact]
    public void While_the_file_cannot_be_read_no_key_is_accepted()
    {
        (string text, _) = Keys.Add("a", AccessScope.Read);
        string good = System.IO.File.ReadAllText(File);
        ApiKeys keys = ApiKeys.Open(File, _clock);
        System.IO.File.WriteAllText(File, good[..20]);
        _clock.Pass(TimeSpan.FromSeconds(2));
        Assert.Null(keys.Find(text));
        Assert.Contains("is no file of API keys", keys.Problem, StringComparison.Ordinal);
        System.IO.File.Delete(File);
        _clock.Pass(TimeSpan.FromSeconds(2));
        Assert.Null(keys.Find(text));
        Assert.Contains("is not there", keys.Problem, StringComparison.Ordinal);
        System.IO.File.WriteAllText(File, good);
        _clock.Pass(TimeSpan.FromSeconds(2));
        Assert.NotNull(keys.Find(text));
        Assert.Null(keys.Problem);
    }

    [Fact]
    public void Keys_count_no_more_once_others_may_write_the_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes of files.");
        (string text, _) = Keys.Add("a", AccessScope.Read);
        ApiKeys keys = ApiKeys.Open(File, _clock);
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite);
        }
        _clock.Pass(TimeSpan.FromSeconds(2));
        Assert.Null(keys.Find(text));
        Assert.Contains("chmod 600", keys.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_others_may_write_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes of files.");
        Keys.Add("a", AccessScope.Read);
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite);
        }
        Assert.Contains("chmod 600", Assert.Throws<InvalidDataException>(() => ApiKeys.Open(File)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"version\": 0}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"version\": 2, \"keys\": []}")]
    [InlineData("{\"version\": 1, \"keys\": [null]}")]
    [InlineData("{\"version\": 1, \"keys\": [{\"name\": \"a\", \"id\": \"0123abcd\", \"sha256\": \"00\"}]}")]
    [InlineData("{\"version\": 1, \"keys\": [{\"name\": \"a\", \"id\": \"0123abcd\", \"sha256\": \"0000000000000000000000000000000000000000000000000000000000000000\", \"scope\": \"admin\"}]}")]
    [InlineData("{\"version\": 1, \"keys\": [{\"name\": \"a\", \"id\": \"0123abcd\", \"sha256\": \"0000000000000000000000000000000000000000000000000000000000000000\", \"scope\": \"read\", \"exipres\": \"2030-01-01T00:00:00Z\"}]}")]
    public void A_file_that_is_not_one_of_keys_is_refused(string content)
    {
        System.IO.File.WriteAllText(File, content);
        Assert.Contains("is no file of API keys", Assert.Throws<InvalidDataException>(() => ApiKeys.Open(File)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_is_taken_once_and_has_no_surprises()
    {
        Keys.Add("a", AccessScope.Read);
        Assert.Contains("has a key named \"a\" already", Assert.Throws<ArgumentException>(() => Keys.Add("a", AccessScope.Read)).Message, StringComparison.Ordinal);
        Assert.All(["", " a", "a\nb", "a\u001b[31m", new string('a', 65)], name => Assert.Throws<ArgumentException>(() => Keys.Add(name, AccessScope.Read)));
        Assert.Contains("has no key named \"b\"", Assert.Throws<ArgumentException>(() => Keys.Revoke("b")).Message, StringComparison.Ordinal);
        Assert.Single(Keys.Read());
    }

    [Fact]
    public void Keys_that_are_made_at_the_same_time_are_all_there()
    {
        Parallel.For(0, 12, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i => Keys.Add($"key {i}", AccessScope.Read));
        Assert.Equal(12, Keys.Read().Select(key => key.Id).Distinct().Count());
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>The methods that a method calls, by its code.</summary>
    private static IEnumerable<MethodBase> CalledBy(MethodInfo method)
    {
        byte[] code = method.GetMethodBody()!.GetILAsByteArray()!;
        for (int i = 0; i + 4 < code.Length; i++)
        {
            if (code[i] is not (0x28 or 0x6F))
            {
                continue;
            }
            MethodBase? called = null;
            try
            {
                called = method.Module.ResolveMethod(BitConverter.ToInt32(code, i + 1));
            }
            catch (ArgumentException)
            {
                // The byte was part of something else.
            }
            if (called is not null)
            {
                yield return called;
            }
        }
    }
}
