using Semblance.Serving.Stores;
using Xunit;

namespace Semblance.Tests.Serving.Postgres;

/// <summary>One server for the tests that need no other.</summary>
public sealed class PostgresFixture : IDisposable
{
    private readonly Lazy<PostgresCluster> _cluster = new(() => PostgresCluster.Start());
    private int _made;

    internal PostgresCluster Cluster => _cluster.Value;

    /// <summary>A name that no other test has.</summary>
    public string NewName() => $"t{Interlocked.Increment(ref _made)}";

    /// <summary>An index of its own.</summary>
    public Task<ISearchStore> MakeAsync(int bits, Semblance.Index.IdKind ids, string? name = null) =>
        SearchStores.OpenAsync(Cluster.Url(name ?? NewName()), new StoreOptions { CreateBits = bits, CreateIds = ids }, TestContext.Current.CancellationToken);

    public void Dispose()
    {
        if (_cluster.IsValueCreated)
        {
            _cluster.Value.Dispose();
        }
    }
}

/// <summary>The tests that share it.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresTests : ICollectionFixture<PostgresFixture>
{
    public const string Name = "PostgreSQL";
}
