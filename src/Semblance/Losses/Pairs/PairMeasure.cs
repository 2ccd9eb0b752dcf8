using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>What the similarity of two rows is.</summary>
public enum PairMeasure
{
    /// <summary>Their inner product; their cosine where rows are divided by their length.</summary>
    Product,

    /// <summary>Their squared distance, negated, for rows of any length.</summary>
    SquaredDistance,
}

/// <summary>Squared distances as inner products of rows with two more columns, so that whatever computes products computes distances.</summary>
internal static class SquaredDistances
{
    /// <summary>Rows whose products are -‖a - r‖²: (2a, -‖a‖², -1) against (r, 1, ‖r‖²).</summary>
    /// <remarks>A difference of nearly equal numbers where rows are nearly equal: off by roundings of ‖a‖² + ‖r‖².</remarks>
    public static PairRows Lift(PairRows rows)
    {
        Tensor anchors = Tensor.Concatenate([rows.Anchors * 2, -Squared(rows.Anchors), -One(rows.Anchors)], 1);
        Tensor references = Tensor.Concatenate([rows.References, One(rows.References), Squared(rows.References)], 1);
        return rows with { Anchors = anchors, References = references };
    }

    private static Tensor Squared(Tensor rows) => rows.Square().Sum(1, keepDimension: true);

    private static Tensor One(Tensor rows) => Tensor.Ones([rows.Size(0), 1], rows.Type, rows.Device);
}
