namespace Semblance.Training;

/// <summary>Hears of a run and says nothing, for programs that show no progress.</summary>
public sealed class SilentObserver : IRunObserver
{
    /// <inheritdoc/>
    public void Started(RunOutline outline)
    {
    }

    /// <inheritdoc/>
    public void Stepped(StepReport report)
    {
    }

    /// <inheritdoc/>
    public void Progressed(string what, int done, int total)
    {
    }

    /// <inheritdoc/>
    public void Validated(ValidationReport report)
    {
    }

    /// <inheritdoc/>
    public void Noted(string message)
    {
    }

    /// <inheritdoc/>
    public void Warned(string message)
    {
    }
}
