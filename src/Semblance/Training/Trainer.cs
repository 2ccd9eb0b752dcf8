using System.Diagnostics;
using System.Globalization;
using Semblance.IO;
using Semblance.Losses;
using Semblance.Tensors;
using Semblance.Training.Curricula;
using Semblance.Training.Trees;
using Semblance.Training.Weights;

namespace Semblance.Training;

/// <summary>Trains: one step after the other until the recipe's length, with validations and checkpoints in between.</summary>
/// <remarks>On the CPU a run that was killed and resumed ends with the same bits as one that was not.</remarks>
public sealed class Trainer
{
    private readonly TrainingJob job;
    private readonly Recipe recipe;
    private readonly RunFolder folder;
    private readonly IRunObserver observer;
    private readonly CollapseWatch watch;
    private readonly Validator? validator;
    private readonly WeightLog? weights;
    private long step;
    private double? bestValue;
    private long bestStep;
    private int withoutGain;
    private double secondsBefore;
    private readonly Stopwatch clock = Stopwatch.StartNew();

    /// <summary>Prepares a run; nothing is written yet.</summary>
    public Trainer(TrainingJob job, RunFolder folder, IRunObserver observer)
    {
        ArgumentNullException.ThrowIfNull(job);
        this.job = job;
        this.folder = folder;
        this.observer = observer;
        recipe = job.Recipe;
        watch = new CollapseWatch(job.Model.RepresentationCount, recipe.Model.Head == HeadKind.Hash);
        weights = recipe.Log.WeightsEvery is { } every ? new WeightLog(folder.WeightsFile, every) : null;
        validator = job.Parts.Validation is { } held ? new Validator(job, held, observer, FrozenFeatures.Of(recipe, folder.FeatureFolder, observer)) : null;
    }

    /// <summary>Trains to the end, or until it is asked to stop, which leaves a checkpoint.</summary>
    /// <param name="resume">Whether to go on from the latest checkpoint of the folder.</param>
    /// <param name="stop">Asks for a stop after the present step.</param>
    /// <returns>Steps done.</returns>
    /// <exception cref="OperationCanceledException">It was asked to stop; a checkpoint was written.</exception>
    /// <exception cref="SemblanceException">The loss became NaN or infinite, or a file could not be written.</exception>
    public long Run(bool resume, CancellationToken stop = default)
    {
        Torch.Threads = TrainingJob.OperatorThreads(recipe);
        Torch.Seed(recipe.Seed);
        if (resume)
        {
            Restore();
        }
        weights?.Begin(step);
        job.Model.Train();
        observer.Started(Outline());
        using MetricsLog log = OpenLog(resume);
        using (StepBatches batches = new(job, folder.FeatureFolder, observer))
        {
            StepLoop(batches, log, stop);
        }
        SaveModel();
        return step;
    }

    /// <summary>Seconds that the run has taken, interruptions left out.</summary>
    private double Seconds => secondsBefore + clock.Elapsed.TotalSeconds;

    private bool PatienceHasEnded => recipe.Validate.Patience is { } patience && withoutGain >= patience && IsLastStage;

    private bool IsLastStage => job.Curriculum is not { } curriculum || curriculum.Times.StageAt(step) == curriculum.Times.Stages;

    private MetricsLog OpenLog(bool resume)
    {
        if (!resume || !File.Exists(folder.MetricsFile))
        {
            return MetricsLog.Create(folder.MetricsFile);
        }
        MetricsLog log = MetricsLog.Resume(folder.MetricsFile, step);
        secondsBefore = MetricsLog.Read(folder.MetricsFile) is [.., Metrics last] ? last.Seconds : 0;
        return log;
    }

    private static Dictionary<string, double> Values(StepReport report)
    {
        Dictionary<string, double> values = new() { ["loss"] = report.Loss, ["lr"] = report.LearningRate, ["images/s"] = Math.Round(report.ImagesPerSecond, 1) };
        foreach ((string term, double value) in report.Terms)
        {
            values[$"loss.{term}"] = value;
        }
        if (report.GradientNorm is { } norm)
        {
            values["gradient-norm"] = norm;
        }
        return values;
    }

