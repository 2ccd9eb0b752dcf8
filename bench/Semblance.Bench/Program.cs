using Semblance.Bench.Loader;
using Semblance.Bench.Ranking;

switch (args)
{
    case ["loader", .. string[] rest]:
        return LoaderBench.Run(rest);
    case ["ranking", .. string[] rest]:
        return RankingBench.Run(rest);
    default:
        Console.Error.WriteLine("Name a benchmark: loader [ROUNDS], ranking [EMBEDDINGS].");
        return 2;
}
