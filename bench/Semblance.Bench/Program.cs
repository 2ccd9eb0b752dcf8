using Semblance.Bench;
using Semblance.Bench.Loader;
using Semblance.Bench.Ranking;

switch (args)
{
    case ["call", string bare]:
        return OperatorCall.Run(bare);
    case ["loader", .. string[] rest]:
        return LoaderBench.Run(rest);
    case ["ranking", .. string[] rest]:
        return RankingBench.Run(rest);
    default:
        Console.Error.WriteLine("Name a benchmark, best through bench/run: call BARE_CALL, loader [ROUNDS], ranking [EMBEDDINGS].");
        return 2;
}
