using System.Text.Json;
using Npgsql;
using Semblance.Serving.Stores;
using Semblance.Tests.Serving.Postgres;
using Xunit;

namespace Semblance.Tests.Serving;

/// <summary>Containment of JSON is that of PostgreSQL.</summary>
[Collection(PostgresTests.Name)]
public sealed class JsonContainmentTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData("""{"a": 1, "b": [1, 2]}""", """{"b": [2]}""", true)]
    [InlineData("""[1, [2, 3]]""", """[[3]]""", true)]
    [InlineData("""[1, [2, 3]]""", """[3]""", false)]
    [InlineData("""["a"]""", "\"a\"", true)]
    [InlineData("\"a\"", """["a"]""", false)]
    [InlineData("""[["a"]]""", "\"a\"", false)]
    [InlineData("""{"a": 1, "a": 2}""", """{"a": 1}""", false)]
    [InlineData("""{"a": 2}""", """{"a": 1, "a": 2}""", true)]
    [InlineData("10e-1", "1.000", true)]
    [InlineData("0.1000000000000000055511151231257827", "0.1", false)]
    [InlineData("123456789012345678901234567890123456789", "123456789012345678901234567890123456788", false)]
    [InlineData("-0", "0", true)]
    [InlineData("1e131071", "1e131071", true)]
    [InlineData("1e131072", "1e131072", false)]
    [InlineData("1e-16384", "1e-16384", false)]
    [InlineData("\"\\u0000\"", "\"\\u0000\"", false)]
    [InlineData("\"\\ud800\"", "\"\\ud800\"", false)]
    [InlineData("\"\\ud83d\\ude00\"", "\"😀\"", true)]
    [InlineData("{}", "[]", false)]
    public void It_is_as_documented(string outer, string inner, bool contained) => Assert.Equal(contained, JsonContainment.Contains(Parse(outer), Parse(inner)));

    [Fact]
    public void It_is_that_of_the_server()
    {
        Random random = new(1);
        using NpgsqlConnection connection = new($"Host=127.0.0.1;Port={postgres.Cluster.Port};Username=postgres;Database=postgres;Pooling=false");
        connection.Open();
        postgres.Cluster.Execute("""
            CREATE FUNCTION pg_temp_contains(a text, b text) RETURNS boolean LANGUAGE plpgsql AS $$
            BEGIN RETURN a::jsonb @> b::jsonb; EXCEPTION WHEN data_exception THEN RETURN false; END $$
            """);
        int contained = 0;
        for (int round = 0; round < 20; round++)
        {
            (string Outer, string Inner)[] pairs = [.. Enumerable.Range(0, 500).Select(_ => Pair(random))];
            using NpgsqlCommand command = new("SELECT pg_temp_contains(a, b) FROM unnest($1, $2) WITH ORDINALITY AS t (a, b, n) ORDER BY n", connection);
            command.Parameters.Add(new NpgsqlParameter { Value = Array.ConvertAll(pairs, pair => pair.Outer) });
            command.Parameters.Add(new NpgsqlParameter { Value = Array.ConvertAll(pairs, pair => pair.Inner) });
            using NpgsqlDataReader reader = command.ExecuteReader();
            foreach ((string outer, string inner) in pairs)
            {
                Assert.True(reader.Read());
                Assert.True(reader.GetBoolean(0) == JsonContainment.Contains(Parse(outer), Parse(inner)), $"{outer} @> {inner} is {reader.GetBoolean(0)} on the server");
                contained += reader.GetBoolean(0) ? 1 : 0;
            }
        }
        Assert.InRange(contained, 1000, 9000);
    }

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;

    /// <summary>A value and another, mostly a part of it that was changed a little.</summary>
    private static (string Outer, string Inner) Pair(Random random)
    {
        int seed = random.Next();
        return (Value(new Random(seed), 3, 1.0), random.Next(4) == 0 ? Value(random, 2, 1.0) : Value(new Random(seed), 3, random.Next(3) == 0 ? 0.95 : 0.6));
    }

    /// <summary>A value; with a share below 1 parts of it are left out.</summary>
    private static string Value(Random random, int depth, double share)
    {
        string[] scalars = ["0", "-0", "1", "1.0", "10e-1", "1E0", "-1", "1e400", "0.1", "0.10000000000000000000001", "12345678901234567890123", "12345678901234567890123.0", "null", "true", "false", "\"\"", "\"a\"", "\"\\u0061\"", "\"\\n\"", "\"😀\"", "\"\\ud83d\\ude00\"", "\"\\\\u0000\""];
        string[] rare = ["\"\\u0000\"", "\"\\udc00\"", "1e131072", "1e-16384", "0e-16384", "0e99999999999"];
        int kind = random.Next(depth > 0 ? 8 : 4);
        if (kind < 4)
        {
            return random.Next(60) == 0 ? rare[random.Next(rare.Length)] : scalars[random.Next(scalars.Length)];
        }
        List<string> parts = [];
        for (int count = random.Next(4); count > 0; count--)
        {
            string key = new[] { "\"a\"", "\"b\"", "\"\\u0061\"", "\"\"" }[random.Next(4)];
            bool kept = new Random(random.Next()).NextDouble() < share;
            string value = Value(random, depth - 1, share);
            if (kept)
            {
                parts.Add(kind < 6 ? $"{key}: {value}" : value);
            }
        }
        return kind < 6 ? $"{{{string.Join(", ", parts)}}}" : $"[{string.Join(",", parts)}]";
    }
}
