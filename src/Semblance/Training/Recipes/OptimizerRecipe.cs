namespace Semblance.Training;

/// <summary>How weights move.</summary>
public enum OptimizerKind
{
    /// <summary>Stochastic gradient descent.</summary>
    Sgd,

    /// <summary>Adam; weight decay is part of the gradient.</summary>
    Adam,

    /// <summary>AdamW; weight decay is apart from the gradient.</summary>
    Adamw,

    /// <summary>RMSprop; weight decay is part of the gradient.</summary>
    Rmsprop,
}

/// <summary>How weights move; the defaults are PyTorch's.</summary>
public sealed record OptimizerRecipe
{
    /// <summary>The rule.</summary>
    public OptimizerKind Kind { get; init; } = OptimizerKind.Adamw;

    /// <summary>Learning rate, before the schedule's factor.</summary>
    public double LearningRate { get; init; } = 0.001;

    /// <summary>Momentum of SGD.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Whether SGD looks ahead.</summary>
    public bool Nesterov { get; init; }

    /// <summary>Weight decay.</summary>
    public double WeightDecay { get; init; }

    /// <summary>How slowly Adam's two averages move.</summary>
    public ValueList<double> Betas { get; init; } = [0.9, 0.999];

    /// <summary>How slowly RMSprop's average moves.</summary>
    public double Smoothing { get; init; } = 0.99;

    /// <summary>Added to the denominator of Adam and RMSprop.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Parameters with settings of their own; a parameter belongs to the first group that it matches.</summary>
    public ValueList<ParameterGroupRecipe> Groups { get; init; } = [];

    /// <summary>Longest gradient, over all parameters together; null for any.</summary>
    public double? ClipNorm { get; init; }

    internal static OptimizerRecipe Read(Section section)
    {
        OptimizerRecipe defaults = new();
        OptimizerKind kind = section.Choice("kind", defaults.Kind);
        Section sgd = section.When(kind == OptimizerKind.Sgd, "kind: sgd");
        Section adam = section.When(kind is OptimizerKind.Adam or OptimizerKind.Adamw, "kind: adam or adamw");
        Section rmsprop = section.When(kind == OptimizerKind.Rmsprop, "kind: rmsprop");
        Section dividing = section.When(kind != OptimizerKind.Sgd, "kind: adam, adamw or rmsprop");
        OptimizerRecipe read = new()
        {
            Kind = kind,
            LearningRate = section.Number("lr", defaults.LearningRate, above: 0),
            Momentum = sgd.Number("momentum", defaults.Momentum, min: 0, below: 1),
            Nesterov = sgd.Flag("nesterov", defaults.Nesterov),
            WeightDecay = section.Number("weight-decay", defaults.WeightDecay, min: 0),
            Betas = adam.Numbers("betas", defaults.Betas, count: 2, min: 0, below: 1),
            Smoothing = rmsprop.Number("smoothing", defaults.Smoothing, min: 0, below: 1),
            Epsilon = dividing.Number("eps", defaults.Epsilon, above: 0),
            Groups = section.List("groups", ParameterGroupRecipe.Read),
            ClipNorm = section.NumberOrNull("clip-norm", defaults.ClipNorm, above: 0),
        };
        if (read is { Nesterov: true, Momentum: 0 })
        {
            sgd.Fault("nesterov", $"{section.Path}.nesterov is true and momentum is 0; looking ahead needs a momentum above 0.");
        }
        return read;
    }
}

/// <summary>Parameters with settings of their own.</summary>
public sealed record ParameterGroupRecipe
{
    /// <summary>Which parameters, by name: a prefix such as <c>backbone.</c>, or a pattern in which <c>*</c> is any letters, such as <c>*.bias</c>.</summary>
    public string Match { get; init; } = "";

    /// <summary>Their learning rate as a multiple of the optimizer's; 0 keeps them as they are.</summary>
    public double LearningRateScale { get; init; } = 1;

    /// <summary>Their weight decay; null for the optimizer's.</summary>
    public double? WeightDecay { get; init; }

    /// <summary>Their learning rate itself; null where it is a multiple.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Their learning rate, given the optimizer's.</summary>
    public double RateOf(double optimizer) => LearningRate ?? (optimizer * LearningRateScale);

    /// <summary>Whether a parameter belongs to the group.</summary>
    /// <param name="parameter">Its whole name, such as <c>backbone.conv1.weight</c>.</param>
    public bool Matches(string parameter) => NamePattern.Matches(Match, parameter);

    internal static ParameterGroupRecipe Read(Section section)
    {
        ParameterGroupRecipe defaults = new();
        string match = section.RequiredText("match");
        double? rate = section.NumberOrNull("lr", defaults.LearningRate, min: 0);
        return new()
        {
            Match = match,
            LearningRate = rate,
            LearningRateScale = section.When(rate is null, "lr: null").Number("lr-scale", defaults.LearningRateScale, min: 0),
            WeightDecay = section.NumberOrNull("weight-decay", defaults.WeightDecay, min: 0),
        };
    }
}
