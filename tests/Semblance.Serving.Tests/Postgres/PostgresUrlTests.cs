using System.Collections;
using Semblance.Index;
using Semblance.Serving.Postgres;
using Semblance.Tests.Index;
using Xunit;

namespace Semblance.Tests.Serving.Postgres;

/// <summary>What needs no server: URLs, and codes as bit strings.</summary>
public sealed class PostgresUrlTests
{
    [Fact]
    public void A_url_is_read_as_libpq_reads_it()
    {
        PostgresUrl url = PostgresUrl.Parse("postgresql://me:p%40ss%2Fw@db.local:6543/im%20ages?index=photos&schema=other&workers=7&timeout=5&sslmode=verify-full&pool=3&prepare=0");

        Assert.Equal(("photos", "other", 7, 5.0), (url.Index, url.Schema, url.Workers!.Value, url.Timeout.TotalSeconds));
        Assert.Equal(("me", "p@ss/w", "db.local", 6543, "im ages"), (url.Connection.Username, url.Connection.Password, url.Connection.Host, url.Connection.Port, url.Connection.Database));
        Assert.Equal(("VerifyFull", 3, 0), (url.Connection.SslMode.ToString(), url.Connection.MaxPoolSize, url.Connection.MaxAutoPrepare));
        Assert.Equal("postgres://me@db.local:6543/im%20ages?index=photos&schema=other", url.ToString());
    }

    [Fact]
    public void What_a_url_leaves_out_has_its_default()
    {
        PostgresUrl url = PostgresUrl.Parse("postgres:///images?host=/run/postgresql&user=me");

        Assert.Equal(("main", "semblance", "/run/postgresql", "me", 60.0), (url.Index, url.Schema, url.Connection.Host, url.Connection.Username, url.Timeout.TotalSeconds));
        Assert.Null(url.Workers);
        Assert.Equal("postgres://me@%2Frun%2Fpostgresql:5432/images?index=main", url.ToString());
        Assert.Equal(("::1", 5433), (PostgresUrl.Parse("postgres://me@[::1]:5433/x").Connection.Host, PostgresUrl.Parse("postgres://me@[::1]:5433/x").Connection.Port));
    }

    [Theory]
    [InlineData("postgres://me:secret@h/db?indx=a", "nearest is index")]
    [InlineData("postgres://me:secret@h/db?index=Photos", "small letters")]
    [InlineData("postgres://me:secret@h/db?index=a;drop", "small letters")]
    [InlineData("postgres://me:secret@h/db?schema=a.b", "small letters")]
    [InlineData("postgres://me:secret@h/db?timeout=0", "from 1 to 86400")]
    [InlineData("postgres://me:secret@h/db?sslmode=on", "verify-full")]
    [InlineData("postgres://me:secret@h/db?index", "without a value")]
    [InlineData("postgres://me:secret@x@h/db", "%40")]
    public void A_url_that_is_wrong_is_refused_without_its_password(string url, string words)
    {
        ArgumentException fault = Assert.Throws<ArgumentException>(() => PostgresUrl.Parse(url));
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_urls_of_databases_are_such()
    {
        Assert.True(PostgresUrl.Is("postgres://x") && PostgresUrl.Is("postgresql://x"));
        Assert.False(PostgresUrl.Is("photos.index") || PostgresUrl.Is("postgres"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(77)]
    [InlineData(512)]
    public void A_bit_of_a_code_is_the_character_of_its_place(int bits)
    {
        Codes codes = RandomCodes.Make(bits, 20, bits);
        for (int row = 0; row < codes.Count; row++)
        {
            BitArray array = BitStrings.ToBits(codes[row], bits);
            byte[] binary = new byte[codes.BytesPerCode];
            BitStrings.Write(codes[row], binary);
            for (int bit = 0; bit < bits; bit++)
            {
                Assert.Equal(codes.Bit(row, bit), array[bit]);
                Assert.Equal(codes.Bit(row, bit), (binary[bit / 8] & (0x80 >> (bit % 8))) != 0);
            }
            Assert.Equal(codes[row].ToArray(), BitStrings.ToWords(array));
        }
    }
}
