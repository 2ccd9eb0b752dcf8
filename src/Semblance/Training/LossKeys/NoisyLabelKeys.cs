using Semblance.Losses.Logits;

namespace Semblance.Training;

/// <summary>Keys of losses over logits that bear wrong labels.</summary>
internal static class NoisyLabelKeys
{
    public static GeneralizedCrossEntropyOptions GeneralizedCrossEntropy(Section section) => new() { Q = section.Number("q", new GeneralizedCrossEntropyOptions().Q, min: 0, max: 1), Output = LogitLossKeys.Output(section) };

    public static SymmetricCrossEntropyOptions SymmetricCrossEntropy(Section section)
    {
        SymmetricCrossEntropyOptions defaults = new();
        return new()
        {
            Alpha = section.Number("alpha", defaults.Alpha, min: 0),
            Beta = section.Number("beta", defaults.Beta, min: 0),
            LogZero = section.Number("log-zero", defaults.LogZero, max: 0),
            Output = LogitLossKeys.Output(section),
        };
    }

    public static EarlyLearningOptions EarlyLearning(Section section)
    {
        EarlyLearningOptions defaults = new();
        return new() { Beta = section.Number("beta", defaults.Beta, min: 0, below: 1), Lambda = section.Number("lambda", defaults.Lambda, min: 0), Output = LogitLossKeys.Output(section) };
    }

    public static BootstrappingOptions Bootstrapping(Section section) =>
        new() { Hard = section.Flag("hard", false), Beta = section.NumberOr("beta", "auto", null, min: 0, max: 1), Output = LogitLossKeys.Output(section) };

    public static ForwardCorrectionOptions ForwardCorrection(Section section)
    {
        ForwardCorrectionOptions defaults = new();
        TransitionKind kind = section.Choice("kind", defaults.Kind);
        Section file = section.When(kind == TransitionKind.File, "kind: file");
        ForwardCorrectionOptions read = new()
        {
            Kind = kind,
            Rate = section.When(kind != TransitionKind.File, "kind: symmetric or pair").Number("rate", defaults.Rate, min: 0, below: 1),
            File = file.TextOrNull("file", defaults.File),
            Output = LogitLossKeys.Output(section),
        };
        if (read.File is null)
        {
            file.Fault("file", $"{section.Path}.file is missing; kind: file needs the path of a matrix of label transitions.");
        }
        return read;
    }

    public static SmallLossOptions SmallLoss(Section section)
    {
        SmallLossOptions defaults = new();
        return new() { Noise = section.Number("noise", defaults.Noise, min: 0, below: 1), Ramp = section.Number("ramp", defaults.Ramp, min: 0), Output = LogitLossKeys.Output(section) };
    }
}
