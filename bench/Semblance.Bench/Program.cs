using Semblance.Bench.Loader;

switch (args)
{
    case ["loader", .. string[] rest]:
        return LoaderBench.Run(rest);
    default:
        Console.Error.WriteLine("Name a benchmark: loader [ROUNDS].");
        return 2;
}
