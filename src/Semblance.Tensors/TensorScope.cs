namespace Semblance.Tensors;

/// <summary>Owns every tensor that its thread makes while it is the innermost scope, and frees them when it ends.</summary>
/// <remarks>
/// Put one around a step, not around an operation. What must outlive the step is moved out by name with <see cref="Keep(Tensor)"/>.
/// A tensor that no scope owns lives until it is disposed of or collected.
/// </remarks>
/// <example><code>
/// using TensorScope step = new();
/// Tensor loss = objective.Forward(model.Forward(images), labels);
/// loss.Backward();
/// </code></example>
public sealed class TensorScope : IDisposable
{
    [ThreadStatic]
    private static TensorScope? current;

    private readonly TensorScope? outer;
    private readonly List<Tensor?> owned = [];
    private bool ended;

    /// <summary>Begins a scope inside the present one of this thread.</summary>
    public TensorScope()
    {
        outer = current;
        current = this;
    }

    /// <summary>The innermost scope of this thread, or null.</summary>
    public static TensorScope? Current => current;

    /// <summary>Tensors that this scope would free now.</summary>
    public int Count => owned.Count(tensor => tensor is not null);

    /// <summary>Moves a tensor out of this scope: to the outer one if there is one, else to its holder alone.</summary>
    /// <returns>The same tensor.</returns>
    public Tensor Keep(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.Scope == this)
        {
            Release(tensor);
            outer?.Add(tensor);
        }
        return tensor;
    }

    /// <summary>Frees what the scope owns and makes the outer scope the present one.</summary>
    /// <exception cref="InvalidOperationException">An inner scope has not ended, or another thread ends it.</exception>
    public void Dispose()
    {
        if (ended)
        {
            return;
        }
        if (current != this)
        {
            throw new InvalidOperationException("A tensor scope ends on the thread that began it, and after the scopes inside it.");
        }
        ended = true;
        current = outer;
        foreach (Tensor? tensor in owned)
        {
            if (tensor is not null)
            {
                tensor.Scope = null;
                tensor.Dispose();
            }
        }
        owned.Clear();
    }

    internal void Add(Tensor tensor)
    {
        tensor.Scope = this;
        tensor.ScopeSlot = owned.Count;
        owned.Add(tensor);
    }

    internal void Release(Tensor tensor)
    {
        owned[tensor.ScopeSlot] = null;
        tensor.Scope = null;
    }
}
