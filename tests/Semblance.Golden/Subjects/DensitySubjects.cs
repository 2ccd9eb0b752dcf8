using System.Globalization;
using Semblance.Curriculum;

namespace Semblance.Golden.Subjects;

/// <summary><c>curriculumnet_density</c>, <c>curriculumnet_density_sampled</c> and <c>kmeans_1d</c>: densities of classes, and what subsets follow from them.</summary>
internal static class DensitySubjects
{
    public static void Density(GoldenCase golden, GoldenCheck check)
    {
        GoldenTensor features = golden.Input("features");
        DensityAnalysis found = DensityCurriculum.Fit(features.Data, Columns(features), golden.Input("labels").Integers(), Options(golden));
        check.Equal("density", found.Density);
        check.Equal("delta", found.Delta);
        check.Equal("distance_to_center", found.CentreDistance);
        check.EqualExactly("nearest_denser", found.NearestDenser);
        check.EqualExactly("subset", found.Subset);
        foreach (ClassDensity one in found.Classes)
        {
            CompareClass(check, $"per_class.{one.Label.ToString(CultureInfo.InvariantCulture)}", one);
        }
    }

    public static void Sampled(GoldenCase golden, GoldenCheck check)
    {
        GoldenTensor features = golden.Input("features");
        int columns = Columns(features);
        int[] samples = [.. Enumerable.Range(0, features.Data.Length / columns)];
        var found = SampledDensity.Of(FeatureRows.InMemory<double>(features.Data, columns), samples, golden.Input("reference_index").Integers(), golden.Number("density_t", 0.6));
        check.Equal("cutoff", found.Cutoff);
        check.Equal("count", found.Count);
        check.Equal("density_fraction", found.Fraction);
    }

    public static void KMeans(GoldenCase golden, GoldenCheck check)
    {
        LineClusters found = LineClusters.Of(golden.Input("values").Data, golden.Integer("k"));
        check.EqualExactly("assignment", found.Assignment);
        check.Equal("lower_bounds", found.LowerBounds);
        check.Equal("sse", found.Sse);
    }

    private static DensityOptions Options(GoldenCase golden) => new()
    {
        Variant = golden.Text("variant", "code") switch
        {
            "code" => DensityVariant.Code,
            "paper" => DensityVariant.Paper,
            string other => throw new InvalidDataException($"the variant '{other}' is unknown."),
        },
        Method = golden.Text("method", "default") switch
        {
            "default" => DensityMethod.Count,
            "gaussian" => DensityMethod.Gaussian,
            string other => throw new InvalidDataException($"the method '{other}' is unknown."),
        },
        OnDegenerate = golden.Text("on_degenerate", "throw").ToLowerInvariant().Replace("_", "", StringComparison.Ordinal) switch
        {
            "throw" => OnDegenerate.Throw,
            "putallinclean" => OnDegenerate.PutAllInClean,
            "userankthirds" => OnDegenerate.UseRankThirds,
            string other => throw new InvalidDataException($"on_degenerate '{other}' is unknown."),
        },
        Subsets = golden.Integer("n_subsets", 3),
        CutoffShare = golden.Number("density_t", 0.6),
        Reduce = golden.Flag("pca"),
        SampleAbove = 0,
    };

    private static void CompareClass(GoldenCheck check, string path, ClassDensity one)
    {
        if (one.Cutoff is { } cutoff)
        {
            check.Equal($"{path}.cutoff", cutoff);
        }
        else if (check.Expects($"{path}.cutoff") && check.Take($"{path}.cutoff").ValueKind != System.Text.Json.JsonValueKind.Null)
        {
            check.Fail($"{path}.cutoff is none, a number is expected");
        }

        check.Equal($"{path}.bounds_ascending", one.Bounds);
        check.EqualExactly($"{path}.center_index", [one.Centre]);
        check.Equal($"{path}.center_delta", one.CentreDelta);
        check.Equal($"{path}.mean_density_per_subset", one.MeanDensities);
        check.EqualExactly($"{path}.sizes", one.Sizes);
        check.Equal($"{path}.kmeans_sse", one.Sse);
    }

    private static int Columns(GoldenTensor features) => features.Shape is [_, var columns] ? columns : throw new InvalidDataException("the features are no matrix.");
}
