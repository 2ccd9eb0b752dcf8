namespace Semblance.Data.Drawn;

/// <summary>A rotation, by the three axes of the turned thing seen from the world.</summary>
internal readonly record struct Turn(Vec Right, Vec Up, Vec Front)
{
    public static Turn None { get; } = new(new(1, 0, 0), new(0, 1, 0), new(0, 0, 1));

    /// <summary>First <paramref name="roll"/> about z, then <paramref name="pitch"/> about x, then <paramref name="yaw"/> about y; radians.</summary>
    public static Turn Of(double yaw, double pitch, double roll)
    {
        Vec Place(Vec v) => AboutY(AboutX(AboutZ(v, roll), pitch), yaw);
        return new(Place(None.Right), Place(None.Up), Place(None.Front));
    }

    public Vec ToWorld(Vec v) => (Right * v.X) + (Up * v.Y) + (Front * v.Z);

    public Vec ToLocal(Vec v) => new(Vec.Dot(Right, v), Vec.Dot(Up, v), Vec.Dot(Front, v));

    /// <summary>Sine of an angle of at most a few turns, by its series; the same bits on every machine.</summary>
    public static double Sine(double angle)
    {
        double x = angle - (Math.Tau * Math.Round(angle / Math.Tau));
        double term = x, sum = x;
        for (int n = 1; n <= 12; n++)
        {
            term *= -x * x / (2 * n * ((2 * n) + 1));
            sum += term;
        }

        return sum;
    }

    public static double Cosine(double angle) => Sine(angle + (Math.PI / 2));

    private static Vec AboutX(Vec v, double angle) =>
        new(v.X, (v.Y * Cosine(angle)) - (v.Z * Sine(angle)), (v.Y * Sine(angle)) + (v.Z * Cosine(angle)));

    private static Vec AboutY(Vec v, double angle) =>
        new((v.X * Cosine(angle)) + (v.Z * Sine(angle)), v.Y, (v.Z * Cosine(angle)) - (v.X * Sine(angle)));

    private static Vec AboutZ(Vec v, double angle) =>
        new((v.X * Cosine(angle)) - (v.Y * Sine(angle)), (v.X * Sine(angle)) + (v.Y * Cosine(angle)), v.Z);
}
