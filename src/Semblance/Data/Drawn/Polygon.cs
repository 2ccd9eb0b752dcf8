namespace Semblance.Data.Drawn;

/// <summary>A flat figure with straight edges, given by its corners in order.</summary>
internal sealed class Polygon(params (double X, double Y)[] corners)
{
    /// <summary>How far (x, y) is from the edge; below 0 inside.</summary>
    public double From(double x, double y)
    {
        double nearest = double.MaxValue;
        bool inside = false;
        (double X, double Y) from = corners[^1];
        foreach ((double X, double Y) to in corners)
        {
            double wayX = to.X - from.X, wayY = to.Y - from.Y, atX = x - from.X, atY = y - from.Y;
            double share = Math.Clamp(((atX * wayX) + (atY * wayY)) / ((wayX * wayX) + (wayY * wayY)), 0, 1);
            double offX = atX - (wayX * share), offY = atY - (wayY * share);
            nearest = Math.Min(nearest, (offX * offX) + (offY * offY));
            if (from.Y > y != to.Y > y && x < from.X + ((y - from.Y) * wayX / wayY))
            {
                inside = !inside;
            }

            from = to;
        }

        return inside ? -Math.Sqrt(nearest) : Math.Sqrt(nearest);
    }
}
