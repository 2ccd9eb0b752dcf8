using Semblance.Tensors.Native;

namespace Semblance.Tensors;

/// <summary>Derivatives, and the modes of the present thread.</summary>
public static unsafe class Autograd
{
    /// <summary>Whether operations of this thread are recorded.</summary>
    public static bool IsEnabled => TorchDoor.sb_grad_mode() != 0;

    /// <summary>Until the result is disposed of, operations of this thread are not recorded.</summary>
    public static Mode NoGrad() => SetMode(false);

    /// <summary>Until the result is disposed of, operations of this thread are recorded.</summary>
    public static Mode EnableGrad() => SetMode(true);

    /// <summary>Until the result is disposed of, operations that gain from it run in reduced precision.</summary>
    /// <param name="device">The device whose operators are cast.</param>
    /// <param name="type"><see cref="DataType.BFloat16"/>, or <see cref="DataType.Float16"/> on CUDA.</param>
    public static AutocastMode Autocast(Device device, DataType type = DataType.BFloat16) => new(device.Type, type, on: true);

    /// <summary>Until the result is disposed of, operations run in the precision of their arguments, also inside <see cref="Autocast"/>.</summary>
    public static AutocastMode FullPrecision() =>
        AutocastMode.Active is { } active ? new AutocastMode(active.Device, active.Type, on: false) : AutocastMode.None;

    /// <summary>Derivatives of a scalar, or of outputs weighted by <paramref name="upstream"/>, with respect to the inputs.</summary>
    /// <param name="outputs">What is derived; scalars unless upstream gradients are given.</param>
    /// <param name="inputs">With respect to which.</param>
    /// <param name="upstream">One gradient an output, or null.</param>
    /// <param name="createGraph">Whether the derivatives can be derived again.</param>
    /// <returns>One an input; zeros where the outputs do not depend on it.</returns>
    public static Tensor[] Grad(ReadOnlySpan<Tensor> outputs, ReadOnlySpan<Tensor> inputs, Tensor[]? upstream = null, bool createGraph = false)
    {
        nint[] outputHandles = Handles(outputs), inputHandles = Handles(inputs), results = new nint[inputs.Length];
        nint[]? upstreamHandles = upstream is null ? null : Handles(upstream);
        fixed (nint* o = outputHandles, i = inputHandles, u = upstreamHandles, r = results)
        {
            TorchDoor.Check(TorchDoor.sb_grad(o, outputs.Length, i, inputs.Length, u, createGraph ? 1 : 0, 1, r), "grad");
        }
        Tensor[] gradients = new Tensor[results.Length];
        for (int k = 0; k < results.Length; k++)
        {
            gradients[k] = results[k] != 0 ? new Tensor(results[k]) : inputs[k].ZerosLike();
        }
        return gradients;
    }

    /// <summary>A scalar whose derivatives are known already, in the element type of the gradients; it is recorded as one operation.</summary>
    /// <param name="value">Its value.</param>
    /// <param name="inputs">What it depends on, at least one.</param>
    /// <param name="gradients">Its derivative with respect to each, of the same shape and element type; constants, so that the value cannot be derived twice.</param>
    /// <exception cref="ArgumentException">There is not one gradient an input.</exception>
    public static Tensor WithGradients(double value, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> gradients)
    {
        if (inputs.Length == 0 || inputs.Length != gradients.Length)
        {
            throw new ArgumentException($"there are {inputs.Length} inputs and {gradients.Length} gradients; a value depends on at least one input and needs a gradient for each.", nameof(gradients));
        }
        nint result;
        fixed (nint* i = Handles(inputs), g = Handles(gradients))
        {
            TorchDoor.Check(TorchDoor.sb_with_gradients(value, i, g, inputs.Length, &result), "value with gradients");
        }
        return new Tensor(result);
    }

