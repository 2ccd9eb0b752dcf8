namespace Semblance.Data.Drawn;

/// <summary>A pattern in space that a solid is cut from: where its second colour shows.</summary>
internal sealed record Texture(string Name, Func<Vec, double> Share)
{
    public override string ToString() => Name;

    public static IReadOnlyList<Texture> All { get; } =
    [
        new("plain", _ => 0),
        new("stripes", p => Half(p.X)),
        new("checker", p => Odd(Math.Floor(p.X) + Math.Floor(p.Y) + Math.Floor(p.Z))),
        new("dots", p => Distance.Hypot(FromMiddle(p.X), FromMiddle(p.Y), FromMiddle(p.Z)) < 0.36 ? 1 : 0),
        new("circles", p => Half(Distance.Hypot(p.X, p.Y, p.Z))),
        new("marble", p => Wave((p.X * 0.6) + (3 * Roughness.At(p * 0.6)))),
    ];

    private static double Half(double x) => x - Math.Floor(x) < 0.5 ? 1 : 0;

    private static double Odd(double whole) => whole - (2 * Math.Floor(whole / 2));

    private static double FromMiddle(double x) => x - Math.Floor(x) - 0.5;

    /// <summary>Up and down once for every step of 1, soft at both ends.</summary>
    private static double Wave(double x) => Roughness.Soft(2 * Math.Abs(FromMiddle(x)));
}
