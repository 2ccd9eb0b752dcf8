using System.Text;
using System.Text.RegularExpressions;
using Semblance.Losses.Pairs;
using Semblance.Training.Comparison;

namespace Semblance.Training;

/// <summary>The arithmetic of a run.</summary>
public enum Precision
{
    /// <summary>Single precision throughout.</summary>
    Float32,

    /// <summary>Half precision where it is safe; losses stay in single precision.</summary>
    Autocast,
}

/// <summary>All that a run depends on. The same recipe and seed give the same numbers.</summary>
/// <remarks>
/// Made only from text, so that <see cref="Resolve"/> always tells the truth: a change is a <c>--set</c>. The keys are described in <c>docs/recipes.md</c>.
/// </remarks>
public sealed partial record Recipe
{
    private const int LargestFile = 1 << 20;

    private Recipe()
    {
    }

    /// <summary>What the run is called; the name of the recipe's file where it does not say.</summary>
    public string Name { get; private init; } = "recipe";

    /// <summary>Seed of weights, batches and augmentation.</summary>
    public int Seed { get; private init; }

    /// <summary>Threads of arithmetic and of reading images; 0 for one a processor.</summary>
    public int Threads { get; private init; }

    /// <summary>Where tensors live: <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</summary>
    public string Device { get; private init; } = "cpu";

    /// <summary>The arithmetic.</summary>
    public Precision Precision { get; private init; } = Precision.Float32;

    /// <summary>The images.</summary>
    public DataRecipe Data { get; private init; } = new();

    /// <summary>The model.</summary>
    public ModelRecipe Model { get; private init; } = new();

    /// <summary>What is minimised: the sum of these terms.</summary>
    public ValueList<TermRecipe> Objective { get; private init; } = [];

    /// <summary>How batches are put together.</summary>
    public SamplerRecipe Sampler { get; private init; } = new();

    /// <summary>The tree of classes; null where neither loss nor sampler needs one.</summary>
    public TreeRecipe? Tree { get; private init; }

    /// <summary>Training in stages, from clean images to noisy ones; null for all images at once.</summary>
    public CurriculumRecipe? Curriculum { get; private init; }

    /// <summary>How images are mixed of two; null where they are not.</summary>
    public MixRecipe? Mix { get; private init; }

    /// <summary>How weights move.</summary>
    public OptimizerRecipe Optimizer { get; private init; } = new();

    /// <summary>How the learning rate changes.</summary>
    public ScheduleRecipe Schedule { get; private init; } = new();

    /// <summary>Length of the run in steps of the optimizer; null where it is in epochs.</summary>
    public int? Steps { get; private init; }

    /// <summary>Length of the run in passes over the training images; null where it is in steps.</summary>
    public int? Epochs { get; private init; } = 10;

    /// <summary>Batches whose gradients are added up for one step.</summary>
    public int Accumulate { get; private init; } = 1;

    /// <summary>Images that go through the model at a time, while the objective sees the whole batch (gradient caching); null for all at once.</summary>
    public int? Chunk { get; private init; }

    /// <summary>The slow copy of the weights; null for none.</summary>
    public EmaRecipe? Ema { get; private init; }

    /// <summary>When the state is written down.</summary>
    public CheckpointRecipe Checkpoint { get; private init; } = new();

    /// <summary>What is written down of the run beside its metrics.</summary>
    public LogRecipe Log { get; private init; } = new();

    /// <summary>When the model is judged during the run.</summary>
    public ValidateRecipe Validate { get; private init; } = new();

    /// <summary>How the finished model is judged.</summary>
    public EvaluationRecipe Evaluation { get; private init; } = new();

    /// <summary>What <c>semblance ablate</c> changes, one at a time; training does not look at it.</summary>
    public ValueList<ComparedLoss> Ablation { get; private init; } = [];

    private string Resolved { get; init; } = "";

