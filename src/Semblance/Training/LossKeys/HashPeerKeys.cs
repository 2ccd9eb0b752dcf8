using Semblance.Losses.Hashing;

namespace Semblance.Training;

/// <summary>Keys of hash methods that compare a batch with a bank of codes.</summary>
internal static class HashPeerKeys
{
    public static DshOptions Dsh(Section section) => new()
    {
        Margin = section.NumberOr("margin", "auto", new DshOptions().Margin, above: 0),
        QuantizationWeight = Alpha(section, new DshOptions()),
        References = References(section),
        Output = Output(section),
    };

    public static DpshOptions Dpsh(Section section) => new() { QuantizationWeight = Alpha(section, new DpshOptions()), References = References(section), Output = Output(section) };

    public static DhnOptions Dhn(Section section) => new() { QuantizationWeight = Alpha(section, new DhnOptions()), References = References(section), Output = Output(section) };

    public static DbdhOptions Dbdh(Section section) => new()
    {
        Power = section.Int("p", new DbdhOptions().Power, min: 1, max: 2),
        QuantizationWeight = Alpha(section, new DbdhOptions()),
        References = References(section),
        Output = Output(section),
    };

    public static IdhnOptions Idhn(Section section) => new()
    {
        Alpha = section.Number("alpha", new IdhnOptions().Alpha, above: 0),
        Gamma = section.Number("gamma", new IdhnOptions().Gamma, min: 0),
        QuantizationWeight = section.Number("lambda", new IdhnOptions().QuantizationWeight, min: 0),
        References = References(section),
        Output = Output(section),
    };

    public static IsdhOptions Isdh(Section section) => new()
    {
        Alpha = section.Number("alpha", new IsdhOptions().Alpha, above: 0),
        Gamma = section.Number("gamma", new IsdhOptions().Gamma, min: 0),
        QuantizationWeight = section.Number("lambda", new IsdhOptions().QuantizationWeight, min: 0),
        References = References(section),
        Output = Output(section),
    };

    public static DsdhOptions Dsdh(Section section)
    {
        DiscreteCodesOptions defaults = new();
        DiscreteCodesOptions discrete = new()
        {
            Mu = section.Number("mu", defaults.Mu, above: 0),
            Nu = section.Number("nu", defaults.Nu, above: 0),
            Eta = section.Number("eta", defaults.Eta, min: 0),
            Passes = section.Int("passes", defaults.Passes, min: 0),
            Pull = section.Number("pull", defaults.Pull, min: 0),
        };
        return new() { Discrete = discrete, Output = Output(section) };
    }

    public static DfhOptions Dfh(Section section)
    {
        FisherCentersOptions defaults = new();
        FisherCentersOptions centers = new()
        {
            Mu = section.Number("mu", defaults.Mu, min: 0),
            Between = section.Number("between", defaults.Between, min: 0),
            Sharpness = section.Number("sharpness", defaults.Sharpness, min: 0),
            Steps = section.Int("center-steps", defaults.Steps, min: 0),
            Rate = section.Number("center-rate", defaults.Rate, above: 0),
        };
        return new()
        {
            Margin = section.Number("margin", new DfhOptions().Margin),
            QuantizationWeight = section.Number("eta", new DfhOptions().QuantizationWeight, min: 0),
            Centers = centers,
            References = References(section),
            Output = Output(section),
        };
    }

    private static double Alpha(Section section, BankHashOptions defaults) => section.Number("alpha", defaults.QuantizationWeight, min: 0);

    private static HashReferences References(Section section) => section.Choice("references", HashReferences.Bank);

    private static string Output(Section section) => section.Text("output", new DpshOptions().Output);
}
