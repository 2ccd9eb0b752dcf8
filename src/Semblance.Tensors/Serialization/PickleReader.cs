using System.Buffers.Binary;
using System.Text;

namespace Semblance.Tensors.Serialization;

/// <summary>Reads the part of Python's pickle language that PyTorch writes for a state dict.</summary>
/// <remarks>
/// A pickle is a program for a small stack machine that may call any Python function. Here nothing is called: the machine knows
/// containers, numbers, texts and the few names of <see cref="PickleCalls"/>, and refuses everything else by name.
/// Memory is bounded by the length of the pickle: no instruction makes more than one value.
/// </remarks>
internal ref struct PickleReader
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly object s_mark = new();

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly string _path;
    private readonly List<object?> _stack;
    private readonly Dictionary<long, object?> _memo;
    private readonly List<PickleStorage>? _storages;
    private int _position;

    private PickleReader(string path, ReadOnlySpan<byte> bytes, List<PickleStorage>? storages)
    {
        _path = path;
        _bytes = bytes;
        _stack = [];
        _memo = [];
        _storages = storages;
    }

    /// <summary>Reads one value.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="bytes">The pickle.</param>
    /// <exception cref="InvalidDataException">The pickle is damaged or asks for something outside the subset.</exception>
    public static object? Read(string path, ReadOnlySpan<byte> bytes)
    {
        int position = 0;
        return Read(path, bytes, ref position, null);
    }

    /// <summary>Reads one of several values that stand one after the other.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="bytes">The pickles.</param>
    /// <param name="position">Where the value begins; afterwards, where the next one does.</param>
    /// <param name="storages">Gets every storage that the pickle names, in its order; null where they are of no use.</param>
    /// <exception cref="InvalidDataException">The pickle is damaged or asks for something outside the subset.</exception>
    public static object? Read(string path, ReadOnlySpan<byte> bytes, ref int position, List<PickleStorage>? storages)
    {
        PickleReader reader = new(path, bytes, storages) { _position = position };
        while (true)
        {
            byte code = reader.Byte();
            if (code == (byte)'.')
            {
                position = reader._position;
                return reader.Pop();
            }
            reader.Step(code);
        }
    }

    private void Step(byte code)
    {
        if (!Number(code) && !Text(code) && !Container(code) && !Memo(code) && !Call(code))
        {
            string shown = code is > 32 and < 127 ? $"'{(char)code}'" : $"0x{code:x2}";
            throw Bad($"the pickle has instruction {shown} at byte {_position - 1}, which PyTorch does not write for a state dict. {Advice}");
        }
    }

    private bool Number(byte code)
    {
        switch (code)
        {
            case 0x80: // PROTO
                byte protocol = Byte();
                if (protocol is < 2 or > 5)
                {
                    throw Bad($"the pickle has protocol {protocol}; 2 to 5 are read. {Advice}");
                }
                return true;
            case 0x95: // FRAME
                Take(8);
                return true;
            case (byte)'N': Push(null); return true;
            case 0x88: Push(true); return true;
            case 0x89: Push(false); return true;
            case (byte)'K': Push((long)Byte()); return true;
            case (byte)'M': Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); return true;
            case (byte)'J': Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); return true;
            case (byte)'G': Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); return true;
            case 0x8a: Push(Long(Take(Byte()))); return true;
            default: return false;
        }
    }

    /// <summary>A whole number in two's complement, little-endian; beyond 64 bits it cannot be a size, so it is opaque.</summary>
    private static object Long(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 8)
        {
            return new PickleOpaque("a number beyond 64 bits");
        }
        long value = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            value |= (long)bytes[i] << (8 * i);
        }
        int unused = 64 - (8 * bytes.Length);
        return bytes.Length == 0 ? 0L : value << unused >> unused;
    }

    private bool Text(byte code)
    {
        switch (code)
        {
            case 0x8c: Push(Utf8(Byte())); return true;
            case (byte)'U': Push(Utf8(Byte())); return true; // the texts of Python 2
            case (byte)'T': Push(Utf8(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); return true;
            case (byte)'X': Push(Utf8(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); return true;
            case 0x8d: Push(Utf8(BinaryPrimitives.ReadUInt64LittleEndian(Take(8)))); return true;
            case (byte)'C': Opaque(Byte()); return true;
            case (byte)'B': Opaque(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))); return true;
            case 0x8e: Opaque(BinaryPrimitives.ReadUInt64LittleEndian(Take(8))); return true;
            default: return false;
        }
    }

    private void Opaque(ulong length)
    {
        Take(length);
        Push(new PickleOpaque("bytes"));
    }

    private string Utf8(ulong length)
    {
        try
        {
            return s_utf8.GetString(Take(length));
        }
        catch (DecoderFallbackException)
        {
            throw Bad($"the pickle has a text at byte {_position} that is not UTF-8. {Damaged}");
        }
    }

    private bool Container(byte code)
    {
        switch (code)
        {
            case (byte)'(': Push(s_mark); return true;
            case (byte)')': Push(new PickleTuple([])); return true;
            case (byte)'t': Push(new PickleTuple(PopToMark())); return true;
            case 0x85: Push(new PickleTuple(PopMany(1))); return true;
            case 0x86: Push(new PickleTuple(PopMany(2))); return true;
            case 0x87: Push(new PickleTuple(PopMany(3))); return true;
            case (byte)']': Push(new List<object?>()); return true;
            case (byte)'a': Append(PopMany(1)); return true;
            case (byte)'e': Append(PopToMark()); return true;
            case (byte)'}': Push(new PickleDict()); return true;
            case (byte)'s': SetItems(PopMany(2)); return true;
            case (byte)'u': SetItems(PopToMark()); return true;
            case 0x8f: Push(new PickleOpaque("a set")); return true;
            case 0x90: PopToMark(); return true; // items of a set
            default: return false;
        }
    }

    private void Append(object?[] items)
    {
        if (Peek() is not List<object?> list)
        {
            throw Bad($"the pickle appends to something that is no list, at byte {_position - 1}. {Damaged}");
        }
        list.AddRange(items);
    }

    private void SetItems(object?[] items)
    {
        if (Peek() is not PickleDict dict || items.Length % 2 != 0)
        {
            throw Bad($"the pickle sets items of something that is no dict, at byte {_position - 1}. {Damaged}");
        }
        for (int i = 0; i < items.Length; i += 2)
        {
            dict.Items.Add(new(items[i], items[i + 1]));
        }
    }

    private bool Memo(byte code)
    {
        switch (code)
        {
            case (byte)'q': _memo[Byte()] = Peek(); return true;
            case (byte)'r': _memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Peek(); return true;
            case 0x94: _memo[_memo.Count] = Peek(); return true;
            case (byte)'h': Push(Remembered(Byte())); return true;
            case (byte)'j': Push(Remembered(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); return true;
            case (byte)'0': Pop(); return true;
            case (byte)'1': PopToMark(); return true;
            case (byte)'2': Push(Peek()); return true;
            default: return false;
        }
    }

    private readonly object? Remembered(long index) => _memo.TryGetValue(index, out object? value) ? value
        : throw Bad($"the pickle recalls value {index}, which it never stored. {Damaged}");

    private bool Call(byte code)
    {
        switch (code)
        {
            case (byte)'c':
                Push(Global(Line(), Line()));
                return true;
            case 0x93: // STACK_GLOBAL
                object?[] names = PopMany(2);
                Push(Global(names[0] as string ?? "?", names[1] as string ?? "?"));
                return true;
            case (byte)'R' or 0x81: // REDUCE, NEWOBJ
                object?[] call = PopMany(2);
                Push(PickleCalls.Apply(_path, call[0], call[1]));
                return true;
            case (byte)'b':
                object? state = Pop();
                if (Peek() is not PickleDict) // an OrderedDict carries its _metadata this way; nothing in it is needed
                {
                    throw Bad($"the pickle gives state to {Kind(Peek())} ({Kind(state)}), which a state dict does not need. {Advice}");
                }
                return true;
            case (byte)'Q':
                PickleStorage storage = PickleCalls.Storage(_path, Pop());
                _storages?.Add(storage);
                Push(storage);
                return true;
            default:
                return false;
        }
    }

    private readonly PickleGlobal Global(string module, string name)
    {
        PickleGlobal global = new(module, name);
        return PickleCalls.Allows(global) ? global
            : throw Bad($"the pickle asks for {WeightText.Printable(global.ToString())}, which is not part of a state dict; nothing was run. {Advice}");
    }

    /// <summary>What a value is, for messages.</summary>
    public static string Kind(object? value) => value switch
    {
        null => "None",
        PickleDict => "a dict",
        PickleTuple => "a tuple",
        List<object?> => "a list",
        PickleTensor => "a tensor",
        PickleStorage => "a storage",
        PickleOpaque opaque => opaque.Kind,
        PickleGlobal global => global.ToString(),
        string => "a text",
        _ => "a number",
    };

    private const string Damaged = "The file is damaged; download it again.";

    /// <summary>What to do about a file that holds more than tensors.</summary>
    public const string Advice = "Save the tensors alone in Python: torch.save(model.state_dict(), file).";

    private readonly InvalidDataException Bad(string problem) => WeightText.Bad(_path, problem);

    private byte Byte() => Take(1)[0];

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)(_bytes.Length - _position))
        {
            throw Bad($"the pickle ends at byte {_bytes.Length}, in the middle of a value. The file is cut short or damaged; download it again.");
        }
        ReadOnlySpan<byte> taken = _bytes.Slice(_position, (int)count);
        _position += (int)count;
        return taken;
    }

    private string Line()
    {
        int length = _bytes[_position..].IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = Take(length < 0 ? ulong.MaxValue : (ulong)length);
        _position++;
        return Encoding.UTF8.GetString(line);
    }

    private readonly void Push(object? value) => _stack.Add(value);

    private readonly object? Peek() => _stack is [.., object or null] && !ReferenceEquals(_stack[^1], s_mark) ? _stack[^1] : throw Empty();

    private readonly object? Pop()
    {
        object? value = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private readonly object?[] PopMany(int count)
    {
        object?[] values = new object?[count];
        for (int i = count - 1; i >= 0; i--)
        {
            values[i] = Pop();
        }
        return values;
    }

    private readonly object?[] PopToMark()
    {
        int mark = _stack.LastIndexOf(s_mark);
        if (mark < 0)
        {
            throw Empty();
        }
        object?[] values = [.. _stack[(mark + 1)..]];
        _stack.RemoveRange(mark, _stack.Count - mark);
        return values;
    }

    private readonly InvalidDataException Empty() => Bad($"the pickle takes more values than it has, at byte {_position - 1}. {Damaged}");
}
