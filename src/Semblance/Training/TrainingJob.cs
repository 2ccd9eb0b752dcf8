using Semblance.Data;
using Semblance.Data.Loading;
using Semblance.Losses;
using Semblance.Losses.Logits;
using Semblance.Losses.Pairs;
using Semblance.Models;
using Semblance.Models.Experts;
using Semblance.Sampling;
using Semblance.Tensors;
using Semblance.Training.Curricula;
using Semblance.Training.Optimizers;
using Semblance.Training.Trees;

namespace Semblance.Training;

/// <summary>Everything that a recipe describes, made: images, model, objective, optimizer, order.</summary>
public sealed class TrainingJob : IDisposable
{
    // Images of up to this much memory, decoded, are kept; small sets are then decoded once.
    private const long PixelCacheBytes = 1L << 30;

    // What golden cases and tests of hash methods cover.
    private const int FewestBits = 8;
    private const int MostBits = 1024;

    private readonly IBatchSampler first;
    private readonly TermContext context;

    /// <summary>Makes the parts.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="data">The images, as <see cref="DataOpening.Open"/> opened them.</param>
    /// <exception cref="InvalidDataException">Data, weights or settings do not fit together.</exception>
    public TrainingJob(Recipe recipe, Dataset data)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(data);
        Recipe = recipe;
        Device = Device.Parse(recipe.Device);
        RequireDevice(Device);
        Parts = DataParts.Of(data, recipe.Data);
        Model = ModelBuilder.Make(recipe, data.ClassNames.Count);
        RequireMeasurable(recipe, Model, data.MultiLabel);
        RequireCosines(recipe);
        RequireKnownClasses(recipe, Parts);
        RequireSize(recipe, Model);
        first = MakeSampler(recipe, Parts.Train);
        Mixer = recipe.Mix is { } mix ? new Mixer(mix, Parts.Train, recipe.Seed) : null;
        Tree = recipe.Tree is null ? null : new TrainingTree(recipe, Parts.Train, first);
        context = new(data.ClassNames.Count, Model.RepresentationCount, recipe.Seed) { Device = Device, Items = Parts.Train.Count, ClassCounts = [.. Parts.Train.ClassCounts().Select(count => (long)count)], MultiLabel = data.MultiLabel, Separation = Tree?.Separation, Experts = ShapeOf(Model.Experts), Batch = ImagesOfBatch(recipe.Sampler), EvenBatches = recipe.Curriculum is null && IsEven(recipe.Sampler, Parts.Train.Count) };
        Objective = MakeObjective(recipe, context);
        Warnings = [.. Objectives.Warnings(recipe.Objective, context), .. LengthWarnings(recipe.Model), .. WeightWarnings(recipe, Objective), .. ChunkWarnings(recipe, Model), .. KeyWarnings(recipe, Objective)];
        Momentum = Objective.Terms.Any(term => term.Term.NeedsKeys) ? ModelBuilder.Momentum(recipe, Model) : null;
        Optimizer = MakeOptimizer(ParameterGroups.Of([.. Model.Parameters(), .. Objective.Parameters], recipe.Optimizer), recipe.Optimizer);
        Average = recipe.Ema is { } ema ? new MovingAverage([.. Model.Parameters(), .. Model.Buffers()], ema.Decay) : null;
        StepsPerEpoch = (double)first.BatchesPerPass / recipe.Accumulate;
        Steps = recipe.Steps ?? (long)Math.Max(1, Math.Ceiling(recipe.Epochs!.Value * StepsPerEpoch));
        Curriculum = recipe.Curriculum is null ? null : new TrainingCurriculum(recipe, Parts.Train, Steps, images => MakeSampler(recipe, images));
        Schedule = new Schedule(recipe.Schedule, Steps, recipe.Steps is null ? StepsPerEpoch : 1, Curriculum is { Settings.Restart: true } curriculum ? curriculum.Times.Starts : null);
    }

    /// <summary>The recipe.</summary>
    public Recipe Recipe { get; }

    /// <summary>Which images do what.</summary>
    public DataParts Parts { get; }

    /// <summary>The model.</summary>
    public Model Model { get; }

    /// <summary>What is minimised.</summary>
    public Objective Objective { get; }

    /// <summary>The slow copy of the model that gives keys; null where no term asks for keys.</summary>
    public MomentumEncoder? Momentum { get; }

    /// <summary>What moves the weights.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>Averaged weights; null where the recipe has none.</summary>
    public MovingAverage? Average { get; }

    /// <summary>The order of the images, by the curriculum or by the present tree where it goes by one.</summary>
    public IBatchSampler Sampler => Curriculum?.Sampler ?? Tree?.Sampler ?? first;

    /// <summary>The tree of classes; null where the recipe has none.</summary>
    public TrainingTree? Tree { get; }

    /// <summary>The stages in which the images train; null where all train at once.</summary>
    public TrainingCurriculum? Curriculum { get; }

    /// <summary>Mixes training images of two; null where the recipe has none of it.</summary>
    public Mixer? Mixer { get; }

    /// <summary>Learning rates.</summary>
    public Schedule Schedule { get; }

    /// <summary>Steps of the optimizer in all.</summary>
    public long Steps { get; }

    /// <summary>Steps of the optimizer in one pass.</summary>
    public double StepsPerEpoch { get; }

    /// <summary>Where it runs.</summary>
    public Device Device { get; }

    /// <summary>What is likely to go wrong with the settings, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Everything that learns or is kept, by name: what a checkpoint holds.</summary>
    public IEnumerable<(string Name, Tensor Value)> State()
    {
        IEnumerable<(string, Tensor)> state = Model.State().Select(entry => ($"model/{entry.Name}", entry.Parameter.Value))
            .Concat(Objective.Parameters.Concat(Objective.Buffers).Select(entry => ($"objective/{entry.Name}", entry.Value)))
            .Concat(Optimizer.State.Select(entry => ($"optimizer/{entry.Name}", entry.Value)));
        state = Tree is null ? state : state.Concat(Tree.State.Select(entry => ($"tree/{entry.Name}", entry.Value)));
        state = Momentum is null ? state : state.Concat(Momentum.State().Select(entry => ($"momentum/{entry.Name}", entry.Value)));
        state = Curriculum is null ? state : state.Concat(Curriculum.State.Select(entry => ($"curriculum/{entry.Name}", entry.Value)));
        return Average is null ? state : state.Concat(Average.State.Select(entry => ($"average/{entry.Name}", entry.Value)));
    }

    /// <summary>Gives model, objective, optimizer and slow copies the values that they began with.</summary>
    public void StartAnew()
    {
        using Model drawn = ModelBuilder.Make(Recipe, context.Classes);
        using Objective objective = MakeObjective(Recipe, context);
        using TensorScope scope = new();
        using Autograd.Mode mode = Autograd.NoGrad();
        CopyInto(Model.State().Select(entry => entry.Parameter.Value), drawn.State().Select(entry => entry.Parameter.Value));
        CopyInto(Objective.Parameters.Concat(Objective.Buffers).Select(entry => entry.Value), objective.Parameters.Concat(objective.Buffers).Select(entry => entry.Value));
        Optimizer.Forget();
        Momentum?.Restart();
        Average?.Restart();
    }

    /// <summary>Opens the loader of the training images.</summary>
    public DataLoader OpenLoader() => new(Parts.Train, DataOpening.Transform(Recipe.Data, augment: true), new DataLoaderOptions { Threads = LoaderThreads(Recipe), Seed = Recipe.Seed, CacheBytes = PixelCacheBytes, SecondView = DataOpening.SecondView(Recipe.Data) });

    /// <summary>Threads of operators.</summary>
    public static int OperatorThreads(Recipe recipe) => recipe.Threads > 0 ? recipe.Threads : Environment.ProcessorCount;

    /// <summary>Threads that decode; what they make does not depend on their number.</summary>
    public static int LoaderThreads(Recipe recipe) => Math.Max(1, Math.Min(OperatorThreads(recipe), Environment.ProcessorCount));

    /// <inheritdoc/>
    public void Dispose()
    {
        Average?.Dispose();
        Momentum?.Dispose();
        Tree?.Dispose();
        Curriculum?.Dispose();
        Optimizer.Dispose();
        Objective.Dispose();
        Model.Dispose();
    }

    private static ExpertShape? ShapeOf(ExpertHeads? experts) => experts is null ? null : new(experts.Options.Count, experts.Options.Distillation, experts.Options.Projection);

    private static int ImagesOfBatch(SamplerRecipe sampler) => sampler.Kind == SamplerKind.ClassBalanced ? sampler.Batch / sampler.PerClass * sampler.PerClass : sampler.Batch;

    /// <summary>Whether every batch has as many images as the recipe says.</summary>
    private static bool IsEven(SamplerRecipe sampler, int images) => sampler.Kind == SamplerKind.ClassBalanced || (sampler.Kind is SamplerKind.Shuffle or SamplerKind.ClassWeighted && (sampler.DropLast || images % sampler.Batch == 0));
    private static void CopyInto(IEnumerable<Tensor> live, IEnumerable<Tensor> values)
    {
        foreach ((Tensor own, Tensor value) in live.Zip(values))
        {
            own.CopyFrom(value);
        }
    }

    private static IEnumerable<string> LengthWarnings(ModelRecipe model)
    {
        if (model is { Head: HeadKind.Hash, Bits: < FewestBits or > MostBits })
        {
            yield return $"Codes have {model.Bits} bits; hash methods are made and tested for {FewestBits} to {MostBits}. Set model.bits within that.";
        }
    }

    private static IEnumerable<string> WeightWarnings(Recipe recipe, Objective objective)
    {
        if (recipe.Log.WeightsEvery is not null && !objective.Terms.Any(term => term.Term is IPairwiseTerm))
        {
            yield return $"log.weights-every is {recipe.Log.WeightsEvery}, and {string.Join(", ", objective.Terms.Select(term => term.Name))} {(objective.Terms.Count == 1 ? "does" : "do")} not see a batch through its pairs alone, so that pairs have no weights to write down. Leave the key out.";
        }
    }

    private static IEnumerable<string> ChunkWarnings(Recipe recipe, Model model)
    {
        if (recipe.Chunk is { } chunk && chunk < recipe.Sampler.Batch && model.Buffers().Any(buffer => buffer.Name.EndsWith("running_mean", StringComparison.Ordinal)))
        {
            yield return $"chunk is {chunk}, and the model normalises by batches: each chunk has statistics of its own, so the gradient is not quite that of a batch of {recipe.Sampler.Batch}. Choose a model without batch normalisation, or freeze it.";
        }
    }

    /// <summary>A key that differs from what it is compared with by nothing but the lag of a copy is no task.</summary>
    private static IEnumerable<string> KeyWarnings(Recipe recipe, Objective objective)
    {
        if (recipe.Model.Experts is { Options.Dropout: 0 } && recipe.Data.SecondView is null && objective.Terms.FirstOrDefault(term => term.Term.NeedsKeys) is { } contrast)
        {
            yield return $"{contrast.Name} compares projections with keys of the very same input: there is neither a second view nor dropout, so that there is little to learn from it. Set data.second-view, or model.experts.dropout above 0 where features are kept.";
        }
    }

    private static void RequireDevice(Device device)
    {
        if (device.IsCuda && device.Index >= Torch.CudaDevices)
        {
            throw new InvalidDataException($"device is {device}, and this libtorch sees {Torch.CudaDevices} CUDA devices. Set device: cpu, or build against a CUDA libtorch (docs/gpu.md; 'semblance doctor' tells what is there).");
        }
    }

    /// <summary>Says before the first step what validation could not do after many.</summary>
    private static void RequireMeasurable(Recipe recipe, Model model, bool severalLabels)
    {
        string metric = recipe.Validate.Metric;
        bool classifies = model.Classifies;
        if (metric is "accuracy" or "per-class" && !classifies)
        {
            throw new InvalidDataException($"validate.metric is {metric}, and the model has no classifier. Choose model.head: classifier, add a loss over logits, or choose another metric.");
        }
        if (metric == "per-class" && severalLabels)
        {
            throw new InvalidDataException("validate.metric is per-class, and the images have several labels, so that none of them is recognised or not. Choose accuracy (whether the likeliest class is one of an image's) or loss.");
        }
        RequirePostHoc(recipe, model, classifies);
        if (metric.StartsWith("map@", StringComparison.Ordinal) && metric != "map@all" && recipe.Model.Head != HeadKind.Hash)
        {
            throw new InvalidDataException($"validate.metric is {metric}, and a cut-off of mean average precision is measured on codes only. Choose map@all, recall@K or model.head: hash.");
        }
    }

    /// <summary>Says before the first step what the evaluation could not do to the model.</summary>
    private static void RequirePostHoc(Recipe recipe, Model model, bool classifies)
    {
        foreach (PostHoc way in recipe.Evaluation.PostHoc.Where(way => way != PostHoc.Ncm))
        {
            if (!classifies)
            {
                throw new InvalidDataException($"evaluation.post-hoc has {Phrases.Kebab(way)}, and the model has no classifier. Choose model.head: classifier, add a loss over logits, or leave it out.");
            }
            if (way == PostHoc.TauNorm && model.ClassWeights() is null)
            {
                throw new InvalidDataException("evaluation.post-hoc has tau-norm, and the model has not one linear classifier whose weights have lengths. Set model.classifier.kind to linear, or leave it out.");
            }
        }
    }

    /// <summary>A loss over angles cannot see them in logits that are scaled or shifted.</summary>
    private static void RequireCosines(Recipe recipe)
    {
        if (recipe.Objective.FirstOrDefault(term => term.Options is ILogitTermOptions { NeedsCosines: true }) is { } angular && !recipe.Model.Classifier.GivesCosines)
        {
            throw new InvalidDataException($"{angular.Name} takes cosines as logits and scales them itself, and the recipe's classifier gives others. Set model.classifier to {{kind: cosine, scale: 1}}.");
        }
    }

    /// <summary>A loss that looks classes up in a tree cannot be measured on classes that do not train.</summary>
    private static void RequireKnownClasses(Recipe recipe, DataParts parts)
    {
        bool refuses = recipe.Validate.Metric == "loss" && recipe.Objective.Any(term => term.Options is PairLossTerm { Loss: HierarchicalTripletOptions { UnknownClass: UnknownClass.Refuse } });
        if (refuses && parts.Validation is { } held && held.Items.SelectMany(item => item.Labels).Except(parts.Train.Items.SelectMany(item => item.Labels)).Any())
        {
            throw new InvalidDataException("validate.metric is loss, and the validation part has classes that do not train, which the tree of classes lacks. Choose another metric, or set unknown-class: initial-margin in the hierarchical-triplet term.");
        }
    }

    /// <summary>One black image goes through the model: backbones that halve it often need larger ones.</summary>
    private static void RequireSize(Recipe recipe, Model model)
    {
        int side = recipe.Data.Size;
        using TensorScope scope = new();
        using Autograd.Mode mode = Autograd.NoGrad();
        model.Evaluate();
        try
        {
            model.Forward(Tensor.From(new float[3 * side * side], 1, 3, side, side).To(Device.Parse(recipe.Device)));
        }
        catch (TensorException exception)
        {
            throw new InvalidDataException($"data.size is {side}, and {recipe.Model.Backbone} cannot take images of {side} x {side} pixels ({exception.Message}). Set a larger data.size or choose a smaller backbone.", exception);
        }
        model.Train();
    }

    /// <summary>Only with the model and the images at hand can a term say that the recipe asks for what does not fit them.</summary>
    private static Objective MakeObjective(Recipe recipe, TermContext context)
    {
        try
        {
            return Objectives.Create(recipe.Objective, context);
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"recipe {recipe.Name}: {exception.Message}", exception);
        }
    }

    private static Optimizer MakeOptimizer(IReadOnlyList<ParameterGroup> groups, OptimizerRecipe recipe) => recipe.Kind switch
    {
        OptimizerKind.Sgd => new Sgd(groups, recipe.Momentum, recipe.Nesterov),
        OptimizerKind.Rmsprop => new RmsProp(groups, recipe.Smoothing, recipe.Epsilon),
        _ => new Adam(groups, recipe.Kind == OptimizerKind.Adamw, recipe.Betas[0], recipe.Betas[1], recipe.Epsilon),
    };

    private static ClassWeightedOptions Weighted(Recipe recipe, int images)
    {
        SamplerRecipe sampler = recipe.Sampler;
        double batches = sampler.DropLast ? Math.Max(1, images / sampler.Batch) : ((images - 1) / sampler.Batch) + 1;
        double passes = recipe.Epochs ?? (recipe.Steps!.Value * recipe.Accumulate / batches);
        return new() { Batch = sampler.Batch, Power = sampler.Power, Progressive = sampler.Progressive ? passes : null, FromPass = sampler.FromEpoch, DropLast = sampler.DropLast };
    }

    private static IBatchSampler MakeSampler(Recipe recipe, Dataset train)
    {
        SamplerRecipe sampler = recipe.Sampler;
        int[][] Labels() => [.. train.Items.Select(item => item.Labels)];
        try
        {
            return sampler.Kind switch
            {
                SamplerKind.ClassBalanced => new ClassBalancedSampler(Labels(), sampler.Batch, sampler.PerClass, recipe.Seed),
                SamplerKind.AnchorNeighbour => new AnchorNeighbourSampler(Labels(), new() { Anchors = sampler.Anchors, Neighbours = sampler.Neighbours, PerClass = sampler.PerClass, Replacement = sampler.Replacement }, recipe.Seed),
                SamplerKind.ClassWeighted => new ClassWeightedSampler(Labels(), Weighted(recipe, train.Count), recipe.Seed),
                _ => new ShuffleSampler(train.Count, sampler.Batch, recipe.Seed, sampler.DropLast),
            };
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"{train.Name} does not fit the sampler: {exception.Message}", exception);
        }
    }
}
