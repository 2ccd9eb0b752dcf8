using static Semblance.Data.Drawn.Distance;

namespace Semblance.Data.Drawn.Shapes;

/// <summary>Figures of geometry and signs.</summary>
internal static class Signs
{
    public static double Arrow(Vec p) => Slab(ArrowFlat.From(p.X, p.Y), p.Z, 0.15);

    public static double Star(Vec p) => Slab(StarFlat.From(p.X, p.Y), p.Z, 0.16);

    /// <summary>A square on its corner with a disc on each upper side.</summary>
    public static double Heart(Vec p)
    {
        double x = Math.Abs(p.X), y = p.Y + 0.06;
        double square = ((x + Math.Abs(y)) * 0.7071067811865476) - 0.52;
        double disc = Hypot(x - 0.368, y - 0.368) - 0.52;
        return Slab(Join(square, disc) + 0.1, p.Z, 0.12) - 0.08;
    }

    /// <summary>A ring that stands.</summary>
    public static double Ring(Vec p) => Hypot(Hypot(p.X, p.Y) - 0.65, p.Z) - 0.22;

    public static double Pyramid(Vec p)
    {
        double side = ((Math.Max(Math.Abs(p.X), Math.Abs(p.Z)) * 1.28) + ((p.Y - 0.78) * 0.58)) * 0.7115;
        return Math.Max(side, -0.5 - p.Y);
    }

    private static readonly Polygon ArrowFlat =
        new((-0.88, -0.19), (0.12, -0.19), (0.12, -0.52), (0.92, 0), (0.12, 0.52), (0.12, 0.19), (-0.88, 0.19));

    private static readonly Polygon StarFlat = new([.. Enumerable.Range(0, 10).Select(Tip)]);

    private static (double X, double Y) Tip(int corner)
    {
        double radius = corner % 2 == 0 ? 0.95 : 0.42, angle = corner * Math.PI / 5;
        return (radius * Turn.Sine(angle), radius * Turn.Cosine(angle));
    }
}
