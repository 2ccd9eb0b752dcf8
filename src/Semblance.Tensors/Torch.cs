using Semblance.Tensors.Native;

namespace Semblance.Tensors;

/// <summary>The engine itself: version, threads, seed, devices.</summary>
public static unsafe class Torch
{
    /// <summary>Version of libtorch.</summary>
    public static string Version => TorchDoor.Text(TorchDoor.sb_torch_version());

    /// <summary>How libtorch was built and which BLAS, oneDNN and threads it uses, in its own words.</summary>
    public static string Configuration => TorchDoor.Text(TorchDoor.sb_configuration());

    /// <summary>Threads that one operator may use on the CPU; above 0.</summary>
    /// <remarks>OpenMP's number is set for the calling thread, as libtorch does it, and OpenBLAS's for the whole process.</remarks>
    public static int Threads
    {
        get => TorchDoor.sb_threads();
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            TorchDoor.Check(TorchDoor.sb_set_threads(value), "threads");
        }
    }

    /// <summary>CUDA devices that can be used; 0 with a CPU libtorch.</summary>
    public static int CudaDevices => TorchDoor.sb_cuda_devices();

    /// <summary>Seeds the generators of every device.</summary>
    public static void Seed(long seed) => TorchDoor.Check(TorchDoor.sb_seed(seed), "seed");

    /// <summary>State of the CPU generator, a byte tensor that <see cref="SetRandomState"/> takes back.</summary>
    public static Tensor RandomState()
    {
        nint state;
        TorchDoor.Check(TorchDoor.sb_random_state(&state), "random state");
        return new Tensor(state);
    }

    /// <summary>Puts the CPU generator into an earlier state.</summary>
    public static void SetRandomState(Tensor state)
    {
        ArgumentNullException.ThrowIfNull(state);
        TorchDoor.Check(TorchDoor.sb_set_random_state(state.Handle), "random state");
    }

    /// <summary>Whether operators prefer algorithms that give the same bits each time.</summary>
    public static void SetDeterministic(bool on) => TorchDoor.Check(TorchDoor.sb_set_deterministic(on ? 1 : 0), "deterministic mode");

    /// <summary>Waits until a CUDA device has done what it was asked.</summary>
    public static void Synchronize(Device device)
    {
        if (device.IsCuda)
        {
            TorchDoor.Check(TorchDoor.sb_cuda_synchronize(Math.Max(device.Index, 0)), "synchronize");
        }
    }
}
