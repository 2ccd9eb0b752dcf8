using Semblance.Data.Drawn.Shapes;

namespace Semblance.Data.Drawn;

/// <summary>A thing in its place: its shape, where and how large it stands and what it is covered with.</summary>
internal sealed record Solid(Shape Shape, Vec Place, Turn Turn, double Scale, Coat Coat)
{
    private const int MostSteps = 56;
    private const double Near = 0.002;

    /// <summary>Where a ray first meets the thing, as a distance along the ray; infinite where it passes by.</summary>
    public double Meet(Vec from, Vec way)
    {
        (Vec start, Vec along) = Local(from, way);
        (double t, double end) = Across(start, along);
        t = Math.Max(t, 0);
        for (int step = 0; step < MostSteps && t < end; step++)
        {
            double free = Shape.Distance(start + (along * t));
            if (free < Near)
            {
                return t * Scale;
            }

            t += free;
        }

        return double.PositiveInfinity;
    }

    /// <summary>The share of a lamp's light, of half width <paramref name="spread"/> seen from here, that gets past the thing.</summary>
    public double Past(Vec from, Vec way, double spread)
    {
        (Vec start, Vec along) = Local(from, way);
        (double t, double end) = Across(start, along);
        t = Math.Max(t, 0.04);
        double light = 1;
        for (int step = 0; step < 24 && t < end; step++)
        {
            double free = Shape.Distance(start + (along * t));
            light = Math.Min(light, free / (t * spread));
            if (light < 0.01)
            {
                return 0;
            }

            t += Math.Max(free, 0.03);
        }

        return light;
    }

    public Vec Normal(Vec at)
    {
        Vec p = ToLocal(at);
        const double e = 0.004;
        double here = Shape.Distance(p);
        Vec slope = new(
            Shape.Distance(new(p.X + e, p.Y, p.Z)) - here,
            Shape.Distance(new(p.X, p.Y + e, p.Z)) - here,
            Shape.Distance(new(p.X, p.Y, p.Z + e)) - here);
        double length = slope.Length();
        return length > 0 ? Turn.ToWorld(slope * (1 / length)) : new(0, 1, 0);
    }

    public Vec Light(Vec at) => Coat.At(ToLocal(at));

    private Vec ToLocal(Vec at) => Turn.ToLocal(at - Place) * (1 / Scale);

    private (Vec Start, Vec Along) Local(Vec from, Vec way) => (ToLocal(from), Turn.ToLocal(way));

    /// <summary>The part of the ray in the ball of radius 1 that holds the shape; empty (start at infinity) where it misses.</summary>
    private static (double From, double To) Across(Vec start, Vec along)
    {
        double middle = -Vec.Dot(start, along);
        double half = (middle * middle) - Vec.Dot(start, start) + 1;
        if (half <= 0)
        {
            return (double.PositiveInfinity, 0);
        }

        half = Math.Sqrt(half);
        return (middle - half, middle + half);
    }
}

/// <summary>What a thing is covered with: two colours in a pattern, which lies <paramref name="Scale"/> times as fine and turned.</summary>
internal sealed record Coat(Paint Paint, Vec First, Vec Second, Texture Texture, Turn Turn, double Scale, Vec Shift)
{
    public Vec At(Vec p) => Vec.Mix(First, Second, Texture.Share((Turn.ToLocal(p) * Scale) + Shift));
}