    private void StepLoop(StepBatches source, MetricsLog log, CancellationToken stop)
    {
        using BatchQueue batches = new(source);
        while (step < job.Steps && !PatienceHasEnded)
        {
            if (DueBefore(step, source, stop) is { } prepare)
            {
                // What was read ahead follows the old order.
                batches.Clear();
                Prepare(prepare, log, stop);
            }
            long start = Stopwatch.GetTimestamp();
            (StepReport report, int images) = Step(batches.From(step * recipe.Accumulate));
            report = report with { ImagesPerSecond = images / Stopwatch.GetElapsedTime(start).TotalSeconds };
            log.Append(new Metrics(report.Step, "train", Seconds, Values(report)));
            observer.Stepped(report);
            if (ValidationIsDue())
            {
                Validate(log);
            }
            if (stop.IsCancellationRequested)
            {
                throw Stopped(stop);
            }
            if (PatienceHasEnded)
            {
                observer.Noted(string.Create(CultureInfo.InvariantCulture, $"No gain for {withoutGain} validations; stopped at step {step}."));
            }
            if (step == job.Steps || PatienceHasEnded || (recipe.Checkpoint.Every > 0 && step % recipe.Checkpoint.Every == 0))
            {
                SaveCheckpoint();
            }
        }
    }

    /// <summary>Leaves a checkpoint before the run is stopped.</summary>
    private OperationCanceledException Stopped(CancellationToken stop)
    {
        SaveCheckpoint();
        observer.Noted(string.Create(CultureInfo.InvariantCulture, $"Stopped after step {step} of {job.Steps}; {folder.Root} can be resumed with --resume."));
        return new OperationCanceledException(stop);
    }

    /// <summary>What must be done with the model as it is before a step, and gives a line for the log: another tree of classes, or the stages of a curriculum; null for nothing.</summary>
    private Func<Metrics>? DueBefore(long step, StepBatches source, CancellationToken stop)
    {
        if (job.Tree is { } tree && tree.IsDue(step))
        {
            return () => TreeReports.Build(job, tree, source.Features, step, observer, stop);
        }
        if (job.Curriculum is not { } curriculum || !curriculum.IsDue(step))
        {
            return null;
        }
        return () =>
        {
            Metrics told = CurriculumReports.Begin(job, curriculum, source.Features, folder, step, observer, stop);
            // The model of the warm-up has done its work; the best is looked for among those of the stages.
            (bestValue, bestStep, withoutGain) = (null, 0, 0);
            return told;
        };
    }

    private void Prepare(Func<Metrics> prepare, MetricsLog log, CancellationToken stop)
    {
        try
        {
            log.Append(prepare() with { Seconds = Seconds });
        }
        catch (OperationCanceledException)
        {
            throw Stopped(stop);
        }
    }

    /// <summary>One step of the optimizer over as many batches as the recipe accumulates.</summary>
    private (StepReport Report, int Images) Step(IEnumerator<StepBatch> batches)
    {
        double loss = 0;
        int images = 0;
        Dictionary<string, double> terms = [];
        for (int part = 0; part < recipe.Accumulate; part++)
        {
            batches.MoveNext();
            using StepBatch batch = batches.Current;
            loss += Accumulate(batch, terms, part == 0) / recipe.Accumulate;
            images += batch.Indices.Length;
        }
        double factor = job.Schedule.FactorAt(step);
        double? norm = recipe.Optimizer.ClipNorm is { } limit ? job.Optimizer.ClipGradients(limit) : null;
        job.Momentum?.BeforeStep();
        job.Optimizer.Step(factor);
        job.Momentum?.AfterStep();
        job.Optimizer.ClearGradients();
        job.Average?.Update();
        step++;
        return (new StepReport(step, loss, terms, recipe.Optimizer.LearningRate * factor, norm, 0), images);
    }

    /// <summary>Adds the gradients of one batch.</summary>
    private double Accumulate(StepBatch batch, Dictionary<string, double> terms, bool isFirst)
    {
        using TensorScope scope = new();
        double epoch = step / job.StepsPerEpoch;
        batch.Mix = job.Mixer?.Draw(batch.Indices, step, epoch);
        ForwardPass pass = recipe.Chunk is { } chunk && chunk < batch.Indices.Length
            ? ChunkedPass.Of(job, job.Parts.Train, batch, epoch, step, chunk)
            : ForwardPass.Of(job, job.Parts.Train, batch, epoch, step);
        ObjectiveValue value = pass.Value;
        double total = value.Total.ToDouble();
        foreach ((string name, Tensor term) in value.Terms)
        {
            terms[name] = terms.GetValueOrDefault(name) + (term.ToDouble() / recipe.Accumulate);
        }
        if (!double.IsFinite(total))
        {
            throw Explode(batch, total, terms);
        }
        pass.Backward(1.0 / recipe.Accumulate);
        Watch(pass.Output.Representation);
        if (isFirst && weights is not null && weights.IsDue(step + 1))
        {
            weights.Add(step + 1, job.Objective, pass.InputAt(epoch));
        }
        return total;
    }

