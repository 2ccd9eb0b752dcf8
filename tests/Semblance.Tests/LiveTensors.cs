using Semblance.Tensors;

namespace Semblance.Tests;

/// <summary>Counts tensors for tests that demand that none is left behind.</summary>
internal static class LiveTensors
{
    /// <summary>Tensors that are alive, once those that earlier tests dropped are gone: they must not be freed while a test counts.</summary>
    public static long Count()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.LiveCount;
    }
}
