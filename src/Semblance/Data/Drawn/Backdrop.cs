namespace Semblance.Data.Drawn;

/// <summary>The floor and the wall behind it.</summary>
/// <param name="Ground">Which patterns they have.</param>
/// <param name="Floor">Height of the floor.</param>
/// <param name="Back">How far behind the object the wall stands.</param>
/// <param name="FloorColours">The floor's two colours.</param>
/// <param name="WallColours">The wall's two colours.</param>
/// <param name="Turn">How the floor's pattern lies.</param>
internal sealed record Backdrop(Ground Ground, double Floor, double Back, (Vec First, Vec Second) FloorColours, (Vec First, Vec Second) WallColours, Turn Turn)
{
    /// <summary>Where a ray meets the floor or the wall, and which way that faces.</summary>
    public (double Far, Vec Normal) Meet(Vec from, Vec way)
    {
        double floor = way.Y < -0.001 ? (Floor - from.Y) / way.Y : double.PositiveInfinity;
        double wall = way.Z < -0.001 ? (-Back - from.Z) / way.Z : double.PositiveInfinity;
        return floor < wall ? (floor, new(0, 1, 0)) : (wall, new(0, 0, 1));
    }

    /// <summary>The colour at a place of the floor or, where <paramref name="normal"/> is level, of the wall.</summary>
    public Vec Light(Vec at, Vec normal) => normal.Y > 0.5
        ? Vec.Mix(FloorColours.First, FloorColours.Second, Ground.Floor(Turn.ToLocal(at)))
        : Vec.Mix(WallColours.First, WallColours.Second, Ground.Wall(at));
}

/// <summary>A kind of surroundings: where on the floor and on the wall the second colour shows.</summary>
internal sealed record Ground(string Name, Func<Vec, double> Floor, Func<Vec, double> Wall)
{
    public override string ToString() => Name;

    public static IReadOnlyList<Ground> All { get; } =
    [
        new("studio", _ => 0, _ => 0),
        new("tiles", p => Odd(Math.Floor(p.X * 1.3) + Math.Floor(p.Z * 1.3)), _ => 0),
        new("planks", p => Odd(Math.Floor(p.X * 2.1)), p => Odd(Math.Floor(p.Y * 2.1))),
        new("clouds", p => Roughness.At(new(p.X * 2.6, 0, p.Z * 2.6)), p => Roughness.At(new(p.X * 1.2, p.Y * 2.2, 0.5))),
        new("wallpaper", _ => 0, p => Odd(Math.Floor(p.X * 1.9))),
        new("night", p => 0.5 * Roughness.At(new(p.X * 1.7, 3, p.Z * 1.7)), p => Star(p)),
    ];

    private static double Odd(double whole) => whole - (2 * Math.Floor(whole / 2));

    /// <summary>One star in most cells of a grid on the wall, each elsewhere in its cell.</summary>
    private static double Star(Vec p)
    {
        double x = p.X * 1.9, y = p.Y * 1.9, column = Math.Floor(x), row = Math.Floor(y);
        double aside = 0.3 + (0.4 * Roughness.At(new(column, row, 11))), up = 0.3 + (0.4 * Roughness.At(new(column, row, 23)));
        return Distance.Hypot(x - column - aside, y - row - up) < 0.11 ? 1 : 0;
    }
}
