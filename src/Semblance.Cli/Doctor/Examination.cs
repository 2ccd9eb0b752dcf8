using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Semblance.Tensors;
using Semblance.Tensors.Images;
using Semblance.Tensors.Native;

namespace Semblance.Cli.Doctor;

/// <summary>Looks at everything that a run depends on.</summary>
internal static class Examination
{
    private const string InstallOpenBlas = "apt-get install libopenblas0-pthread && update-alternatives --auto libblas.so.3-$(uname -m)-linux-gnu";

    /// <summary>All findings, in the order in which one would mend them.</summary>
    public static IReadOnlyList<Finding> All()
    {
        List<Finding> findings = [Program(), Runtime(), Processor()];
        if (NativeLibraries.TryLoad(NativeLibraries.Torch, out string problem))
        {
            findings.AddRange([LibTorch(), Blas(), OneDnn(), Threads(), Cuda()]);
        }
        else
        {
            findings.Add(new Finding("libtorch", FindingState.Broken, problem, "apt-get install libtorch-dev libopenblas0-pthread && ./semblance build"));
        }
        findings.Add(LibVips());
        findings.Add(Memory());
        findings.Add(Disk());
        return findings;
    }

    private static Finding Program() => new("Semblance", FindingState.Good, typeof(Examination).Assembly.GetName().Version!.ToString(3));

    private static Finding Runtime() => new(".NET", FindingState.Good, $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}");

    private static Finding Processor()
    {
        (string Name, bool Has)[] sets = [("AVX2", Avx2.IsSupported), ("FMA", Fma.IsSupported), ("AVX-512F", Avx512F.IsSupported), ("AVX-512BW", Avx512BW.IsSupported), ("AVX-512VBMI", Avx512Vbmi.IsSupported), ("POPCNT", Popcnt.IsSupported)];
        string has = string.Join(' ', sets.Where(set => set.Has).Select(set => set.Name));
        string text = $"{Environment.ProcessorCount} cores, {(has.Length > 0 ? has : "no vector instructions known here")}";
        return Avx2.IsSupported || RuntimeInformation.ProcessArchitecture == Architecture.Arm64
            ? new Finding("processor", FindingState.Good, text)
            : new Finding("processor", FindingState.Advice, $"{text}; without AVX2 training and search are several times slower");
    }

    private static Finding LibTorch() => new("libtorch", FindingState.Good, Torch.Version);

    private static Finding Blas()
    {
        string[] loaded = LoadedLibraries();
        string? library = loaded.FirstOrDefault(file => file.Contains("openblas", StringComparison.Ordinal) || file.Contains("mkl", StringComparison.Ordinal) || file.Contains("blis", StringComparison.Ordinal));
        if (library is not null)
        {
            return new Finding("BLAS", FindingState.Good, library);
        }
        string? generic = loaded.FirstOrDefault(file => file.StartsWith("libblas", StringComparison.Ordinal));
        return generic is null
            ? new Finding("BLAS", FindingState.Good, "built into libtorch")
            : new Finding("BLAS", FindingState.Advice, $"{generic} is the reference BLAS, many times slower than OpenBLAS", InstallOpenBlas);
    }

    private static Finding OneDnn()
    {
        string? line = Torch.Configuration.Split('\n').FirstOrDefault(text => text.Contains("MKL-DNN", StringComparison.Ordinal) || text.Contains("oneDNN", StringComparison.Ordinal));
        return line is null
            ? new Finding("oneDNN", FindingState.Advice, "this libtorch was built without it; convolutions are slower", "apt-get install libtorch-dev")
            : new Finding("oneDNN", FindingState.Good, line.Trim().TrimStart('-', ' '));
    }

    private static Finding Threads()
    {
        string? asked = Environment.GetEnvironmentVariable("OMP_NUM_THREADS");
        string text = $"{Torch.Threads} at the start, {Environment.ProcessorCount} cores; a run takes the recipe's 'threads'";
        return asked is not null && int.TryParse(asked, CultureInfo.InvariantCulture, out int count) && count > Environment.ProcessorCount
            ? new Finding("threads", FindingState.Advice, $"OMP_NUM_THREADS is {count} on {Environment.ProcessorCount} cores: threads will wait for each other", "unset OMP_NUM_THREADS")
            : new Finding("threads", FindingState.Good, text);
    }

    private static Finding Cuda()
    {
        int devices = Torch.CudaDevices;
        bool driver = File.Exists("/proc/driver/nvidia/version");
        return (devices, driver) switch
        {
            ( > 0, _) => new Finding("CUDA", FindingState.Good, $"{devices} device(s)"),
            (_, true) => new Finding("CUDA", FindingState.Advice, "a driver is installed, but this libtorch cannot use it", "SEMBLANCE_TORCH=/path/to/cuda/libtorch ./semblance build    (docs/gpu.md)"),
            _ => new Finding("CUDA", FindingState.Good, "none; everything runs on the CPU"),
        };
    }

    private static Finding LibVips()
    {
        if (!NativeLibraries.TryLoad(NativeLibraries.Image, out string problem))
        {
            return new Finding("libvips", FindingState.Broken, problem, "apt-get install libvips-dev && ./semblance build");
        }
        return new Finding("libvips", FindingState.Good, ImageCodec.Versions());
    }

    private static Finding Memory()
    {
        double gigabytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9;
        string text = string.Create(CultureInfo.InvariantCulture, $"{gigabytes:0.0} GB");
        return gigabytes < 2
            ? new Finding("memory", FindingState.Advice, $"{text}; training wants 2 GB or more, or smaller batches")
            : new Finding("memory", FindingState.Good, text);
    }

    private static Finding Disk()
    {
        DriveInfo drive = new(Directory.GetCurrentDirectory());
        double gigabytes = drive.AvailableFreeSpace / 1e9;
        string text = string.Create(CultureInfo.InvariantCulture, $"{gigabytes:0.0} GB free here");
        return gigabytes < 1
            ? new Finding("disk", FindingState.Advice, $"{text}; runs, checkpoints and codes may not fit")
            : new Finding("disk", FindingState.Good, text);
    }

    private static string[] LoadedLibraries()
    {
        const string Maps = "/proc/self/maps";
        return File.Exists(Maps)
            ? [.. File.ReadLines(Maps).Select(line => Path.GetFileName(line)).Where(name => name.Contains(".so", StringComparison.Ordinal)).Distinct()]
            : [];
    }
}