    /// <summary>Reads a recipe from its file.</summary>
    /// <param name="path">A YAML file.</param>
    /// <param name="catalogue">The losses and backbones that there are.</param>
    /// <param name="settings">Changes of single keys, each as <c>--set</c> takes them: <c>optimizer.lr=0.01</c>.</param>
    /// <exception cref="InvalidDataException">The file or a setting has faults; the message lists them all, a sentence and a line each.</exception>
    public static Recipe Load(string path, RecipeCatalogue catalogue, params IEnumerable<string> settings) => Parse(ReadFile(path), path, catalogue, settings);

    /// <summary>Reads a recipe from text.</summary>
    /// <param name="text">YAML.</param>
    /// <param name="file">What faults call the text; the run is named after it where the recipe does not say.</param>
    /// <param name="catalogue">The losses and backbones that there are.</param>
    /// <param name="settings">Changes of single keys, each as <c>--set</c> takes them: <c>optimizer.lr=0.01</c>.</param>
    /// <exception cref="InvalidDataException">The text or a setting has faults; the message lists them all, a sentence and a line each.</exception>
    public static Recipe Parse(string text, string file, RecipeCatalogue catalogue, params IEnumerable<string> settings)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        ArgumentNullException.ThrowIfNull(settings);
        RecipeTree tree = RecipeTree.Parse(text, file);
        foreach (string setting in settings)
        {
            tree.Set(setting);
        }
        (Recipe recipe, string resolved, _) = Section.ReadAll(tree, root => Read(root, catalogue, Path.GetFileNameWithoutExtension(file)));
        return recipe with { Resolved = resolved };
    }

    /// <summary>Every key that a recipe may hold, in the order of the reference.</summary>
    public static IReadOnlyList<RecipeKey> Keys(RecipeCatalogue catalogue)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        string loss = catalogue.Losses.Keys.First();
        string backbone = catalogue.Backbones.FirstOrDefault("any");
        RecipeTree smallest = RecipeTree.Parse($"data: {{path: images}}\nmodel: {{backbone: {backbone}}}\nobjective: [{{loss: {loss}}}]\n", "recipe.yaml");
        return Section.ReadAll(smallest, root => Read(root, catalogue, "recipe")).Keys;
    }

    /// <summary>The complete recipe as YAML, every default written out; reading it gives an equal recipe.</summary>
    public string Resolve() => Resolved;

    private static Recipe Read(Section root, RecipeCatalogue catalogue, string name)
    {
        Recipe defaults = new();
        Recipe read = ReadRun(root, defaults, name) with
        {
            Data = root.Child("data", DataRecipe.Read),
            Model = root.Child("model", model => ModelRecipe.Read(model, catalogue)),
            Objective = root.List("objective", term => TermRecipe.Read(term, catalogue)),
            Sampler = root.Child("sampler", SamplerRecipe.Read),
            Mix = root.Optional("mix", MixRecipe.Read),
            Optimizer = root.Child("optimizer", OptimizerRecipe.Read),
            Schedule = root.Child("schedule", ScheduleRecipe.Read),
        };
        bool grows = read.Sampler.Kind == SamplerKind.AnchorNeighbour || read.Objective.Any(term => term.Options is PairLossTerm { Loss: HierarchicalTripletOptions });
        TreeRecipe tree = root.When(grows, "sampler.kind: anchor-neighbour or a hierarchical-triplet loss").Child("tree", TreeRecipe.Read);
        read = ReadLength(root, read) with
        {
            Tree = grows ? tree : null,
            Curriculum = root.Optional("curriculum", CurriculumRecipe.Read),
            Ema = root.Optional("ema", EmaRecipe.Read),
            Checkpoint = root.Child("checkpoint", CheckpointRecipe.Read),
            Log = root.Child("log", LogRecipe.Read),
            Validate = root.Child("validate", validate => ValidateRecipe.Read(validate, read.Model.Head)),
            Evaluation = root.Child("evaluation", evaluation => EvaluationRecipe.Read(evaluation, read.Model.Head)),
            Ablation = root.List("ablation", ComparedLoss.Read),
        };
        RefuseContradictions(root, read);
        return read;
    }

    private static Recipe ReadRun(Section root, Recipe defaults, string name) => new()
    {
        Name = root.Text("name", name.Length == 0 ? defaults.Name : name),
        Seed = root.Int("seed", defaults.Seed, min: 0),
        Threads = root.Int("threads", defaults.Threads, min: 0, max: 1024),
        Device = root.Text("device", defaults.Device, "cpu, cuda or cuda:N", text => Devices().IsMatch(text)),
        Precision = root.Choice("precision", defaults.Precision),
    };

    private static Recipe ReadLength(Section root, Recipe read)
    {
        int? steps = root.IntOrNull("steps", null, min: 1);
        int? epochs = root.IntOrNull("epochs", steps is null ? 10 : null, min: 1);
        if (steps is not null && epochs is not null)
        {
            root.Fault("epochs", $"epochs is {epochs} and steps is {steps}; the run has one length. Remove one of them.");
        }
        return read with { Steps = steps, Epochs = steps is null ? epochs ?? 10 : null, Accumulate = root.Int("accumulate", read.Accumulate, min: 1), Chunk = root.IntOrNull("chunk", null, min: 1) };
    }

    private static void RefuseContradictions(Section root, Recipe read)
    {
        if (read.Objective.Count == 0)
        {
            root.Fault("objective", "objective is missing; at least one term with a loss is needed, such as '- loss: multi-similarity'.");
        }
        TermRecipe.RefuseSameNames(root, read.Objective);
        if (read.Model is { Freeze: Freeze.Weights, Classifier.ClassScales: false })
        {
            root.Fault("model", "model.freeze is weights, which lets nothing learn but the factors of the classes, and there are none; set model.classifier.class-scales to true.");
        }
        if (read.Model is { FeaturesCache: true, Experts.SharedStages: not null })
        {
            root.Fault("model", "model.features-cache keeps one feature for each image, and the experts have networks of their own; set model.experts.shared-stages to all, or model.features-cache to false.");
        }
        if (read.Model is { Experts: not null, Head: HeadKind.Classifier } and ({ Hidden: not null } or { Dropout: > 0 }))
        {
            root.Fault("model", "model.hidden and model.dropout are those of a head, and with model.experts the experts are the classifier. Set hidden and dropout of model.experts instead.");
        }
        if (read.Curriculum is not null && read.Tree is not null)
        {
            root.Fault("curriculum", "curriculum goes through the images in stages, and a tree of classes wants all of them; remove one of them.");
        }
        MixRecipe.RefuseContradictions(root, read);
        if (read.Model.FeaturesCache && (read.Data.Augment.IsOn || read.Data.SecondView is not null))
        {
            string changes = read.Data.Augment.IsOn ? "data.augment" : "data.second-view";
            root.Fault("model", $"model.features-cache keeps what the backbone gives for each image, and {changes} changes the images; remove one of them.");
        }
    }

    internal static string ReadFile(string path)
    {
        try
        {
            FileInfo file = new(path);
            return file.Length <= LargestFile
                ? File.ReadAllText(path, new UTF8Encoding(false, throwOnInvalidBytes: true))
                : throw new InvalidDataException($"{path} has {file.Length} bytes; a recipe has at most {LargestFile}. Give the path of a recipe.");
        }
        catch (DecoderFallbackException exception)
        {
            throw new InvalidDataException($"{path} is not text in UTF-8. Give the path of a recipe.", exception);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            string what = Directory.Exists(path) ? "is a folder" : "is not there";
            throw new InvalidDataException($"{path} {what}. Give the path of a recipe, a YAML file.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path} cannot be read: {exception.Message}", exception);
        }
    }

    [GeneratedRegex(@"^(cpu|cuda(:\d{1,2})?)$")]
    private static partial Regex Devices();
}
