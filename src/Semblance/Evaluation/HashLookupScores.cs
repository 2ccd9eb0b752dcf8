namespace Semblance.Evaluation;

/// <summary>What the Hamming ball around the queries holds.</summary>
/// <param name="Radius">Its radius.</param>
/// <param name="PrecisionEmptyIsZero">Mean share of relevant items, 0 for an empty ball: the usual convention.</param>
/// <param name="PrecisionNonEmptyOnly">Mean share of relevant items over the queries whose ball is not empty; 0 where every ball is empty.</param>
/// <param name="EmptyFraction">Share of queries whose ball is empty.</param>
/// <param name="Recall">Mean share of the relevant items that are in the ball.</param>
/// <param name="AveragePrecisionInBall">Mean average precision over the items in the ball, divided by the relevant ones in it; 0 for an empty ball.</param>
public sealed record HashLookupScores(
    int Radius, double PrecisionEmptyIsZero, double PrecisionNonEmptyOnly, double EmptyFraction, double Recall, TieValues AveragePrecisionInBall);
