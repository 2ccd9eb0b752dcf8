using Semblance.Tensors;
using Semblance.Training.Optimizers;

namespace Semblance.Training;

/// <summary>Sorts parameters into the groups of a recipe.</summary>
public static class ParameterGroups
{
    /// <summary>Each parameter goes to the first group whose pattern matches its name, the others to a group with the optimizer's own settings.</summary>
    /// <param name="parameters">By name; those that do not require gradients are left out.</param>
    /// <param name="recipe">Settings and patterns.</param>
    /// <exception cref="InvalidDataException">A pattern matches nothing, or there is nothing to train.</exception>
    public static IReadOnlyList<ParameterGroup> Of(IEnumerable<(string Name, Tensor Value)> parameters, OptimizerRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        (string Name, Tensor Value)[] trained = [.. parameters.Where(parameter => parameter.Value.RequiresGrad)];
        if (trained.Length == 0)
        {
            throw new InvalidDataException("The recipe leaves nothing to train: every parameter is frozen and no loss has parameters of its own. Set model.freeze to none or give the model a head.");
        }
        foreach (ParameterGroupRecipe group in recipe.Groups.Where(group => !trained.Any(parameter => group.Matches(parameter.Name))))
        {
            throw new InvalidDataException($"optimizer.groups: \"{group.Match}\" matches no trained parameter; there are {string.Join(", ", trained.Select(parameter => parameter.Name.Split('.')[0]).Distinct().Take(6).Select(name => name + ".*"))}, such as {trained[0].Name}.");
        }
        return
        [
            .. trained.GroupBy(parameter => recipe.Groups.FirstOrDefault(group => group.Matches(parameter.Name)))
                .Select(members => new ParameterGroup(
                    [.. members.Select(member => member.Name)],
                    [.. members.Select(member => member.Value)],
                    members.Key?.RateOf(recipe.LearningRate) ?? recipe.LearningRate,
                    members.Key?.WeightDecay ?? recipe.WeightDecay)),
        ];
    }
}