    private void Watch(Tensor representation)
    {
        foreach (string verdict in watch.Look(representation.Detach().To(DataType.Float32).ToArray<float>()))
        {
            observer.Warned(string.Create(CultureInfo.InvariantCulture, $"step {step}: {verdict}"));
        }
    }

    private SemblanceException Explode(StepBatch batch, double total, Dictionary<string, double> terms)
    {
        string list = Path.Combine(folder.Root, "failed-batch.txt");
        AtomicFile.WriteText(list, string.Concat(batch.Indices.Select(index => job.Parts.Train.Describe(index) + "\n")));
        string values = string.Join(", ", terms.Select(term => string.Create(CultureInfo.InvariantCulture, $"{term.Key} {term.Value}")));
        return new SemblanceException(string.Create(
            CultureInfo.InvariantCulture,
            $"step {step + 1}: the loss is {total} ({values}); the {batch.Indices.Length} images of the batch are listed in {list}. Lower optimizer.lr, lengthen schedule.warmup or set optimizer.clip-norm to 1 and train into a new folder; where it comes again, look at those images."));
    }

    private bool ValidationIsDue()
    {
        if (validator is null)
        {
            return false;
        }
        long every = recipe.Validate.Every ?? Math.Max(1, (long)Math.Round(job.StepsPerEpoch));
        return step == job.Steps || step % every == 0;
    }

    /// <summary>Validates, and keeps the weights if they are the best so far.</summary>
    private void Validate(MetricsLog log)
    {
        job.Average?.Swap();
        try
        {
            (double value, string protocol) = validator!.Measure();
            bool best = bestValue is null || (validator.LowerIsBetter ? value < bestValue : value > bestValue);
            withoutGain = best ? 0 : withoutGain + 1;
            if (best)
            {
                (bestValue, bestStep) = (value, step);
                job.Model.Save(folder.BestFile);
            }
            ValidationReport report = new(step, recipe.Validate.Metric, value, best, protocol);
            log.Append(new Metrics(step, "validate", Seconds, new Dictionary<string, double> { [report.Metric] = value }, protocol));
            observer.Validated(report);
        }
        finally
        {
            job.Average?.Swap();
        }
    }

    private void SaveCheckpoint()
    {
        using Tensor random = Torch.RandomState();
        CheckpointNote note = new(step, job.Optimizer.Steps, bestValue, bestStep, withoutGain);
        Checkpoint.Save(folder.CheckpointFile(step), [.. job.State(), ("random", random)], note);
        folder.DropOldCheckpoints(recipe.Checkpoint.Keep);
    }

    private void Restore()
    {
        using Tensor random = Torch.RandomState();
        foreach (string file in folder.Checkpoints())
        {
            try
            {
                CheckpointNote note = Checkpoint.Load(file, [.. job.State(), ("random", random)]);
                (step, job.Optimizer.Steps, bestValue, bestStep, withoutGain) = (note.Step, note.OptimizerSteps, note.BestValue, note.BestStep, note.WithoutGain);
                Torch.SetRandomState(random);
                job.Tree?.Restore();
                job.Curriculum?.Restore();
                return;
            }
            catch (InvalidDataException exception) when (file != folder.Checkpoints()[^1])
            {
                observer.Warned($"{exception.Message} An earlier checkpoint is used.");
            }
        }
    }

    /// <summary>Leaves the weights that the run ends with: the best of the validations where there were any, else the last, averaged where they are.</summary>
    private void SaveModel()
    {
        if (bestValue is not null && File.Exists(folder.BestFile))
        {
            job.Model.Load(folder.BestFile);
            observer.Noted(string.Create(CultureInfo.InvariantCulture, $"Kept the weights of step {bestStep}: {recipe.Validate.Metric} {bestValue:0.0000} on the validation part."));
        }
        else
        {
            job.Average?.Swap();
        }
        job.Model.Save(folder.ModelFile);
    }

    private RunOutline Outline() => new(recipe.Name, step, job.Steps, job.StepsPerEpoch, job.Parts, job.Optimizer.Parameters.Sum(parameter => parameter.Count));
}
