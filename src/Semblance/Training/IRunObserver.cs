namespace Semblance.Training;

/// <summary>Hears of a run as it goes: a terminal, a log, a test.</summary>
public interface IRunObserver
{
    /// <summary>The run begins, or goes on from a step.</summary>
    void Started(RunOutline outline);

    /// <summary>A step is done.</summary>
    void Stepped(StepReport report);

    /// <summary>Something is validated, encoded or evaluated.</summary>
    /// <param name="what">What is done, such as <c>validating</c>.</param>
    /// <param name="done">Images done.</param>
    /// <param name="total">Images in all.</param>
    void Progressed(string what, int done, int total);

    /// <summary>A validation is done.</summary>
    void Validated(ValidationReport report);

    /// <summary>Something is worth knowing.</summary>
    void Noted(string message);

    /// <summary>Something is wrong but the run goes on.</summary>
    void Warned(string message);
}

/// <summary>What a run will do.</summary>
/// <param name="Name">Name of the recipe.</param>
/// <param name="FirstStep">Steps already done.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Epoch">Steps of one pass over the training images.</param>
/// <param name="Parts">The images.</param>
/// <param name="Parameters">Numbers that learn.</param>
public sealed record RunOutline(string Name, long FirstStep, long Steps, double Epoch, DataParts Parts, long Parameters);

/// <summary>A step.</summary>
/// <param name="Step">From 1.</param>
/// <param name="Loss">Value of the objective.</param>
/// <param name="Terms">Each term's own value.</param>
/// <param name="LearningRate">Of the optimizer, after the schedule.</param>
/// <param name="GradientNorm">Before clipping; null where nothing is clipped.</param>
/// <param name="ImagesPerSecond">Since the last report.</param>
public sealed record StepReport(long Step, double Loss, IReadOnlyDictionary<string, double> Terms, double LearningRate, double? GradientNorm, double ImagesPerSecond);

/// <summary>A validation.</summary>
/// <param name="Step">After this step.</param>
/// <param name="Metric">Such as <c>map@all</c>.</param>
/// <param name="Value">The number.</param>
/// <param name="IsBest">Whether it is the best so far.</param>
/// <param name="Protocol">The protocol's id.</param>
public sealed record ValidationReport(long Step, string Metric, double Value, bool IsBest, string Protocol);
