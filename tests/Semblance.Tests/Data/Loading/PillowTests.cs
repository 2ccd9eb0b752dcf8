using System.Globalization;
using System.Text.Json;
using Semblance.Data.Loading.Changes;
using Xunit;

namespace Semblance.Tests.Data.Loading;

/// <summary>Operations of policies against what Pillow makes of the same picture; it rounds to whole steps between, so that values may differ by one and a half.</summary>
public sealed class PillowTests
{
    private static readonly Lazy<JsonElement> Golden = new(() => JsonDocument.Parse(File.ReadAllText(Repository.File("tests/Semblance.Tests/Data/Loading/Files/pillow.json"))).RootElement);

    public static TheoryData<string> Operations => [.. Golden.Value.GetProperty("operations").EnumerateObject().Select(operation => operation.Name)];

    [Theory]
    [MemberData(nameof(Operations))]
    public void An_operation_does_what_Pillow_does(string operation)
    {
        int size = Golden.Value.GetProperty("size").GetInt32();
        float[] values = Planar(Golden.Value.GetProperty("image"), size), expected = Planar(Golden.Value.GetProperty("operations").GetProperty(operation), size);
        string[] words = operation.Split(' ');
        Do(words[0], words.Length > 1 ? double.Parse(words[1], CultureInfo.InvariantCulture) : 0, new(values, size));

        // Where a pixel's middle falls on the edge of two others, either is the nearest.
        int wrong = Enumerable.Range(0, values.Length).Count(at => Math.Abs(values[at] - expected[at]) > 1.51f / 255);
        Assert.InRange(wrong, 0, words[0] is "rotate" ? values.Length / 50 : 0);
    }

    private static void Do(string name, double amount, Planes image)
    {
        switch (name)
        {
            case "invert":
                Tones.Invert(image);
                break;
            case "equalize":
                Tones.Equalize(image);
                break;
            case "autocontrast":
                Tones.AutoContrast(image);
                break;
            case "solarize":
                Tones.Solarize(image, amount);
                break;
            case "posterize":
                Tones.Posterize(image, (int)amount);
                break;
            case "colour":
                Tones.Colour(image, (float)amount);
                break;
            case "contrast":
                Tones.Contrast(image, (float)amount);
                break;
            case "brightness":
                Tones.Brightness(image, (float)amount);
                break;
            case "sharpness":
                Tones.Sharpness(image, (float)amount);
                break;
            case "shear-x":
                Geometry.ShearX(image, amount);
                break;
            case "shear-y":
                Geometry.ShearY(image, amount);
                break;
            case "translate-x":
                Geometry.TranslateX(image, amount);
                break;
            case "translate-y":
                Geometry.TranslateY(image, amount);
                break;
            case "rotate":
                Geometry.Rotate(image, amount);
                break;
            default:
                Assert.Fail($"{name} is not tested.");
                break;
        }
    }

    private static float[] Planar(JsonElement text, int size)
    {
        byte[] bytes = text.GetBytesFromBase64();
        return [.. Enumerable.Range(0, bytes.Length).Select(at => bytes[(at % (size * size) * 3) + (at / (size * size))] / 255f)];
    }
}
