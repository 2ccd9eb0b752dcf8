using System.Globalization;

namespace Semblance.Training;

/// <summary>The folder of one run: what it depends on and what came of it.</summary>
/// <remarks>
/// <c>recipe.yaml</c> resolved recipe; <c>run.json</c> versions, seed and data hash; <c>metrics.jsonl</c> metrics, one JSON object a line;
/// <c>checkpoints/</c>; <c>model.safetensors</c> chosen weights; <c>scores.json</c>; <c>details.json</c> what comparisons show beside scores; <c>report.html</c>.
/// </remarks>
public sealed class RunFolder : IDisposable
{
    /// <summary>Name of the weights that a run ended with.</summary>
    public const string ModelName = "model.safetensors";

    private const string LockName = ".lock";
    private const string CheckpointEnding = ".safetensors";
    private FileStream? hold;

    private RunFolder(string path) => Root = path;

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <summary>The resolved recipe.</summary>
    public string RecipeFile => In("recipe.yaml");

    /// <summary>Versions, seed and data hash.</summary>
    public string RunFile => In("run.json");

    /// <summary>Metrics as JSON lines.</summary>
    public string MetricsFile => In("metrics.jsonl");

    /// <summary>The weights that the run ended with, or that validation chose.</summary>
    public string ModelFile => In(ModelName);

    /// <summary>The weights of the best validation so far.</summary>
    public string BestFile => In("best.safetensors");

    /// <summary>Scores with their protocols.</summary>
    public string ScoresFile => In("scores.json");

    /// <summary>Curves, statistics of codes and some queries, for comparisons.</summary>
    public string DetailsFile => In("details.json");

    /// <summary>The whitening that the last evaluation with <c>evaluation.whiten</c> fitted.</summary>
    public string WhiteningFile => In("whitening.safetensors");

    /// <summary>Which images train, what they are and what they were observed as, where the recipe makes a long tail or noise.</summary>
    public string LabelsFile => In("labels.tsv");

    /// <summary>The page.</summary>
    public string ReportFile => In("report.html");

    /// <summary>Folder of the checkpoints.</summary>
    public string CheckpointFolder => In("checkpoints");

    /// <summary>Weights of pairs as JSON lines, where the recipe asks for them.</summary>
    public string WeightsFile => In("weights.jsonl");

    /// <summary>Subset of every training image, where the run has a curriculum that it made itself.</summary>
    public string SubsetsFile => In("subsets.tsv");

    /// <summary>Folder of what a frozen backbone gives for the images, where the recipe names no other.</summary>
    public string FeatureFolder => In("features");

    /// <summary>Opens a folder for training and keeps other processes from training in it.</summary>
    /// <param name="path">Made where it is missing.</param>
    /// <param name="resume">Whether an earlier run in it is to be continued.</param>
    /// <exception cref="InvalidDataException">It holds a run and is not to be continued, holds checkpoints of something else, or is in use.</exception>
    /// <exception cref="SemblanceException">It cannot be made or written.</exception>
    public static RunFolder OpenForTraining(string path, bool resume)
    {
        RunFolder folder = new(Path.GetFullPath(path));
        try
        {
            Directory.CreateDirectory(folder.CheckpointFolder);
            folder.Hold();
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            throw new SemblanceException($"{path} cannot be used for a run: {exception.Message} Choose a folder that you may write to.", exception);
        }
        bool holdsRun = File.Exists(folder.RecipeFile);
        if ((holdsRun && !resume) || (!holdsRun && folder.Checkpoints().Count > 0))
        {
            folder.Dispose();
            throw new InvalidDataException(holdsRun
                ? $"{path} already holds a run. Continue it with --resume, or choose another folder with --out."
                : $"{path} holds checkpoints but no recipe.yaml, so they are not of a run. Choose another folder with --out.");
        }
        return folder;
    }

    /// <summary>Whether a process trains in a folder at this moment.</summary>
    public static bool IsInUse(string path)
    {
        string file = Path.Combine(path, LockName);
        try
        {
            using FileStream? stream = File.Exists(file) ? new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None) : null;
            return false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    /// <summary>Opens the folder of a run to read it.</summary>
    /// <exception cref="InvalidDataException">There is no run in it.</exception>
    public static RunFolder Open(string path)
    {
        RunFolder folder = new(Path.GetFullPath(path));
        return File.Exists(folder.RecipeFile)
            ? folder
            : throw new InvalidDataException($"{path} holds no run: there is no recipe.yaml in it. Give the folder that 'semblance train' wrote.");
    }

    /// <summary>Where the checkpoint of a step is.</summary>
    public string CheckpointFile(long step) => Path.Combine(CheckpointFolder, step.ToString("D9", CultureInfo.InvariantCulture) + CheckpointEnding);

    /// <summary>Checkpoints from the latest to the earliest.</summary>
    public IReadOnlyList<string> Checkpoints() => Directory.Exists(CheckpointFolder)
        ? [.. Directory.EnumerateFiles(CheckpointFolder, "*" + CheckpointEnding).OrderDescending(StringComparer.Ordinal)]
        : [];

    /// <summary>Deletes all but the latest checkpoints.</summary>
    /// <param name="keep">At least 1.</param>
    public void DropOldCheckpoints(int keep)
    {
        foreach (string file in Checkpoints().Skip(Math.Max(keep, 1)))
        {
            File.Delete(file);
        }
    }

    /// <summary>Lets others train in the folder.</summary>
    public void Dispose()
    {
        hold?.Dispose();
        hold = null;
    }

    private string In(string name) => Path.Combine(Root, name);

    private void Hold()
    {
        string file = In(LockName);
        try
        {
            hold = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException exception) when (File.Exists(file))
        {
            throw new InvalidDataException($"{Root} is in use: another process trains in it. Wait for it, or choose another folder with --out.", exception);
        }
    }
}
