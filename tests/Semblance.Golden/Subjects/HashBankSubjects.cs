using Semblance.Losses;
using Semblance.Losses.Hashing;
using Semblance.Tensors;
using static Semblance.Golden.Subjects.LossSubjects;

namespace Semblance.Golden.Subjects;

/// <summary>Hash methods that compare a batch with a bank of codes: one training step from a given bank.</summary>
internal static class HashBankSubjects
{
    public static void Dsh(GoldenCase golden, GoldenCheck check)
    {
        string margin = golden.Text("margin");
        if (margin is not ("" or "2*bits"))
        {
            throw Unknown("margin", margin);
        }
        double? number = margin.Length == 0 && golden.Has("margin") ? golden.Number("margin") : null;
        Run(golden, check, new DshOptions { Margin = number, QuantizationWeight = golden.Number("alpha", new DshOptions().QuantizationWeight), References = References(golden) });
    }

    public static void Dpsh(GoldenCase golden, GoldenCheck check) =>
        Run(golden, check, new DpshOptions { QuantizationWeight = golden.Number("alpha", new DpshOptions().QuantizationWeight), References = References(golden) });

    public static void Dhn(GoldenCase golden, GoldenCheck check) =>
        Run(golden, check, new DhnOptions { QuantizationWeight = golden.Number("alpha", new DhnOptions().QuantizationWeight), References = References(golden) });

    public static void Dbdh(GoldenCase golden, GoldenCheck check) => Run(golden, check, new DbdhOptions
    {
        Power = golden.Integer("p", new DbdhOptions().Power),
        QuantizationWeight = golden.Number("alpha", new DbdhOptions().QuantizationWeight),
        References = References(golden),
    });

    public static void Idhn(GoldenCase golden, GoldenCheck check) => Run(golden, check, LabelCosine(golden, new IdhnOptions()));

    public static void Isdh(GoldenCase golden, GoldenCheck check) => Run(golden, check, LabelCosine(golden, new IsdhOptions()));

    public static void Dsdh(GoldenCase golden, GoldenCheck check)
    {
        DiscreteCodesOptions defaults = new();
        DiscreteCodesOptions discrete = new()
        {
            Mu = golden.Number("mu", defaults.Mu),
            Nu = golden.Number("nu", defaults.Nu),
            Eta = golden.Number("eta", defaults.Eta),
            Passes = golden.Integer("dcc_iter", golden.Integer("passes", defaults.Passes)),
        };
        Run(golden, check, new DsdhOptions { Discrete = discrete });
    }

    public static void Dfh(GoldenCase golden, GoldenCheck check)
    {
        DfhOptions defaults = new();
        FisherCentersOptions centers = new()
        {
            Mu = golden.Number("mu", defaults.Centers.Mu),
            Between = golden.Number("vul", defaults.Centers.Between),
            Sharpness = golden.Number("nta", defaults.Centers.Sharpness),
        };
        double margin = golden.Number("m", golden.Number("margin", defaults.Margin));
        Run(golden, check, new DfhOptions { Margin = margin, QuantizationWeight = golden.Number("eta", defaults.QuantizationWeight), Centers = centers, References = References(golden) });
    }

    private static LabelCosineHashOptions LabelCosine(GoldenCase golden, LabelCosineHashOptions defaults) => defaults with
    {
        Alpha = golden.Number("alpha", defaults.Alpha),
        Gamma = golden.Number("gamma", defaults.Gamma),
        QuantizationWeight = golden.Number("lambda", defaults.QuantizationWeight),
        References = References(golden),
    };

    private static void Run(GoldenCase golden, GoldenCheck check, ITermOptions options)
    {
        using TensorScope scope = new();
        Tensor embeddings = Leaf(golden, "embeddings"), labels = Labels(golden, "labels");
        ITerm term = options.Create(Context(golden, embeddings, labels));
        Fill(golden, term);
        Tensor value = term.Forward(new TermInput(new Outputs((Outputs.Code, embeddings)), labels) { Items = Items(golden, embeddings.Size(0)) }).Value;
        check.Equal("loss", value.ToDouble());
        Gradients(check, value, ("grad_embeddings", embeddings));
    }

    private static HashReferences References(GoldenCase golden) => golden.Text("memory", golden.HasInput("memory_embeddings") ? "bank" : "batch") switch
    {
        "bank" => HashReferences.Bank,
        "batch" or "in_batch" or "in-batch" => HashReferences.Batch,
        "symmetric" => HashReferences.Symmetric,
        string other => throw Unknown("memory", other),
    };

    private static TermContext Context(GoldenCase golden, Tensor embeddings, Tensor labels)
    {
        bool several = labels.Rank == 2;
        int images = golden.HasInput("memory_embeddings") ? golden.Input("memory_embeddings").Shape[0] : golden.Integer("num_train", (int)embeddings.Size(0));
        int classes = several ? (int)labels.Size(1) : golden.Integer("num_classes", (int)labels.Max().ToInt64() + 1);
        return new TermContext(classes, (int)embeddings.Size(1), 0) { Items = images, MultiLabel = several, Type = DataType.Float64 };
    }

    private static Tensor Items(GoldenCase golden, long rows) => golden.HasInput("indices") ? Tensor(golden, "indices").To(DataType.Int64) : Semblance.Tensors.Tensor.Arange(0, rows);

    /// <summary>Puts the given state into the term, where it has such a state.</summary>
    private static void Fill(GoldenCase golden, ITerm term)
    {
        (string Input, string Buffer)[] known = [("memory_embeddings", "bank.codes"), ("memory_labels", "bank.labels"), ("centers", "centers")];
        foreach ((string input, string buffer) in known.Where(pair => golden.HasInput(pair.Input)))
        {
            foreach ((_, Tensor value) in term.Buffers.Where(kept => kept.Name == buffer))
            {
                value.CopyFrom(Tensor(golden, input));
            }
        }
    }
}
