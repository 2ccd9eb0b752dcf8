using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using Semblance.Tensors.Native;

namespace Semblance.Tensors;

/// <summary>One operator of libtorch, called by name through its dispatcher, with autograd, autocast and every device.</summary>
/// <remarks>Trailing arguments that are left out take the defaults of the operator's schema.</remarks>
public sealed unsafe class Operator
{
    private const int MostListItemsOnStack = 1024;
    private static readonly ConcurrentDictionary<string, Operator> Known = new();
    private readonly nint handle;

    private Operator(string name)
    {
        Name = name;
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        nint found;
        TorchDoor.Check(TorchDoor.sb_find(dot < 0 ? name : name[..dot], dot < 0 ? "" : name[(dot + 1)..], &found), name);
        handle = found;
    }

    /// <summary>Qualified name, such as <c>aten::add.Tensor</c>.</summary>
    public string Name { get; }

    /// <summary>The operator of a name; the same object each time.</summary>
    /// <param name="name">Namespace, name and, after a dot, the overload where there is one.</param>
    /// <exception cref="TensorException">This libtorch has no such operator.</exception>
    public static Operator Of(string name) => Known.TryGetValue(name, out Operator? known) ? known : Known.GetOrAdd(name, static key => new Operator(key));

    /// <summary>Calls and returns the one tensor that comes out.</summary>
    public Tensor Call(params ReadOnlySpan<Argument> arguments)
    {
        nint result = 0;
        Invoke(arguments, &result, 1);
        return result != 0 ? new Tensor(result) : throw new TensorException(Describe(arguments), "no tensor came out");
    }

    /// <summary>Calls and returns the first two tensors that come out.</summary>
    public (Tensor First, Tensor Second) CallTwo(params ReadOnlySpan<Argument> arguments)
    {
        nint* results = stackalloc nint[2];
        Invoke(arguments, results, 2);
        return (new Tensor(results[0]), new Tensor(results[1]));
    }

    /// <summary>Calls and returns every tensor that comes out.</summary>
    /// <param name="capacity">The most tensors that may come out.</param>
    /// <param name="arguments">The operator's arguments, in order.</param>
    public Tensor[] CallMany(int capacity, params ReadOnlySpan<Argument> arguments)
    {
        nint[] results = new nint[capacity];
        int produced;
        fixed (nint* first = results)
        {
            produced = Invoke(arguments, first, capacity);
        }
        Tensor[] tensors = new Tensor[Math.Min(produced, capacity)];
        for (int k = 0; k < tensors.Length; k++)
        {
            tensors[k] = new Tensor(results[k]);
        }
        return tensors;
    }

    /// <summary>Calls for the effect on the arguments; whatever comes out is dropped.</summary>
    public void Run(params ReadOnlySpan<Argument> arguments) => Invoke(arguments, null, 0);

    private int Invoke(ReadOnlySpan<Argument> arguments, nint* results, int capacity)
    {
        int items = 0;
        foreach (ref readonly Argument argument in arguments)
        {
            items += argument.Reference is Array list ? list.Length : 0;
        }
        if (items > MostListItemsOnStack)
        {
            long[] scratch = new long[items];
            fixed (long* first = scratch)
            {
                return Invoke(arguments, first, results, capacity);
            }
        }
        long* room = stackalloc long[items];
        return Invoke(arguments, room, results, capacity);
    }

    private int Invoke(ReadOnlySpan<Argument> arguments, long* room, nint* results, int capacity)
    {
        NativeArgument* native = stackalloc NativeArgument[arguments.Length];
        for (int k = 0; k < arguments.Length; k++)
        {
            room = Write(in arguments[k], ref native[k], room);
        }
        int produced;
        int status = arguments.Length > 0 && HasText(arguments)
            ? CallWithText(arguments, native, results, capacity, &produced)
            : TorchDoor.sb_call(handle, native, arguments.Length, results, capacity, &produced);
        if (status != 0)
        {
            throw new TensorException(Describe(arguments), TorchDoor.Text(TorchDoor.sb_last_error()));
        }
        return produced;
    }

    // The span keeps the tensors of the arguments reachable until the native call has returned: it lies in the caller's frame.
    private static long* Write(in Argument argument, ref NativeArgument native, long* room)
    {
        native.Tag = (long)argument.Tag;
        native.Value = argument.Value;
        native.Count = 0;
        switch (argument.Tag)
        {
            case Argument.Kind.Tensor:
                native.Value = Unsafe.As<Tensor>(argument.Reference!).Handle;
                return room;
            case Argument.Kind.Device:
                native.Count = ((Device)argument.Reference!).Index;
                return room;
            case Argument.Kind.Ints:
                return WriteList((long[])argument.Reference!, ref native, room, static item => item);
            case Argument.Kind.Doubles:
                return WriteList((double[])argument.Reference!, ref native, room, BitConverter.DoubleToInt64Bits);
            case Argument.Kind.Tensors:
            case Argument.Kind.OptionalTensors:
                return WriteList((Tensor?[])argument.Reference!, ref native, room, static item => item?.Handle ?? 0);
            default:
                return room;
        }
    }

    private static long* WriteList<T>(T[] list, ref NativeArgument native, long* room, Func<T, long> bits)
    {
        native.Value = (nint)room;
        native.Count = list.Length;
        foreach (T item in list)
        {
            *room++ = bits(item);
        }
        return room;
    }

    private static bool HasText(ReadOnlySpan<Argument> arguments)
    {
        foreach (ref readonly Argument argument in arguments)
        {
            if (argument.Tag == Argument.Kind.String)
            {
                return true;
            }
        }
        return false;
    }

    // Few operators take text, and never more than one.
    private int CallWithText(ReadOnlySpan<Argument> arguments, NativeArgument* native, nint* results, int capacity, int* produced)
    {
        int at = 0;
        while (arguments[at].Tag != Argument.Kind.String)
        {
            at++;
        }
        byte[] text = Encoding.UTF8.GetBytes((string)arguments[at].Reference!);
        fixed (byte* first = text)
        {
            native[at].Value = (nint)first;
            native[at].Count = text.Length;
            return TorchDoor.sb_call(handle, native, arguments.Length, results, capacity, produced);
        }
    }

    private string Describe(ReadOnlySpan<Argument> arguments)
    {
        StringBuilder text = new(Name);
        text.Append('(');
        for (int k = 0; k < arguments.Length; k++)
        {
            text.Append(k == 0 ? "" : ", ").Append(arguments[k].ToString());
        }
        return text.Append(')').ToString();
    }
}
