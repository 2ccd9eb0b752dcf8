namespace Semblance.Data.Readers;

/// <summary>An array of a MATLAB file: numbers, a text, cells, or structures.</summary>
/// <param name="Count">Number of elements.</param>
internal sealed record MatArray(int Count)
{
    /// <summary>The elements of an array of numbers, down the columns.</summary>
    public double[] Numbers { get; init; } = [];

    /// <summary>A row of characters.</summary>
    public string Text { get; init; } = "";

    /// <summary>The elements of a cell array; of an array of structures the fields of each element, one element after the other.</summary>
    public MatArray[] Cells { get; init; } = [];

    /// <summary>Names of the fields of structures.</summary>
    public string[] Fields { get; init; } = [];

    /// <summary>A field of a structure; null where there is none of that name.</summary>
    public MatArray? Field(int element, string name)
    {
        int field = Array.IndexOf(Fields, name);
        return field < 0 ? null : Cells[(element * Fields.Length) + field];
    }
}
