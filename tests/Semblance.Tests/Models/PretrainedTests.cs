using System.Globalization;
using System.Text.Json;
using Semblance.Models.Backbones;
using Semblance.Tensors;
using Semblance.Tensors.Images;
using Xunit;

namespace Semblance.Tests.Models;

/// <summary>The shared ImageNet classifiers on photos, against torchvision with the same weights; see Files/make_photos.py.</summary>
public sealed class PretrainedTests
{
    private static JsonElement[] Rows(string backbone)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Repository.File("tests/Semblance.Tests/Models/Files/photos.json")));
        return [.. document.RootElement.GetProperty("rows").EnumerateArray().Where(row => row.GetProperty("backbone").GetString() == backbone).Select(row => row.Clone())];
    }

    private static float[] Floats(JsonElement row, string name) => [.. row.GetProperty(name).EnumerateArray().Select(value => value.GetSingle())];

    /// <summary>Short side to 256, centre crop of 224, in one resampling.</summary>
    private static float[] Read(string path, Normalization normalization)
    {
        byte[] encoded = File.ReadAllBytes(path);
        ImageInfo info = ImageCodec.Probe(encoded, path);
        int side = Math.Min(info.Width, info.Height);
        double wide = Math.Round(info.Width * 256.0 / side), high = Math.Round(info.Height * 256.0 / side);
        double left = Math.Floor((wide - 224) / 2), top = Math.Floor((high - 224) / 2);
        ImageView view = new(left * info.Width / wide, top * info.Height / high, 224 * info.Width / wide, 224 * info.Height / high, 224, 224);
        float[] pixels = new float[3 * 224 * 224];
        Assert.True(ImageCodec.TryRender(encoded, view, normalization, pixels, out ImageProblem problem), problem.ToString());
        return pixels;
    }

    [Theory]
    [InlineData("squeezenet1_1")]
    [InlineData("mobilenet_v2")]
    public void The_shared_classifiers_say_what_torchvision_says(string name)
    {
        using TensorScope scope = new();
        using Autograd.Mode mode = Autograd.NoGrad();
        JsonElement[] rows = Rows(name);
        string photos = Shared.Folder("data/coco256");
        using Backbone backbone = BackboneCatalogue.Find(name).Create(1000);
        backbone.Load(Shared.Folder($"weights/{name}.safetensors"));
        backbone.Evaluate();
        float[] images = [.. rows.SelectMany(row => Read(Path.Combine(photos, row.GetProperty("photo").GetString()!), new Normalization(Floats(row, "mean"), Floats(row, "std"))))];
        Tensor probabilities = backbone.Forward(Tensor.From(images, rows.Length, 3, 224, 224)).Softmax(1);
        long[] best = probabilities.ArgMax(1).ToArray<long>();
        for (int i = 0; i < rows.Length; i++)
        {
            int label = rows[i].GetProperty("label").GetInt32();
            Assert.Equal(label, best[i]);
            double probability = probabilities.Select(0, i).Select(0, label).ToDouble();
            Assert.True(Math.Abs(rows[i].GetProperty("probability").GetDouble() - probability) <= 0.03, string.Create(CultureInfo.InvariantCulture, $"{rows[i]}: {probability}"));
        }
    }

    [Theory]
    [InlineData("squeezenet1_1")]
    [InlineData("mobilenet_v2")]
    public void The_shared_weights_load_into_a_backbone_without_its_classifier(string name)
    {
        using Backbone backbone = BackboneCatalogue.Find(name).Create(null);
        backbone.LoadFeatures(Shared.Folder($"weights/{name}.safetensors"));
        Assert.All(backbone.Parameters(), item => Assert.True(item.Value.Abs().Sum().ToDouble() > 0));
    }
}
