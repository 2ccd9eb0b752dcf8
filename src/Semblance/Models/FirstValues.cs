using Semblance.Tensors;

namespace Semblance.Models;

/// <summary>First values of weights, drawn from a seed and a name.</summary>
/// <param name="Seed">Seed of the run.</param>
/// <param name="Module">Full name of the module whose weights are drawn.</param>
public readonly record struct FirstValues(long Seed, string Module)
{
    /// <summary>Evenly between -bound and bound.</summary>
    /// <param name="parameter">What is filled; it lies on the CPU.</param>
    /// <param name="bound">At least 0.</param>
    public void Uniform(Parameter parameter, double bound)
    {
        SeededRandom random = Random(parameter);
        float[] values = new float[parameter.Value.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)random.Between(-bound, bound);
        }
        Set(parameter, values);
    }

    /// <summary>From a normal distribution around 0.</summary>
    /// <param name="parameter">What is filled; it lies on the CPU.</param>
    /// <param name="deviation">Its standard deviation.</param>
    public void Normal(Parameter parameter, double deviation)
    {
        SeededRandom random = Random(parameter);
        float[] values = new float[parameter.Value.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(deviation * random.NextNormal());
        }
        Set(parameter, values);
    }

    /// <summary>One value everywhere.</summary>
    /// <param name="parameter">What is filled.</param>
    /// <param name="value">The value.</param>
    public static void Constant(Parameter parameter, double value)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        using Autograd.Mode mode = Autograd.NoGrad();
        parameter.Value.Fill(value);
    }

    private static void Set(Parameter parameter, float[] values)
    {
        using Autograd.Mode mode = Autograd.NoGrad();
        using Tensor drawn = Tensor.From(values, parameter.Value.Shape);
        parameter.Value.CopyFrom(drawn);
    }

    private SeededRandom Random(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return new SeededRandom(Seed, (long)Hash($"{Module}.{parameter.Name}"));
    }

    /// <summary>A number for a name (FNV-1a).</summary>
    private static ulong Hash(string name)
    {
        ulong hash = 14695981039346656037UL;
        foreach (char letter in name)
        {
            hash = (hash ^ letter) * 1099511628211UL;
        }
        return hash;
    }
}
