using Semblance.Data.LongTails;

namespace Semblance.Golden.Subjects;

/// <summary><c>cifar_lt_counts</c> and <c>cifar_lt_select</c>: how many images of each class a long tail has, and which.</summary>
internal static class LongTailSubjects
{
    public static void Counts(GoldenCase golden, GoldenCheck check)
    {
        int[] counts = CountsOf(golden, golden.Integer("num_classes"), golden.Number("max_per_class"));
        check.EqualExactly("counts", counts);
        Totals(check, counts);
    }

    public static void Select(GoldenCase golden, GoldenCheck check)
    {
        int[] labels = golden.Input("labels").Integers();
        int classes = golden.Integer("num_classes", labels.Distinct().Count());
        // The published code takes the mean size of the classes for that of the largest.
        int[] counts = CountsOf(golden, classes, golden.Number("max_per_class", labels.Length / (double)classes));
        check.EqualExactly("counts", counts);
        int[] chosen = LongTail.Select(labels, counts, checked((uint)golden.Number("seed", 0)));
        check.EqualExactly("selected_index", chosen);
        if (check.Expects("selected_labels"))
        {
            check.EqualExactly("selected_labels", [.. chosen.Select(image => labels[image])]);
        }
        Totals(check, counts);
    }

    private static int[] CountsOf(GoldenCase golden, int classes, double most) => golden.Text("imb_type", "exp") switch
    {
        "exp" => LongTail.Counts(classes, most, golden.Number("imb_factor"), LongTailProfile.Exponential),
        "step" => LongTail.Counts(classes, most, golden.Number("imb_factor"), LongTailProfile.Step),
        "none" => LongTail.Counts(classes, most, 1, LongTailProfile.Exponential),
        string other => throw new InvalidDataException($"imb_type is '{other}'; exp, step or none is needed."),
    };

    private static void Totals(GoldenCheck check, int[] counts)
    {
        foreach ((string name, int value) in new[] { ("total", counts.Sum()), ("num_many", counts.Count(n => n > 100)), ("num_medium", counts.Count(n => n is >= 20 and <= 100)), ("num_few", counts.Count(n => n < 20)) })
        {
            if (check.Expects(name))
            {
                check.Equal(name, value);
            }
        }
    }
}
