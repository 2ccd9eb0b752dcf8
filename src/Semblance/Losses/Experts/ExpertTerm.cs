namespace Semblance.Losses.Experts;

/// <summary>A loss without parameters or memory as a term of an objective.</summary>
/// <param name="forward">The loss.</param>
internal sealed class ExpertTerm(Func<TermInput, TermValue> forward) : ITerm
{
    /// <inheritdoc/>
    public bool WeighsImages => true;

    /// <inheritdoc/>
    public TermValue Forward(TermInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return forward(input);
    }
}
