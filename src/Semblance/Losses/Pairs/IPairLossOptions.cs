namespace Semblance.Losses.Pairs;

/// <summary>Settings of a pair loss, a record; <see cref="PairLossTerm"/> makes a term of it.</summary>
public interface IPairLossOptions
{
    /// <summary>Makes the loss, with fresh parameters where it has any.</summary>
    IPairLoss Create(TermContext context);

    /// <summary>The pairs that the loss asks for, where its own settings say more than the term's: a miner that belongs to the method.</summary>
    PairTermOptions Pairs(PairTermOptions given) => given;

    /// <summary>Margins of pairs of classes, where the loss has them; null where it has none, or nobody tells how far classes are apart.</summary>
    ClassMargins? Margins(TermContext context) => null;
}

/// <summary>Settings of a miner, a record.</summary>
public interface IMinerOptions
{
    /// <summary>Makes the miner.</summary>
    /// <param name="context">The seed for miners that draw, and the width of the embedding.</param>
    IMiner Create(TermContext context);
}
