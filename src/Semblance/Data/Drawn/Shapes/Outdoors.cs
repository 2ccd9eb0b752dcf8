using static Semblance.Data.Drawn.Distance;

namespace Semblance.Data.Drawn.Shapes;

/// <summary>Things that are met outside: what grows, what is built, what drives and flies.</summary>
internal static class Outdoors
{
    public static double Tree(Vec p)
    {
        double trunk = Cylinder(p - new Vec(0, -0.7, 0), 0.13, 0.24);
        double low = Frustum(p - new Vec(0, -0.27, 0), 0.62, 0.18, 0.24);
        double middle = Frustum(p - new Vec(0, 0.16, 0), 0.49, 0.12, 0.23);
        double top = Frustum(p - new Vec(0, 0.62, 0), 0.36, 0.01, 0.28);
        return Join(trunk, low, middle, top);
    }

    public static double Mushroom(Vec p)
    {
        double stem = Frustum(p - new Vec(0, -0.4, 0), 0.3, 0.2, 0.42);
        Vec cap = p - new Vec(0, -0.05, 0);
        return Join(stem, Math.Max(Egg(cap, 0.82, 0.72, 0.82), -cap.Y));
    }

    public static double Snowman(Vec p)
    {
        double body = Join(Ball(p - new Vec(0, -0.5, 0), 0.44), Ball(p - new Vec(0, 0.08, 0), 0.32), Ball(p - new Vec(0, 0.5, 0), 0.23));
        double brim = Cylinder(p - new Vec(0, 0.68, 0), 0.31, 0.03);
        double hat = Cylinder(p - new Vec(0, 0.81, 0), 0.19, 0.14);
        double nose = Rod(p, new(0, 0.5, 0.2), new(0, 0.48, 0.42), 0.05);
        return Join(body, brim, hat, nose);
    }

    public static double House(Vec p)
    {
        double walls = Box(p - new Vec(0, -0.28, 0), 0.58, 0.36, 0.46, 0.01);
        double roof = Slab(Gable.From(p.X, p.Y), p.Z, 0.54);
        double chimney = Box(p - new Vec(0.36, 0.52, 0.1), 0.09, 0.26, 0.09, 0.01);
        double door = Box(p - new Vec(-0.2, -0.4, 0.46), 0.13, 0.24, 0.06, 0.01);
        double window = Box(p - new Vec(0.24, -0.24, 0.46), 0.14, 0.14, 0.06, 0.01);
        return Join(Cut(walls, Join(door, window)), roof, chimney);
    }

    public static double Car(Vec p)
    {
        double body = Box(p - new Vec(0, -0.1, 0), 0.86, 0.17, 0.4, 0.07);
        double cabin = Slab(Cabin.From(p.X, p.Y), p.Z, 0.33);
        Vec wheel = p.FoldXZ() - new Vec(0.5, 0, 0.37);
        return Join(body, cabin, Cylinder(new(wheel.X, wheel.Z, p.Y + 0.27), 0.21, 0.08));
    }

    public static double Plane(Vec p)
    {
        double hull = Rod(p, new(-0.78, 0, 0), new(0.74, 0, 0), 0.15);
        double z = Math.Abs(p.Z);
        double wing = Slab(Wing.From(p.X, z), p.Y, 0.035);
        double tail = Slab(Tail.From(p.X, z), p.Y - 0.05, 0.03);
        double fin = Slab(Fin.From(p.X, p.Y), p.Z, 0.03);
        return Join(hull, wing, tail, fin);
    }

    public static double Rocket(Vec p)
    {
        double body = Cylinder(p - new Vec(0, -0.1, 0), 0.25, 0.5);
        double nose = Egg(p - new Vec(0, 0.4, 0), 0.25, 0.56, 0.25);
        double nozzle = Frustum(p - new Vec(0, -0.68, 0), 0.2, 0.12, 0.1);
        (double far, double near) = Math.Abs(p.X) > Math.Abs(p.Z) ? (Math.Abs(p.X), p.Z) : (Math.Abs(p.Z), p.X);
        return Join(body, nose, nozzle, Slab(RocketFin.From(far, p.Y), near, 0.045));
    }

    private static readonly Polygon Gable = new((-0.72, 0.04), (0.72, 0.04), (0, 0.66));
    private static readonly Polygon Cabin = new((-0.56, 0.05), (0.42, 0.05), (0.2, 0.4), (-0.4, 0.4));
    private static readonly Polygon Wing = new((-0.12, 0), (0.28, 0), (-0.16, 0.9), (-0.34, 0.9));
    private static readonly Polygon Tail = new((-0.85, 0), (-0.55, 0), (-0.74, 0.36), (-0.88, 0.36));
    private static readonly Polygon Fin = new((-0.88, 0.05), (-0.5, 0.05), (-0.78, 0.45), (-0.92, 0.45));
    private static readonly Polygon RocketFin = new((0.15, -0.1), (0.25, -0.1), (0.6, -0.55), (0.6, -0.78), (0.15, -0.55));
}
