using System.Globalization;
using System.Text;
using Semblance.Index;

namespace Semblance.Tests.Index.Reliability;

/// <summary>A process that writes to an index with several threads, and says of every call on standard output that it was acknowledged, until it is killed.</summary>
internal static class WriterToKill
{
    public const string Verb = "write-until-killed";

    /// <param name="args">Folder, seed, kind of ids, milliseconds of delay of the syncs (0: every commit, -1: none), and the first call of every thread.</param>
    public static int Run(string[] args)
    {
        int seed = int.Parse(args[1], CultureInfo.InvariantCulture);
        IdKind ids = Enum.Parse<IdKind>(args[2]);
        LiveIndexOptions options = ThreadScript.Options(ids, DurabilityOf(int.Parse(args[3], CultureInfo.InvariantCulture)));
        LiveIndex index = File.Exists(Path.Combine(args[0], "MANIFEST")) ? LiveIndex.Open(args[0], options) : LiveIndex.Create(args[0], options);
        using Stream output = Console.OpenStandardOutput();
        Thread[] threads = [.. args[4..].Select((first, thread) => new Thread(() => Write(new ThreadScript(seed, thread, ids), thread, int.Parse(first, CultureInfo.InvariantCulture), index, output)))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return 0;
    }

    public static Durability DurabilityOf(int delay) => delay switch { 0 => Durability.EveryCommit, < 0 => Durability.None, _ => Durability.Every(TimeSpan.FromMilliseconds(delay)) };

    private static void Write(ThreadScript script, int thread, int first, LiveIndex index, Stream output)
    {
        for (int call = first; ; call++)
        {
            script.Do(call, index);
            byte[] line = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{thread} {call}\n"));
            lock (output)
            {
                output.Write(line);
            }
        }
    }
}
