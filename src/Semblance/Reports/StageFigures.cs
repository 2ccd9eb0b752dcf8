namespace Semblance.Reports;

/// <summary>What the stages of a curriculum drew, and how the model did in each.</summary>
/// <param name="Stages">The warm-up where there was one, then the stages.</param>
/// <param name="Metric">Name of the validation's score; null where nothing was held out.</param>
public sealed record StageFigures(IReadOnlyList<StageFigure> Stages, string? Metric);

/// <summary>One stage.</summary>
/// <param name="Name">As people call it.</param>
/// <param name="First">Its first step, from 1.</param>
/// <param name="Last">Its last step.</param>
/// <param name="Images">Images that it drew from.</param>
/// <param name="Right">Share of them whose label is known to be right; null where that is not known.</param>
/// <param name="Best">Best value of the validations in it; null for none.</param>
/// <param name="LastValue">Value of the last validation in it; null for none.</param>
public sealed record StageFigure(string Name, long First, long Last, int Images, double? Right, double? Best, double? LastValue);
