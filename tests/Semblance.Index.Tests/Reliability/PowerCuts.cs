using System.Runtime.ExceptionServices;
using Semblance.Index;
using Semblance.Index.Storage;
using Xunit;
using Xunit.Sdk;

namespace Semblance.Tests.Index.Reliability;

/// <summary>Cuts the power at every operation of a workload and looks at what is found afterwards; and again while that is being opened.</summary>
/// <param name="workload">What is cut.</param>
/// <param name="seed">Seed of everything random.</param>
/// <param name="tearings">Cuts at every operation, each with another choice of what is left.</param>
/// <param name="secondCutsEvery">At one operation in so many, and at every switch of the manifest, the power is cut again at every operation of the opening that follows.</param>
internal sealed class PowerCuts(Workload workload, int seed, int tearings, int secondCutsEvery)
{
    private readonly Random _random = new(seed);
    private readonly List<string> _places = [];
    private ExceptionDispatchInfo? _failure;
    private int _next;

    /// <summary>Cuts so far.</summary>
    public int Count { get; private set; }

    /// <summary>Those of them that came while an index was opened after a cut or a kill.</summary>
    public int SecondCuts { get; private set; }

    /// <summary>Operations at which the power was cut in the workload.</summary>
    public int Operations { get; private set; }

    /// <summary>Runs the workload with a cut at every operation.</summary>
    public void Run(SimulatedStore store, int steps)
    {
        store.AtEveryOperation = operation => Try($"operation {Operations} ({operation}) of '{workload.Doing}'", () => CutAt(store, operation));
        workload.Run(store, steps);
        _failure?.Throw();
    }

    private void CutAt(SimulatedStore store, string operation)
    {
        Operations++;
        for (int i = 0; i < tearings; i++)
        {
            // Where there are fewer than there are plain ones, plain and random ones take turns.
            Tearing tearing = new(tearings > Tearing.Plain ? i : (Count % 2 * Tearing.Plain) + (Operations % Tearing.Plain), _random.Next());
            Try(tearing.ToString(), () => Recover(store.AfterCut(tearing), workload.Expectation.Copy()));
            Count++;
        }

        if (Operations % secondCutsEvery == 0 || operation.StartsWith("rename", StringComparison.Ordinal))
        {
            Tearing first = new(Tearing.Plain, _random.Next());
            Try($"second cut after {first}", () => RecoverWithCuts(store.AfterCut(first)));
            Try("cut after a kill", () => RecoverWithCuts(store.AfterKill()));
        }
    }

    private void RecoverWithCuts(SimulatedStore store)
    {
        Expectation expectation = workload.Expectation.Copy();
        store.AtEveryOperation = operation =>
        {
            for (int choice = 0; choice < 2; choice++)
            {
                // A random one, and every plain one in turn.
                Tearing second = new(choice == 0 ? Tearing.Plain : SecondCuts % Tearing.Plain, _random.Next());
                Try($"at '{operation}', {second}", () => Recover(store.AfterCut(second), expectation.Copy()));
                Count++;
                SecondCuts++;
            }
        };
        Recover(store, expectation);
    }

    /// <summary>Opens what is left, looks at it, writes to it, and looks at it again.</summary>
    private void Recover(SimulatedStore store, Expectation expectation)
    {
        Item marker = workload.Marker(++_next);
        Oracle oracle;
        using (LiveIndex index = Open(store, expectation))
        {
            using (Snapshot snapshot = index.Snapshot())
            {
                oracle = expectation.Found(snapshot);
                Search(snapshot, oracle);
            }

            oracle.Put([marker]);
            expectation.Begin(oracle);
            Assert.False(index.Upsert(marker));
            expectation.End(durable: workload.Options.Durability == Durability.EveryCommit);
        }

        expectation.End(durable: true);
        using LiveIndex reader = LiveIndex.OpenRead(store);
        using Snapshot again = reader.Snapshot();
        expectation.Found(again);
    }

    private LiveIndex Open(SimulatedStore store, Expectation expectation) =>
        expectation.MayBeMissing && !store.List().Contains(FileNames.Manifest) ? LiveIndex.Create(store, workload.Options) : LiveIndex.Open(store, workload.Options);

    private void Search(Snapshot snapshot, Oracle oracle)
    {
        // The workload's own source of codes must not be drawn from: what it does next would depend on the cuts.
        ulong[] query = oracle.Items.Count == 0 ? new ulong[Codes.WordsFor(workload.Options.Bits)] : oracle.Items.Values.ElementAt(_random.Next(oracle.Items.Count)).Code.ToArray();
        int k = _random.Next(1, 12);
        Assert.Equal(oracle.Nearest(query, k), snapshot.Nearest(query, k));
    }

    private void Try(string where, Action check)
    {
        if (_failure is not null)
        {
            return;
        }

        try
        {
            _places.Add(where);
            check();
        }
        catch (Exception fault) when (_failure is null)
        {
            _failure = ExceptionDispatchInfo.Capture(new XunitException($"{string.Join(": ", _places)}: {fault.Message}", fault));
        }
        finally
        {
            _places.RemoveAt(_places.Count - 1);
        }
    }
}
