namespace Semblance.Data.Drawn.Shapes;

/// <summary>Every class of the drawn set, by name in order.</summary>
internal static class Catalogue
{
    public static IReadOnlyList<Shape> All { get; } =
    [
        new("arrow", Signs.Arrow, 0.52, 0.8),
        new("bottle", Household.Bottle, 0.92),
        new("car", Outdoors.Car, 0.48, 1.1),
        new("chain", Tools.Chain, 0.28, 0.7),
        new("chair", Household.Chair, 0.8),
        new("dumbbell", Tools.Dumbbell, 0.44, 1.0),
        new("gear", Tools.Gear, 0.92, 0.8),
        new("hammer", Tools.Hammer, 0.95, 0.8),
        new("heart", Signs.Heart, 0.78, 0.8),
        new("hourglass", Household.Hourglass, 0.8),
        new("house", Outdoors.House, 0.64),
        new("key", Tools.Key, 0.39, 0.7),
        new("lamp", Household.Lamp, 0.91),
        new("mug", Household.Mug, 0.62, 0.7),
        new("mushroom", Outdoors.Mushroom, 0.82),
        new("plane", Outdoors.Plane, 0.45, 1.0, 0.45),
        new("pyramid", Signs.Pyramid, 0.5),
        new("ring", Signs.Ring, 0.87, 0.8),
        new("rocket", Outdoors.Rocket, 0.78),
        new("snowman", Outdoors.Snowman, 0.94),
        new("star", Signs.Star, 0.77, 0.8),
        new("table", Household.Table, 0.52),
        new("tree", Outdoors.Tree, 0.94),
        new("umbrella", Household.Umbrella, 0.9),
    ];

    /// <summary>What lies about: plain solids, each of them part of many objects and none of them a class.</summary>
    public static IReadOnlyList<Shape> Clutter { get; } =
    [
        new("ball", p => Distance.Ball(p, 0.8), 0.8),
        new("block", p => Distance.Box(p, 0.55, 0.55, 0.55, 0.05), 0.55),
        new("plank", p => Distance.Box(p, 0.25, 0.85, 0.35, 0.05), 0.85),
        new("drum", p => Distance.Cylinder(p, 0.6, 0.55), 0.55),
        new("post", p => Distance.Cylinder(p, 0.22, 0.9), 0.9),
        new("peg", p => Distance.Frustum(p, 0.6, 0.3, 0.6), 0.6),
        new("egg", p => Distance.Egg(p, 0.6, 0.9, 0.6), 0.9),
    ];
}
