using Semblance.Index;
using Xunit;
using Xunit.Sdk;

namespace Semblance.Tests.Index.Reliability;

/// <summary>The power is cut at every operation on the disk; what was acknowledged is found, and nothing by half.</summary>
public sealed class PowerCutTests
{
    public static TheoryData<int, int, IdKind, string> Workloads => new()
    {
        { 1, 64, IdKind.Number, "every commit" },
        { 2, 100, IdKind.Text, "every commit" },
        { 3, 64, IdKind.Text, "none" },
        { 4, 256, IdKind.Number, "none" },
    };

    [Theory]
    [MemberData(nameof(Workloads))]
    public void What_was_acknowledged_is_found_whole_after_a_power_cut_at_any_operation(int seed, int bits, IdKind ids, string durability)
    {
        PowerCuts cuts = new(new Workload(seed, bits, ids, durability == "none" ? Durability.None : Durability.EveryCommit), seed, Effort.Of(2, 8), Effort.Of(1000, 12));
        cuts.Run(new SimulatedStore(), Effort.Of(6, 60));
        Effort.Report($"{cuts.Count} power cuts, {cuts.SecondCuts} of them while the index was opened again, at {cuts.Operations} operations; {bits} bits, ids {ids}, durability {durability}, seed {seed}");
        Assert.True(cuts.Count >= cuts.Operations * 2);
    }

    [Fact]
    public void A_disk_that_does_not_sync_is_found_out()
    {
        PowerCuts cuts = new(new Workload(1, 64, IdKind.Number, Durability.EveryCommit), 1, 2, 1000);
        Assert.Throws<XunitException>(() => cuts.Run(new SimulatedStore { Lies = true }, 12));
    }
}
