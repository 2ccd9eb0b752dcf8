namespace Semblance.Data.Drawn;

/// <summary>A point or direction in space: x to the right, y up, z towards the viewer.</summary>
/// <remarks>
/// Here and in the whole folder only +, -, *, /, square root and rounding are used, which IEEE 754 defines to the last bit:
/// a seed gives the same picture on every machine. <c>Math.Sin</c>, <c>Math.Pow</c> and their like differ between machines.
/// </remarks>
internal readonly record struct Vec(double X, double Y, double Z)
{
    public static Vec operator +(Vec a, Vec b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z);

    public static Vec operator -(Vec a, Vec b) => new(a.X - b.X, a.Y - b.Y, a.Z - b.Z);

    public static Vec operator -(Vec a) => new(-a.X, -a.Y, -a.Z);

    /// <summary>Entry by entry, as colours are filtered.</summary>
    public static Vec operator *(Vec a, Vec b) => new(a.X * b.X, a.Y * b.Y, a.Z * b.Z);

    public static Vec operator *(Vec a, double factor) => new(a.X * factor, a.Y * factor, a.Z * factor);

    public static double Dot(Vec a, Vec b) => (a.X * b.X) + (a.Y * b.Y) + (a.Z * b.Z);

    public static Vec Cross(Vec a, Vec b) => new((a.Y * b.Z) - (a.Z * b.Y), (a.Z * b.X) - (a.X * b.Z), (a.X * b.Y) - (a.Y * b.X));

    /// <summary>From <paramref name="a"/> (share 0) to <paramref name="b"/> (share 1).</summary>
    public static Vec Mix(Vec a, Vec b, double share) => a + ((b - a) * share);

    public double Length() => Math.Sqrt(Dot(this, this));

    public Vec Unit() => this * (1 / Length());

    /// <summary>The mirror image at the planes x = 0 and z = 0: what has four like corners is described once.</summary>
    public Vec FoldXZ() => new(Math.Abs(X), Y, Math.Abs(Z));
}
