using static Semblance.Data.Drawn.Distance;

namespace Semblance.Data.Drawn.Shapes;

/// <summary>Things that stand in a room.</summary>
internal static class Household
{
    public static double Mug(Vec p)
    {
        Vec body = p + new Vec(0.15, 0, 0);
        double cup = Cut(Cylinder(body, 0.52, 0.62), Cylinder(body - new Vec(0, 0.12, 0), 0.43, 0.62));
        double handle = Hypot(Hypot(p.X - 0.4, p.Y) - 0.33, p.Z) - 0.09;
        return Join(cup, Cut(handle, Hypot(body.X, body.Z) - 0.48));
    }

    public static double Bottle(Vec p)
    {
        double body = Cylinder(p - new Vec(0, -0.42, 0), 0.34, 0.5);
        double shoulder = Frustum(p - new Vec(0, 0.21, 0), 0.34, 0.12, 0.14);
        double neck = Cylinder(p - new Vec(0, 0.55, 0), 0.12, 0.33);
        double cap = Cylinder(p - new Vec(0, 0.82, 0), 0.16, 0.1);
        return Join(body, shoulder, neck, cap);
    }

    public static double Chair(Vec p)
    {
        Vec folded = p.FoldXZ();
        double seat = Box(p - new Vec(0, -0.1, 0), 0.43, 0.06, 0.41);
        double leg = Box(folded - new Vec(0.36, -0.45, 0.34), 0.06, 0.35, 0.06);
        double post = Box(new(folded.X - 0.36, p.Y - 0.35, p.Z + 0.34), 0.06, 0.45, 0.06);
        double rail = Box(p - new Vec(0, 0.61, -0.34), 0.37, 0.15, 0.04);
        double slat = Box(p - new Vec(0, 0.24, -0.34), 0.37, 0.06, 0.03);
        return Join(Join(seat, leg), post, rail, slat);
    }

    public static double Table(Vec p)
    {
        double top = Box(p - new Vec(0, 0.38, 0), 0.75, 0.06, 0.46);
        double leg = Box(p.FoldXZ() - new Vec(0.65, -0.07, 0.36), 0.075, 0.45, 0.075);
        return Join(top, leg);
    }

    public static double Lamp(Vec p)
    {
        double foot = Cylinder(p - new Vec(0, -0.85, 0), 0.36, 0.06);
        double pole = Cylinder(p - new Vec(0, -0.25, 0), 0.055, 0.62);
        double shade = Cut(Frustum(p - new Vec(0, 0.47, 0), 0.54, 0.28, 0.37), Frustum(p - new Vec(0, 0.42, 0), 0.5, 0.24, 0.37));
        return Join(foot, pole, shade);
    }

    public static double Umbrella(Vec p)
    {
        Vec from = p - new Vec(0, 0.05, 0);
        double shell = Math.Max(Math.Abs(Egg(from, 0.86, 0.68, 0.86) + 0.03) - 0.03, -from.Y);
        double stick = Rod(p, new(0, -0.72, 0), new(0, 0.86, 0), 0.045);
        Vec bend = p - new Vec(0.14, -0.72, 0);
        double hook = Math.Max(Hypot(Hypot(bend.X, bend.Y) - 0.14, bend.Z) - 0.045, bend.Y);
        return Join(shell, stick, hook);
    }

    public static double Hourglass(Vec p)
    {
        Vec half = new(p.X, Math.Abs(p.Y), p.Z);
        double glass = Frustum(half - new Vec(0, 0.35, 0), 0.06, 0.45, 0.37);
        double plate = Cylinder(half - new Vec(0, 0.74, 0), 0.56, 0.06);
        Vec folded = half.FoldXZ();
        double post = Hypot(folded.X - 0.36, folded.Z - 0.36) - 0.05;
        return Join(glass, plate, Math.Max(post, half.Y - 0.74));
    }
}
