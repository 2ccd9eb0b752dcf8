namespace Semblance.Cli;

/// <summary>Ctrl+C and termination: the first asks for an orderly stop, the second ends at once.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly System.Runtime.InteropServices.PosixSignalRegistration[] signals;

    public Interruption()
    {
        System.Runtime.InteropServices.PosixSignal[] kinds = [System.Runtime.InteropServices.PosixSignal.SIGINT, System.Runtime.InteropServices.PosixSignal.SIGTERM];
        signals = Array.ConvertAll(kinds, kind => System.Runtime.InteropServices.PosixSignalRegistration.Create(kind, Stop));
    }

    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        Array.ForEach(signals, signal => signal.Dispose());
        source.Dispose();
    }

    private void Stop(System.Runtime.InteropServices.PosixSignalContext context)
    {
        context.Cancel = !source.IsCancellationRequested;
        source.Cancel();
    }
}
