namespace Semblance.Data.Drawn;

/// <summary>Draws scenes: rays step through distance fields, with one lamp, soft shadows, blur and noise.</summary>
/// <remarks>The same scene and size give the same bytes on every machine and in any thread.</remarks>
public static class DrawnRenderer
{
    private const double Unlike = 0.1;
    private const double LampSpread = 0.12;

    /// <summary>Draws a scene.</summary>
    /// <param name="scene">What to draw.</param>
    /// <param name="size">Width and height in pixels; 8 to 1024.</param>
    /// <returns>size x size x 3 bytes: rows from the top, red, green and blue of each pixel.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is outside 8 to 1024.</exception>
    public static byte[] Render(DrawnScene scene, int size)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 8);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, 1024);
        Stage stage = scene.Stage;
        Vec[] picture = Film.Blur(Rays(stage, size), size, stage.Blur);
        return Film.Develop(picture, stage.Noise, new(stage.NoiseSeed));
    }

    /// <summary>One ray a pixel, and four more where the picture changes: at an edge one ray would leave steps.</summary>
    private static Vec[] Rays(Stage stage, int size)
    {
        Vec[] first = new Vec[size * size];
        for (int i = 0; i < first.Length; i++)
        {
            first[i] = Sample(stage, size, (i % size) + 0.5, (i / size) + 0.5);
        }

        Vec[] picture = [.. first];
        for (int i = 0; i < first.Length; i++)
        {
            if (Changes(first, size, i))
            {
                double x = i % size, y = i / size;
                Vec sum = Sample(stage, size, x + 0.375, y + 0.125) + Sample(stage, size, x + 0.875, y + 0.375)
                    + Sample(stage, size, x + 0.125, y + 0.625) + Sample(stage, size, x + 0.625, y + 0.875);
                picture[i] = sum * 0.25;
            }
        }

        return picture;
    }

    private static bool Changes(Vec[] picture, int size, int i) =>
        (i % size > 0 && Differ(picture[i], picture[i - 1]))
        || (i % size < size - 1 && Differ(picture[i], picture[i + 1]))
        || (i >= size && Differ(picture[i], picture[i - size]))
        || (i < picture.Length - size && Differ(picture[i], picture[i + size]));

    private static bool Differ(Vec a, Vec b) =>
        Math.Abs(a.X - b.X) > Unlike || Math.Abs(a.Y - b.Y) > Unlike || Math.Abs(a.Z - b.Z) > Unlike;

    /// <summary>The picture's brightness at (x, y) in pixels, as a screen is told it.</summary>
    private static Vec Sample(Stage stage, int size, double x, double y)
    {
        Vec light = Follow(stage, stage.View.Ray((2 * x / size) - 1, 1 - (2 * y / size)));
        return new(Math.Sqrt(light.X), Math.Sqrt(light.Y), Math.Sqrt(light.Z));
    }

    private static Vec Follow(Stage stage, Vec way)
    {
        Vec eye = stage.View.Eye;
        (double nearest, Vec normal) = stage.Backdrop.Meet(eye, way);
        Solid? met = null;
        foreach (Solid solid in stage.Solids)
        {
            double far = solid.Meet(eye, way);
            if (far < nearest)
            {
                (nearest, met) = (far, solid);
            }
        }

        Vec at = eye + (way * nearest);
        if (met is null)
        {
            return Lit(stage, at, normal, stage.Backdrop.Light(at, normal));
        }

        normal = met.Normal(at);
        return Lit(stage, at, normal, met.Light(at)) + Gloss(stage.Lamp, normal, way);
    }

    private static Vec Lit(Stage stage, Vec at, Vec normal, Vec colour)
    {
        Lamp lamp = stage.Lamp;
        double facing = Vec.Dot(normal, lamp.Way);
        double around = lamp.Around * (0.75 + (0.25 * normal.Y));
        return colour * (around + (facing > 0 ? lamp.Strength * facing * Open(stage, at + (normal * 0.01)) : 0));
    }

    /// <summary>The share of the lamp's light that reaches a place.</summary>
    private static double Open(Stage stage, Vec at)
    {
        double light = 1;
        foreach (Solid solid in stage.Solids)
        {
            light = Math.Min(light, solid.Past(at, stage.Lamp.Way, LampSpread));
        }

        return light;
    }

    /// <summary>The lamp's reflection, sharpened by the 16th power.</summary>
    private static Vec Gloss(Lamp lamp, Vec normal, Vec way)
    {
        double shine = Math.Max(0, Vec.Dot(normal, (lamp.Way - way).Unit()));
        for (int i = 0; i < 4; i++)
        {
            shine *= shine;
        }

        double light = lamp.Gloss * lamp.Strength * shine;
        return new(light, light, light);
    }
}