    /// <summary>The gradients that <see cref="Tensor.Backward"/> left in the leaves; null where there is none.</summary>
    public static Tensor?[] Gradients(ReadOnlySpan<Tensor> leaves)
    {
        nint[] handles = Handles(leaves), results = new nint[leaves.Length];
        fixed (nint* h = handles, r = results)
        {
            TorchDoor.Check(TorchDoor.sb_gradients(h, handles.Length, r), "gradients");
        }
        return Array.ConvertAll(results, handle => handle == 0 ? null : new Tensor(handle));
    }

    /// <summary>Forgets the gradients of the leaves.</summary>
    public static void ClearGradients(ReadOnlySpan<Tensor> leaves)
    {
        nint[] handles = Handles(leaves);
        fixed (nint* h = handles)
        {
            TorchDoor.Check(TorchDoor.sb_clear_gradients(h, handles.Length), "clear gradients");
        }
    }

    private static nint[] Handles(ReadOnlySpan<Tensor> tensors)
    {
        nint[] handles = new nint[tensors.Length];
        for (int k = 0; k < handles.Length; k++)
        {
            handles[k] = tensors[k].Handle;
        }
        return handles;
    }

    private static Mode SetMode(bool on)
    {
        bool before = IsEnabled;
        TorchDoor.sb_set_grad_mode(on ? 1 : 0);
        return new Mode(before);
    }

    /// <summary>Puts the recording mode back when disposed of.</summary>
    public sealed class Mode : IDisposable
    {
        private readonly bool before;

        internal Mode(bool before) => this.before = before;

        /// <summary>Puts the mode back.</summary>
        public void Dispose() => TorchDoor.sb_set_grad_mode(before ? 1 : 0);
    }

    /// <summary>A choice of precision; when disposed of, the one before it holds again.</summary>
    public sealed class AutocastMode : IDisposable
    {
        [ThreadStatic]
        private static AutocastMode? active;

        private readonly AutocastMode? before;
        private readonly bool on;

        internal AutocastMode(int device, DataType type, bool on)
        {
            (Device, Type, this.on, before) = (device, type, on, active);
            Apply();
            active = this;
        }

        private AutocastMode()
        {
        }

        internal static AutocastMode None { get; } = new();

        internal static AutocastMode? Active => active;

        internal int Device { get; }

        internal DataType Type { get; }

        /// <summary>Makes the choice before this one hold again.</summary>
        public void Dispose()
        {
            if (active != this)
            {
                return;
            }
            active = before;
            AutocastMode? outer = before;
            while (outer is not null && outer.Device != Device)
            {
                outer = outer.before;
            }
            if (outer is not null)
            {
                outer.Apply();
            }
            else
            {
                TorchDoor.Check(TorchDoor.sb_set_autocast(Device, 0, (int)Type), "autocast");
            }
        }

        private void Apply() => TorchDoor.Check(TorchDoor.sb_set_autocast(Device, on ? 1 : 0, (int)Type), "autocast");
    }
}

/// <content>Gradients of one tensor.</content>
public sealed unsafe partial class Tensor
{
    /// <summary>Whether operations on this tensor are recorded for derivatives.</summary>
    public bool RequiresGrad
    {
        get => TorchDoor.sb_requires_grad(Handle) != 0;
        set => TorchDoor.Check(TorchDoor.sb_set_requires_grad(Handle, value ? 1 : 0), $"requires grad of {Describe()}");
    }

    /// <summary>What <see cref="Backward"/> left in this leaf, a fresh handle, or null. Setting replaces it.</summary>
    public Tensor? Gradient
    {
        get => Autograd.Gradients([this])[0];
        set => TorchDoor.Check(TorchDoor.sb_set_gradient(Handle, value?.Handle ?? 0), $"gradient of {Describe()}");
    }

    /// <summary>Adds the derivatives of this tensor to the gradients of the leaves that it was computed from.</summary>
    /// <param name="gradient">Upstream gradient, same shape; may be left out for a scalar.</param>
    /// <param name="retainGraph">Whether the record stays for another pass.</param>
    public void Backward(Tensor? gradient = null, bool retainGraph = false) =>
        TorchDoor.Check(TorchDoor.sb_backward(Handle, gradient?.Handle ?? 0, retainGraph ? 1 : 0), $"backward from {Describe()}");
}
