using Semblance.Tests.Index.Reliability;

namespace Semblance.Tests.Index;

/// <summary>The tests; and, started by some of them, a writer that waits to be killed and one on a small disk.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case [WriterToKill.Verb, .. string[] rest]:
                return WriterToKill.Run(rest);
            case [WriterOnSmallDisk.Verb, string folder]:
                return WriterOnSmallDisk.Run(folder);
            default:
                return args.Contains("--server") || args.Contains("--internal-msbuild-node")
                    ? await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
                    : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
        }
    }
}
