using Semblance.Data.Drawn.Shapes;

namespace Semblance.Data.Drawn;

/// <summary>Chance: from a stream of random numbers to a scene that shows one object.</summary>
internal static class SceneSampler
{
    private const double Far = 5;
    private const double Slope = 0.215;

    private static readonly (string Name, double Least, double Most)[] Sizes =
        [("small", 0.64, 0.74), ("medium", 0.76, 0.88), ("large", 0.90, 1.04)];

    private static readonly (string Name, double Strength)[] Lightings = [("dim", 0.7), ("even", 1.0), ("bright", 1.35)];

    public static DrawnScene Sample(DrawnRandom random, Shape shape)
    {
        (string size, double least, double most) = Pick(random, Sizes);
        double scale = random.Between(least, most);
        (string lighting, double strength) = Pick(random, Lightings);
        Ground ground = Pick(random, Ground.All);
        View view = SampleView(random);
        Solid thing = new(shape, default, Pose(random, shape), scale, SampleCoat(random, Pick(random, Palette.All), Pick(random, Texture.All)));
        Backdrop backdrop = SampleBackdrop(random, ground, -shape.Bottom * scale);
        int others = random.Below(3) switch { 0 => 0, 1 => random.Below(2) + 1, _ => random.Below(3) + 3 };
        bool covered = random.Chance(0.25);
        bool soft = random.Chance(0.3);

        List<Solid> solids = [thing];
        for (int i = 0; i < others; i++)
        {
            solids.Add(Bystander(random, backdrop.Floor));
        }

        if (covered)
        {
            solids.Add(Cover(random, view, scale));
        }

        DrawnAttributes attributes = new(
            shape.Name,
            thing.Coat.Paint.Name,
            thing.Coat.Texture.Name,
            ground.Name,
            size,
            lighting,
            others == 0 ? "none" : others < 3 ? "few" : "many",
            covered ? "covered" : "open",
            soft ? "soft" : "sharp");
        double blur = soft ? random.Between(0.7, 1) : random.Between(0, 0.25);
        return new(attributes, new(view, SampleLamp(random, strength), backdrop, [.. solids], blur, random.Between(1, 6), random.Next()));
    }

    private static View SampleView(DrawnRandom random)
    {
        double rise = random.Between(0.1, 0.55), roll = random.Between(-0.18, 0.18);
        double far = Far * random.Between(0.9, 1.15);
        return View.At(rise, roll, far, Slope * Far / far, (random.Between(-0.15, 0.15), random.Between(-0.15, 0.15)));
    }

    private static Turn Pose(DrawnRandom random, Shape shape)
    {
        double yaw = random.Between(-shape.Swing, shape.Swing);
        Turn turn = Turn.Of(yaw, shape.Lean + random.Between(-0.1, 0.1), random.Between(-0.12, 0.12));
        return random.Chance(0.5) ? turn : Turn.Of(yaw + Math.PI, shape.Lean, random.Between(-0.12, 0.12));
    }

    private static Lamp SampleLamp(DrawnRandom random, double strength)
    {
        double aside = random.Between(-1.2, 1.2), up = random.Between(0.5, 1.2);
        Vec way = Turn.Of(aside, -up, 0).Front;
        double around = random.Between(0.22, 0.42);
        return new(way, strength * (1 - (around * 0.4)), strength * around, random.Chance(0.5) ? random.Between(0.1, 0.5) : 0);
    }

    private static Coat SampleCoat(DrawnRandom random, Paint paint, Texture texture)
    {
        Vec jitter = new(random.Between(0.8, 1.2), random.Between(0.8, 1.2), random.Between(0.8, 1.2));
        Vec first = paint.Light * jitter * random.Between(0.8, 1.05);
        bool darker = random.Chance(0.5) || paint.Name == "white";
        Vec second = darker ? first * random.Between(0.25, 0.5) : Vec.Mix(first, new(0.85, 0.85, 0.8), random.Between(0.4, 0.75));
        double finest = texture.Name is "dots" or "checker" ? 3.2 : 2.6;
        Turn turn = Turn.Of(random.Between(-3, 3), random.Between(-1, 1), random.Between(-1, 1));
        Vec shift = random.Direction() * random.Between(0, 2);
        return new(paint, first, second, texture, turn, random.Between(finest * 0.75, finest * 1.3), texture.Name == "circles" ? shift * 0.4 : shift);
    }

    private static Backdrop SampleBackdrop(DrawnRandom random, Ground ground, double floor)
    {
        bool night = ground.Name == "night";
        (double low, double high) = night ? (0.12, 0.35) : (0.45, 0.95);
        Vec first = Palette.Soft(random, low, high), wall = ground.Name == "studio" ? first : Palette.Soft(random, low, high);
        Vec second = first * random.Between(0.55, 0.8), wallToo = night ? new(0.5, 0.5, 0.45) : wall * random.Between(0.6, 0.85);
        return new(ground, floor, random.Between(1.8, 2.8), (first, second), (wall, wallToo), Turn.Of(random.Between(-3, 3), 0, 0));
    }

    /// <summary>Something that stands behind or beside the object.</summary>
    private static Solid Bystander(DrawnRandom random, double floor)
    {
        Shape shape = Pick(random, Catalogue.Clutter);
        double scale = random.Between(0.18, 0.36);
        double angle = random.Between(-0.25, Math.PI + 0.25), far = random.Between(1.0, 1.7);
        Vec place = new(far * Turn.Cosine(angle), floor + (shape.Bottom * scale), -far * Turn.Sine(angle));
        return new(shape, place, Turn.Of(random.Between(-3, 3), 0, 0), scale, AnyCoat(random));
    }

    /// <summary>Something between the camera and the rim of the object.</summary>
    private static Solid Cover(DrawnRandom random, View view, double scale)
    {
        Shape shape = Pick(random, Catalogue.Clutter);
        double angle = random.Between(-3, 3), off = scale * random.Between(0.65, 0.95);
        double x = view.ShiftX + (off * 0.85 * Turn.Sine(angle)), y = view.ShiftY + (off * 0.85 * Turn.Cosine(angle));
        Turn turn = Turn.Of(random.Between(-3, 3), random.Between(-0.6, 0.6), random.Between(-0.6, 0.6));
        return new(shape, view.Point(x, y, random.Between(2.6, 3.2)), turn, random.Between(0.13, 0.22), AnyCoat(random));
    }

    private static Coat AnyCoat(DrawnRandom random) => SampleCoat(random, Pick(random, Palette.All), Pick(random, Texture.All));

    private static T Pick<T>(DrawnRandom random, IReadOnlyList<T> choices) => choices[random.Below(choices.Count)];
}
