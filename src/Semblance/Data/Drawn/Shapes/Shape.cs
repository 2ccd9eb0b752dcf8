namespace Semblance.Data.Drawn.Shapes;

/// <summary>A kind of object that can be drawn; it fits in the ball of radius 1 round the origin.</summary>
/// <param name="Name">The class.</param>
/// <param name="Distance">How far a point is from the surface; below 0 inside.</param>
/// <param name="Bottom">How far below the origin it stands on the floor.</param>
/// <param name="Swing">How far it may turn from the front about the upright axis, radians; little for flat things.</param>
/// <param name="Lean">Turn about the horizontal axis at rest, radians.</param>
internal sealed record Shape(string Name, Func<Vec, double> Distance, double Bottom, double Swing = 0.9, double Lean = 0)
{
    public override string ToString() => Name;
}
