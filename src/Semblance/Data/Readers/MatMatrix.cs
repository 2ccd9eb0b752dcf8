namespace Semblance.Data.Readers;

/// <summary>What the elements of an array of a MATLAB file are.</summary>
internal enum MatKind
{
    Cell = 1,
    Structure = 2,
    Text = 4,
    FirstNumber = 6,
    LastNumber = 15,
}

/// <summary>The description of an array, and its content yet to be read.</summary>
internal ref struct MatMatrix
{
    private const int ComplexFlag = 0x08;

    public MatMatrix(ReadOnlySpan<byte> data)
    {
        Body = new(data);
        ReadOnlySpan<byte> flags = Body.Next(out _);
        if (flags.Length < 2)
        {
            throw new FormatException("An array has no description.");
        }
        Kind = (MatKind)flags[0];
        IsKnown = Kind is MatKind.Cell or MatKind.Structure or MatKind.Text || (Kind is >= MatKind.FirstNumber and <= MatKind.LastNumber && (flags[1] & ComplexFlag) == 0);
        // What is described otherwise, such as an object, is nothing that is asked for.
        Count = IsKnown ? Product(Body.Numbers()) : 0;
        Name = IsKnown ? Body.Text() : "";
    }

    public MatKind Kind { get; }

    /// <summary>Whether it is a kind of array that is read.</summary>
    public bool IsKnown { get; }

    /// <summary>Number of elements.</summary>
    public int Count { get; }

    public string Name { get; }

    /// <summary>The content.</summary>
    public MatElements Body;

    private static int Product(double[] sizes)
    {
        int product = 1;
        foreach (double size in sizes)
        {
            product = checked(product * (int)size);
        }
        return product >= 0 ? product : throw new FormatException("An array has a negative size.");
    }
}
