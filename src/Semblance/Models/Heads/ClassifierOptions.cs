using Semblance.Models.Layers;

namespace Semblance.Models.Heads;

/// <summary>How a classifier makes logits.</summary>
public enum ClassifierKind
{
    /// <summary>w · x + b.</summary>
    Linear,

    /// <summary>scale cos(w, x), so that no class wins by the length of its weights.</summary>
    Cosine,
}

/// <summary>How a classifier makes logits of what lies before it.</summary>
public sealed record ClassifierOptions
{
    /// <summary>The rule.</summary>
    public ClassifierKind Kind { get; init; }

    /// <summary>What cosines are multiplied by; above 0.</summary>
    public double Scale { get; init => field = Require.Positive(value); } = 16;

    /// <summary>Whether each class has a constant of its own; null for one with <see cref="ClassifierKind.Linear"/> and none with <see cref="ClassifierKind.Cosine"/>.</summary>
    public bool? Bias { get; init; }

    /// <summary>Whether the logits of each class are multiplied by a factor that can be learned, 1 at first; only with <see cref="ClassifierKind.Linear"/>.</summary>
    public bool ClassScales { get; init; }

    /// <summary>Whether logits are cosines as they are.</summary>
    public bool GivesCosines => Kind == ClassifierKind.Cosine && Scale == 1 && Bias != true;

    /// <summary>The layer, without weights.</summary>
    /// <param name="inputs">Numbers in.</param>
    /// <param name="classes">Classes.</param>
    public Module Layer(int inputs, int classes) => Kind == ClassifierKind.Cosine
        ? new CosineLinear(inputs, classes, Scale, Bias ?? false)
        : ClassScales ? new ScaledLinear(inputs, classes, Bias ?? true) : new Linear(inputs, classes, Bias ?? true);
}
