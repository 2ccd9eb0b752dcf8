namespace Semblance.Data.Drawn;

/// <summary>Smooth random heights in space: a random number at every whole point and a soft way between them.</summary>
internal static class Roughness
{
    /// <summary>The height at <paramref name="p"/>, in [0, 1).</summary>
    public static double At(Vec p)
    {
        double x = Math.Floor(p.X), y = Math.Floor(p.Y), z = Math.Floor(p.Z);
        double u = Soft(p.X - x), v = Soft(p.Y - y), w = Soft(p.Z - z);
        double near = Blend(Row(x, y, z, u), Row(x, y + 1, z, u), v);
        double far = Blend(Row(x, y, z + 1, u), Row(x, y + 1, z + 1, u), v);
        return Blend(near, far, w);
    }

    /// <summary>From 0 to 1 with level ends.</summary>
    public static double Soft(double share) => share * share * (3 - (2 * share));

    private static double Row(double x, double y, double z, double share) => Blend(Corner(x, y, z), Corner(x + 1, y, z), share);

    private static double Blend(double a, double b, double share) => a + ((b - a) * share);

    private static double Corner(double x, double y, double z)
    {
        uint h = ((uint)(int)x * 73856093u) ^ ((uint)(int)y * 19349663u) ^ ((uint)(int)z * 83492791u);
        h = (h ^ (h >> 15)) * 0x2C1B3C6Du;
        h = (h ^ (h >> 12)) * 0x297A2D39u;
        return (h ^ (h >> 15)) * (1.0 / 4294967296.0);
    }
}
