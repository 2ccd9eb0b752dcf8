namespace Semblance.Data.Drawn;

/// <summary>How far a point is from simple solids round the origin: below 0 inside. Never more than the true distance, so that a ray may step by it.</summary>
internal static class Distance
{
    public static double Ball(Vec p, double radius) => p.Length() - radius;

    /// <summary>A box with half sides <paramref name="x"/>, <paramref name="y"/>, <paramref name="z"/>, its edges rounded within them.</summary>
    public static double Box(Vec p, double x, double y, double z, double rounding = 0.02)
    {
        double a = Math.Abs(p.X) - x + rounding, b = Math.Abs(p.Y) - y + rounding, c = Math.Abs(p.Z) - z + rounding;
        double inside = Math.Min(Math.Max(a, Math.Max(b, c)), 0);
        return inside + Hypot(Math.Max(a, 0), Math.Max(b, 0), Math.Max(c, 0)) - rounding;
    }

    /// <summary>An upright cylinder from -<paramref name="half"/> to <paramref name="half"/>.</summary>
    public static double Cylinder(Vec p, double radius, double half) => Slab(Hypot(p.X, p.Z) - radius, p.Y, half);

    /// <summary>A flat figure, <paramref name="flat"/> away, given a thickness of twice <paramref name="half"/> along <paramref name="along"/>.</summary>
    public static double Slab(double flat, double along, double half)
    {
        double b = Math.Abs(along) - half;
        return Math.Min(Math.Max(flat, b), 0) + Hypot(Math.Max(flat, 0), Math.Max(b, 0));
    }

    /// <summary>An upright cone without its tip: radius <paramref name="low"/> at -<paramref name="half"/>, <paramref name="high"/> at <paramref name="half"/>.</summary>
    public static double Frustum(Vec p, double low, double high, double half)
    {
        double r = Hypot(p.X, p.Z);
        double slope = (high - low) / (2 * half);
        double mantle = (r - ((low + high) / 2) - (slope * p.Y)) / Math.Sqrt(1 + (slope * slope));
        return Math.Max(mantle, Math.Abs(p.Y) - half);
    }

    /// <summary>A ring that lies flat round the y axis.</summary>
    public static double Ring(Vec p, double radius, double thickness) => Hypot(Hypot(p.X, p.Z) - radius, p.Y) - thickness;

    /// <summary>A rod with round ends.</summary>
    public static double Rod(Vec p, Vec from, Vec to, double radius)
    {
        Vec way = to - from, at = p - from;
        double share = Math.Clamp(Vec.Dot(at, way) / Vec.Dot(way, way), 0, 1);
        return (at - (way * share)).Length() - radius;
    }

    /// <summary>A ball with half axes <paramref name="x"/>, <paramref name="y"/>, <paramref name="z"/>.</summary>
    public static double Egg(Vec p, double x, double y, double z)
    {
        double least = Math.Min(x, Math.Min(y, z));
        return (Hypot(p.X / x, p.Y / y, p.Z / z) - 1) * least;
    }

    public static double Join(double a, double b) => Math.Min(a, b);

    public static double Join(double a, double b, double c) => Math.Min(a, Math.Min(b, c));

    public static double Join(double a, double b, double c, double d) => Math.Min(Math.Min(a, b), Math.Min(c, d));

    /// <summary><paramref name="whole"/> without <paramref name="part"/>.</summary>
    public static double Cut(double whole, double part) => Math.Max(whole, -part);

    public static double Hypot(double a, double b) => Math.Sqrt((a * a) + (b * b));

    public static double Hypot(double a, double b, double c) => Math.Sqrt((a * a) + (b * b) + (c * c));
}
