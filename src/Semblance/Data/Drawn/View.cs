namespace Semblance.Data.Drawn;

/// <summary>The camera: where it stands, how it is held and how much it sees.</summary>
internal sealed record View(Vec Eye, Turn Turn, double Slope, double ShiftX, double ShiftY)
{
    /// <summary>A camera that looks at the origin from <paramref name="far"/> away.</summary>
    /// <param name="rise">Angle above the floor, radians.</param>
    /// <param name="roll">How the camera is tilted, radians.</param>
    /// <param name="far">Distance to the origin.</param>
    /// <param name="slope">Half the height of the picture at distance 1.</param>
    /// <param name="shift">Where in the picture the origin is, in half pictures from the middle.</param>
    public static View At(double rise, double roll, double far, double slope, (double X, double Y) shift)
    {
        Turn turn = Turn.Of(0, -rise, 0);
        Turn held = Turn.Of(0, 0, roll);
        Vec eye = turn.Front * far;
        return new(eye, new(turn.ToWorld(held.Right), turn.ToWorld(held.Up), turn.Front), slope, shift.X, shift.Y);
    }

    /// <summary>The way of the ray at (x, y) of the picture: -1 to 1, x to the right and y up.</summary>
    public Vec Ray(double x, double y) =>
        ((Turn.Right * ((x - ShiftX) * Slope)) + (Turn.Up * ((y - ShiftY) * Slope)) - Turn.Front).Unit();

    /// <summary>The point that is <paramref name="far"/> along the ray at (x, y).</summary>
    public Vec Point(double x, double y, double far) => Eye + (Ray(x, y) * far);
}

/// <summary>The lamp and the light that comes from all sides.</summary>
/// <param name="Way">Direction to the lamp.</param>
/// <param name="Strength">Light of the lamp on a surface that faces it.</param>
/// <param name="Around">Light from all sides.</param>
/// <param name="Gloss">Strength of the lamp's reflection.</param>
internal sealed record Lamp(Vec Way, double Strength, double Around, double Gloss);
