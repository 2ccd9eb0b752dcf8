using Semblance.Tensors;

namespace Semblance.Training.Optimizers;

/// <summary>Moves parameters against their gradients.</summary>
/// <remarks>All arithmetic is done in place over all parameters of a group at once. A parameter without a gradient stays where it is.</remarks>
public abstract class Optimizer : IDisposable
{
    private readonly Slot[][] slots;

    /// <summary>Makes the optimizer with zeros for its state.</summary>
    /// <param name="groups">Parameters with their settings; a parameter is in one group only.</param>
    /// <param name="stateNames">Tensors kept for every parameter, such as <c>momentum</c>.</param>
    protected Optimizer(IReadOnlyList<ParameterGroup> groups, params ReadOnlySpan<string> stateNames)
    {
        ArgumentNullException.ThrowIfNull(groups);
        Groups = groups;
        string[] names = stateNames.ToArray();
        slots = [.. groups.Select(group => group.Parameters.Select((parameter, k) => new Slot(group.Names[k], parameter, names)).ToArray())];
    }

    /// <summary>Parameters with their settings.</summary>
    public IReadOnlyList<ParameterGroup> Groups { get; }

    /// <summary>Steps taken.</summary>
    public long Steps { get; set; }

    /// <summary>Every parameter, in the order of the groups.</summary>
    public IEnumerable<Tensor> Parameters => Groups.SelectMany(group => group.Parameters);

    /// <summary>The state as named tensors that stay the optimizer's: <c>momentum/features.0.weight</c>.</summary>
    public IEnumerable<(string Name, Tensor Value)> State =>
        slots.SelectMany(group => group).SelectMany(slot => slot.State.Select(entry => ($"{entry.Key}/{slot.Name}", entry.Value)));

    /// <summary>Takes one step with the gradients that the parameters hold.</summary>
    /// <param name="scheduleFactor">What the schedule makes of the learning rates; at least 0.</param>
    public void Step(double scheduleFactor)
    {
        using TensorScope scope = new();
        using Autograd.Mode mode = Autograd.NoGrad();
        Steps++;
        for (int k = 0; k < slots.Length; k++)
        {
            Tensor?[] gradients = Autograd.Gradients([.. Groups[k].Parameters]);
            int[] moved = [.. Enumerable.Range(0, gradients.Length).Where(index => gradients[index] is not null)];
            if (moved.Length > 0)
            {
                Slot[] chosen = Array.ConvertAll(moved, index => slots[k][index]);
                Move(new Batch(chosen, Array.ConvertAll(moved, index => gradients[index]!)), Groups[k], Groups[k].LearningRate * scheduleFactor);
            }
        }
    }

    /// <summary>Forgets every step taken: the state is zero again.</summary>
    public void Forget()
    {
        using TensorScope scope = new();
        using Autograd.Mode mode = Autograd.NoGrad();
        foreach ((_, Tensor value) in State)
        {
            value.Fill(0);
        }
        Steps = 0;
    }

    /// <summary>Forgets the gradients of every parameter.</summary>
    public void ClearGradients() => Autograd.ClearGradients([.. Parameters]);

    /// <summary>Scales all gradients down together so that their common Euclidean length is at most <paramref name="limit"/>.</summary>
    /// <returns>The length before.</returns>
    public double ClipGradients(double limit)
    {
        using TensorScope scope = new();
        using Autograd.Mode mode = Autograd.NoGrad();
        Tensor[] gradients = [.. Autograd.Gradients([.. Parameters]).OfType<Tensor>()];
        if (gradients.Length == 0)
        {
            return 0;
        }
        double length = Tensor.Stack(Foreach.Norms(gradients)).Norm(0).ToDouble();
        if (length > limit)
        {
            Foreach.Multiply(gradients, limit / (length + 1e-6));
        }
        return length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the state.</summary>
    protected virtual void Dispose(bool disposing)
    {
        foreach ((_, Tensor value) in State)
        {
            value.Dispose();
        }
    }

    /// <summary>Moves the parameters of one group that have gradients; the gradients may be overwritten.</summary>
    protected abstract void Move(Batch batch, ParameterGroup group, double learningRate);

    /// <summary>What moves together: arrays of the same length and order.</summary>
    protected sealed class Batch
    {
        private readonly Slot[] slots;

        internal Batch(Slot[] slots, Tensor[] gradients)
        {
            this.slots = slots;
            Gradients = gradients;
            Parameters = Array.ConvertAll(slots, slot => slot.Parameter);
        }

        /// <summary>The parameters.</summary>
        public Tensor[] Parameters { get; }

        /// <summary>Their gradients.</summary>
        public Tensor[] Gradients { get; }

        /// <summary>One kind of state, such as <c>momentum</c>.</summary>
        public Tensor[] State(string name) => Array.ConvertAll(slots, slot => slot.State[name]);
    }

    /// <summary>One parameter and what the optimizer remembers of it.</summary>
    protected internal sealed class Slot
    {
        internal Slot(string name, Tensor parameter, string[] stateNames)
        {
            Name = name;
            Parameter = parameter;
            State = stateNames.ToDictionary(state => state, _ => parameter.Detach().ZerosLike().Detached());
        }

        internal string Name { get; }

        internal Tensor Parameter { get; }

        internal Dictionary<string, Tensor> State { get; }
    }
}
