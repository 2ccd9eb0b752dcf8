namespace Semblance.Training;

/// <summary>Reads a loss's own keys from its term of the objective.</summary>
/// <param name="section">The term; ask it for every key that the loss understands.</param>
/// <returns>The loss's options; a record, so that two readings compare equal.</returns>
public delegate object BindLoss(Section section);

/// <summary>The names that a recipe may use because some part of the program has registered them.</summary>
/// <param name="Losses">Every loss by its name in recipes, with what reads its keys.</param>
/// <param name="Backbones">Names of the backbones; empty where every name is to be accepted.</param>
/// <remarks>
/// The recipe knows nothing of losses and models, so a new one is one file and one line in the catalogue. Options that refuse a value with an
/// <see cref="ArgumentException"/> need no check of their own in the binder: the message becomes a fault at the line of the term.
/// </remarks>
public sealed record RecipeCatalogue(IReadOnlyDictionary<string, BindLoss> Losses, IReadOnlyCollection<string> Backbones);
