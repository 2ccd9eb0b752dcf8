using Semblance.Losses.Experts;

namespace Semblance.Training;

/// <summary>Keys of losses over experts that learn together.</summary>
internal static class ExpertLossKeys
{
    public static EclOptions Ecl(Section section)
    {
        EclOptions defaults = new();
        return new()
        {
            ClassWeight = section.Number("lambda-class", defaults.ClassWeight, min: 0),
            DistillationWeight = section.Number("lambda-kd", defaults.DistillationWeight, min: 0),
            FeatureWeight = section.Number("lambda-feature", defaults.FeatureWeight, min: 0),
            ContrastWeight = section.Number("lambda-contrast", defaults.ContrastWeight, min: 0),
            Ramp = section.Number("ramp", defaults.Ramp, min: 0),
            Softmax = Softmax(section),
            Distillation = Distillation(section, "distillation-prior"),
            Feature = Feature(section, "feature-mode"),
            Contrast = Contrast(section, "contrast-temperature"),
        };
    }

    public static ExpertSoftmaxOptions Softmax(Section section) => new() { Prior = section.Flag("prior", new ExpertSoftmaxOptions().Prior) };

    public static ReweightedDistillationOptions Distillation(Section section) => Distillation(section, "prior");

    public static FeatureDistillationOptions Feature(Section section) => Feature(section, "mode");

    public static ExpertContrastOptions Contrast(Section section) => Contrast(section, "temperature");

    public static NclOptions Ncl(Section section)
    {
        NclOptions defaults = new();
        return new()
        {
            HardClasses = section.IntOrNull("hard-classes", defaults.HardClasses, min: 1),
            FullRatio = section.Number("ce-ratio", defaults.FullRatio, min: 0),
            HardRatio = section.Number("hard-ratio", defaults.HardRatio, min: 0),
            NbodFactor = section.Number("nbod-factor", defaults.NbodFactor, min: 0),
            HardNbodFactor = section.Number("nbod-hard-factor", defaults.HardNbodFactor, min: 0),
            Mask = section.Choice("mask-mode", defaults.Mask),
            DetachTeacher = section.Flag("detach-teacher", defaults.DetachTeacher),
            ContrastWeight = section.Number("lambda-contrast", defaults.ContrastWeight, min: 0),
            Contrast = Contrast(section, "contrast-temperature"),
        };
    }

    public static RideOptions Ride(Section section)
    {
        RideOptions defaults = new();
        return new()
        {
            Margin = section.Number("margin", defaults.Margin, min: 0),
            Scale = section.Number("scale", defaults.Scale, above: 0),
            Diversity = section.Number("diversity", defaults.Diversity, min: 0),
            Temperature = section.Number("temperature", defaults.Temperature, above: 0),
            ClassFactor = section.Number("class-factor", defaults.ClassFactor, min: 0, below: 1),
            ReweightFrom = section.NumberOrNull("reweight-from", defaults.ReweightFrom, min: 0),
        };
    }

    public static SadeOptions Sade(Section section) => new() { Tau = section.Number("tau", new SadeOptions().Tau, min: 0) };

    public static CoTeachingOptions CoTeaching(Section section)
    {
        CoTeachingOptions defaults = new();
        return new()
        {
            ForgetRate = section.Number("forget-rate", defaults.ForgetRate, min: 0, below: 1),
            GradualEpochs = section.Number("gradual-epochs", defaults.GradualEpochs, above: 0),
            Prior = section.Flag("prior", defaults.Prior),
        };
    }

    public static PacoOptions Paco(Section section)
    {
        PacoOptions defaults = new();
        return new()
        {
            Alpha = section.Number("alpha", defaults.Alpha, min: 0),
            Beta = section.Number("beta", defaults.Beta, above: 0),
            Gamma = section.Number("gamma", defaults.Gamma, min: 0),
            Temperature = section.Number("temperature", defaults.Temperature, above: 0),
            ClassTemperature = section.Number("class-temperature", defaults.ClassTemperature, above: 0),
            Queue = section.Int("queue", defaults.Queue, min: 1),
            Wrap = section.Flag("wrap", defaults.Wrap),
        };
    }

    private static ReweightedDistillationOptions Distillation(Section section, string prior)
    {
        ReweightedDistillationOptions defaults = new();
        return new()
        {
            Temperature = section.Number("temperature", defaults.Temperature, above: 0),
            Rho = section.Number("rho", defaults.Rho, min: 0),
            LeastWeight = section.Number("w-min", defaults.LeastWeight, above: 0),
            LargestWeight = section.Number("w-max", defaults.LargestWeight, above: 0),
            Granularity = section.Choice("granularity", defaults.Granularity),
            Normalize = section.Flag("normalize", defaults.Normalize),
            Prior = section.Flag(prior, defaults.Prior),
        };
    }

    private static FeatureDistillationOptions Feature(Section section, string mode)
    {
        FeatureDistillationOptions defaults = new();
        return new()
        {
            Mode = section.Choice(mode, defaults.Mode),
            DetachTeacher = section.Flag("detach-teacher", defaults.DetachTeacher),
        };
    }

    private static ExpertContrastOptions Contrast(Section section, string temperature)
    {
        ExpertContrastOptions defaults = new();
        return new()
        {
            Temperature = section.Number(temperature, defaults.Temperature, above: 0),
            Queue = section.Int("queue", defaults.Queue, min: 1),
            Wrap = section.Flag("wrap", defaults.Wrap),
        };
    }
}
