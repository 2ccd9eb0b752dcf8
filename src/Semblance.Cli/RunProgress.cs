using System.Diagnostics;
using System.Globalization;
using Semblance.Training;
using Spectre.Console;

namespace Semblance.Cli;

/// <summary>Shows a run as it goes: a moving bar on a terminal, plain lines elsewhere.</summary>
internal static class RunProgress
{
    /// <summary>Runs something that reports, and shows what it reports.</summary>
    public static T Show<T>(Func<IRunObserver, T> run) => Terminal.IsInteractive ? ShowMoving(run) : run(new PlainProgress(Console.Error));

    private static T ShowMoving<T>(Func<IRunObserver, T> run)
    {
        IAnsiConsole console = Terminal.Error();
        return console.Progress()
            .AutoClear(false)
            .HideCompleted(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 30 }, new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => run(new MovingProgress(console, context)));
    }
}

/// <summary>Plain lines: one a few seconds, and one for each thing worth knowing.</summary>
internal sealed class PlainProgress(TextWriter writer) : IRunObserver
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private readonly Stopwatch sinceStart = Stopwatch.StartNew();
    private TimeSpan next = TimeSpan.Zero;
    private RunOutline? outline;
    private string doing = "";

    public void Started(RunOutline started)
    {
        outline = started;
        Line(Wording.Outline(started));
    }

    public void Stepped(StepReport report)
    {
        if (sinceStart.Elapsed >= next || report.Step == outline!.Steps)
        {
            next = sinceStart.Elapsed + Pause;
            Line(string.Create(CultureInfo.InvariantCulture, $"step {report.Step}/{outline!.Steps}  {Wording.Step(report)}"));
        }
    }

    public void Progressed(string what, int done, int total)
    {
        if (what != doing || sinceStart.Elapsed >= next)
        {
            doing = what;
            next = sinceStart.Elapsed + Pause;
            Line(string.Create(CultureInfo.InvariantCulture, $"{what} {done}/{total}"));
        }
    }

    public void Validated(ValidationReport report) => Line(Wording.Validation(report));

    public void Noted(string message) => Line(message);

    public void Warned(string message) => Line("warning: " + message);

    private void Line(string text) => writer.WriteLine(text);
}

/// <summary>A bar for the training and one for whatever is encoded.</summary>
internal sealed class MovingProgress(IAnsiConsole console, ProgressContext context) : IRunObserver
{
    private ProgressTask? training;
    private ProgressTask? counting;
    private string doing = "";

    public void Started(RunOutline outline)
    {
        console.MarkupLine(Wording.Outline(outline).EscapeMarkup());
        training = context.AddTask("training", maxValue: outline.Steps);
        training.Value = outline.FirstStep;
    }

    public void Stepped(StepReport report)
    {
        training!.Value = report.Step;
        training.Description = Wording.Step(report).EscapeMarkup();
    }

    public void Progressed(string what, int done, int total)
    {
        if (counting is null || what != doing)
        {
            counting?.StopTask();
            doing = what;
            counting = context.AddTask(what.EscapeMarkup(), maxValue: Math.Max(1, total));
        }
        counting.Value = done;
    }

    public void Validated(ValidationReport report) => console.MarkupLine(Wording.Validation(report).EscapeMarkup());

    public void Noted(string message) => console.MarkupLine(message.EscapeMarkup());

    public void Warned(string message) => console.MarkupLine($"[yellow]warning:[/] {message.EscapeMarkup()}");
}

/// <summary>The words in which a run is told.</summary>
internal static class Wording
{
    public static string Outline(RunOutline outline)
    {
        DataParts parts = outline.Parts;
        string from = outline.FirstStep > 0 ? string.Create(CultureInfo.InvariantCulture, $", from step {outline.FirstStep}") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{outline.Name}: {parts.Train.Count} images train, {parts.Validation?.Count ?? 0} validate, {parts.Query.Count} ask, {parts.Database?.Count ?? parts.Query.Count} are searched; {outline.Steps} steps of {outline.Epoch:0.#} an epoch, {outline.Parameters / 1e6:0.00} million parameters{from}");
    }

    public static string Step(StepReport report) => string.Create(CultureInfo.InvariantCulture, $"loss {report.Loss:0.0000}  lr {report.LearningRate:0.######}  {report.ImagesPerSecond:0} images/s");

    public static string Validation(ValidationReport report) => string.Create(CultureInfo.InvariantCulture, $"step {report.Step}: validation {report.Metric} {report.Value:0.0000}{(report.IsBest ? ", the best so far" : "")}");
}
