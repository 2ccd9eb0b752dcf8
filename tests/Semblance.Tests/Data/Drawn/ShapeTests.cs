using Semblance.Data.Drawn;
using Semblance.Data.Drawn.Shapes;
using Xunit;

namespace Semblance.Tests.Data.Drawn;

public sealed class ShapeTests
{
    public static TheoryData<string> Names => [.. Every.Select(shape => shape.Name)];

    private static IEnumerable<Shape> Every => Catalogue.All.Concat(Catalogue.Clutter);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_shape_fits_in_the_ball_of_radius_1(string name)
    {
        Shape shape = Named(name);
        DrawnRandom random = new(1);
        double least = Enumerable.Range(0, 5000).Min(_ => shape.Distance(random.Direction()));
        Assert.True(least > 0, $"{name} reaches {-least} beyond the ball");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_distance_never_grows_faster_than_the_way(string name)
    {
        Shape shape = Named(name);
        DrawnRandom random = new(2);
        for (int i = 0; i < 5000; i++)
        {
            Vec from = random.Direction() * random.Between(0, 1.2), to = from + (random.Direction() * random.Between(0.001, 0.3));
            double grown = Math.Abs(shape.Distance(to) - shape.Distance(from)), way = (to - from).Length();
            Assert.True(grown <= way * 1.001, $"{name}: {grown} over {way} from {from}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_shape_has_an_inside_and_stands_on_its_bottom(string name)
    {
        Shape shape = Named(name);
        DrawnRandom random = new(3);
        Turn rest = Turn.Of(0, shape.Lean, 0);
        double[] heights = [.. Enumerable.Range(0, 100000)
            .Select(_ => new Vec(random.Between(-1, 1), random.Between(-1, 1), random.Between(-1, 1)))
            .Where(p => shape.Distance(p) < 0)
            .Select(p => rest.ToWorld(p).Y)];
        Assert.NotEmpty(heights);
        Assert.InRange(-heights.Min(), shape.Bottom - 0.07, shape.Bottom + 0.001);
    }

    [Fact]
    public void Sine_agrees_with_the_library()
    {
        for (double angle = -8; angle < 8; angle += 0.01)
        {
            Assert.Equal(Math.Sin(angle), Turn.Sine(angle), 1e-12);
            Assert.Equal(Math.Cos(angle), Turn.Cosine(angle), 1e-12);
        }
    }

    private static Shape Named(string name) => Every.Single(shape => shape.Name == name);
}
