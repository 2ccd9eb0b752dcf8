using static Semblance.Data.Drawn.Distance;

namespace Semblance.Data.Drawn.Shapes;

/// <summary>Things of metal and things to work with.</summary>
internal static class Tools
{
    public static double Hammer(Vec p)
    {
        double handle = Rod(p, new(0, -0.86, 0), new(0, 0.55, 0), 0.085);
        double grip = Rod(p, new(0, -0.82, 0), new(0, -0.35, 0), 0.125);
        double head = Box(p - new Vec(0.1, 0.58, 0), 0.34, 0.15, 0.15);
        double face = Cylinder(new Vec(p.Y - 0.58, p.X - 0.47, p.Z), 0.2, 0.09);
        double claw = Slab(Claw.From(p.X, p.Y), p.Z, 0.13);
        return Join(Join(handle, grip), head, face, claw);
    }

    public static double Key(Vec p)
    {
        double bow = Hypot(Hypot(p.X + 0.55, p.Y) - 0.29, p.Z) - 0.1;
        double shaft = Rod(p, new(-0.25, 0, 0), new(0.88, 0, 0), 0.085);
        double outer = Box(p - new Vec(0.8, -0.19, 0), 0.07, 0.19, 0.06);
        double inner = Box(p - new Vec(0.54, -0.14, 0), 0.07, 0.14, 0.06);
        return Join(bow, shaft, outer, inner);
    }

    public static double Dumbbell(Vec p)
    {
        Vec side = new(p.Y, Math.Abs(p.X), p.Z);
        double bar = Cylinder(side, 0.09, 0.88);
        double plate = Cylinder(side - new Vec(0, 0.5, 0), 0.44, 0.08);
        double small = Cylinder(side - new Vec(0, 0.68, 0), 0.31, 0.07);
        return Join(bar, plate, small);
    }

    /// <summary>Eight teeth: the plane is folded along its axes, its diagonals and once more, and one tooth is described.</summary>
    public static double Gear(Vec p)
    {
        double radius = Hypot(p.X, p.Y);
        double x = Math.Abs(p.X), y = Math.Abs(p.Y);
        (x, y) = (Math.Max(x, y), Math.Min(x, y));
        double beyond = Math.Min(0, (x * Sine22) - (y * Cosine22));
        (x, y) = (x - (2 * beyond * Sine22), y + (2 * beyond * Cosine22));
        double tooth = Box(new(x - 0.72, y, 0), 0.2, 0.14, 1, 0.03);
        return Slab(Cut(Join(radius - 0.68, tooth), radius - 0.27), p.Z, 0.17);
    }

    public static double Chain(Vec p)
    {
        double middle = Link(p.X, p.Z, p.Y);
        double side = Link(Math.Abs(p.X) - 0.57, p.Y, p.Z);
        return Join(middle, side);
    }

    private static double Link(double along, double across, double through) =>
        Hypot(Hypot(Math.Max(Math.Abs(along) - 0.14, 0), across) - 0.2, through) - 0.075;

    private const double Sine22 = 0.3826834323650898;
    private const double Cosine22 = 0.9238795325112867;

    private static readonly Polygon Claw = new((-0.15, 0.73), (-0.4, 0.66), (-0.66, 0.42), (-0.44, 0.5), (-0.15, 0.45));
}
