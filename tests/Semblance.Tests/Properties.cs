using FsCheck;
using FsCheck.Fluent;

namespace Semblance.Tests;

/// <summary>Checks of properties that try the same random cases in every run.</summary>
internal static class Properties
{
    /// <summary>Fails with the smallest counter-example where a property does not hold.</summary>
    /// <param name="property">What must hold for every case.</param>
    /// <param name="cases">How many random cases are tried.</param>
    public static void Hold(Property property, int cases = 100) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(cases).WithReplay(20260101, 3), property);
}
