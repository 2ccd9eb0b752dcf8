namespace Semblance.Evaluation;

/// <summary>What one query contributes to retrieval scores.</summary>
internal readonly record struct QueryRetrieval(
    int Positives, bool Tied, TieValues[] Recall, double PrecisionAt1, double RPrecision, double AverageAtR, double Average);
