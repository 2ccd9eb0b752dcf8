using Semblance.Bench;
using Semblance.Bench.Density;
using Semblance.Bench.Evaluation;
using Semblance.Bench.Hamming;
using Semblance.Bench.HammingSublinear;
using Semblance.Bench.HashEvaluations;
using Semblance.Bench.HashLosses;
using Semblance.Bench.Live;
using Semblance.Bench.Loader;
using Semblance.Bench.Memory;
using Semblance.Bench.PairLosses;
using Semblance.Bench.Postgres;
using Semblance.Bench.Ranking;
using Semblance.Bench.Serving;
using Semblance.Bench.Training;
using Semblance.Bench.Trees;
using Semblance.Bench.WebFolders;

switch (args)
{
    case ["call", string bare]:
        return OperatorCall.Run(bare);
    case ["training", string script, .. string[] rest]:
        return TrainingBench.Run(script, rest);
    case ["memory", .. string[] rest]:
        return MemoryBench.Run(rest);
    case ["loader", .. string[] rest]:
        return LoaderBench.Run(rest);
    case ["serve-code", .. string[] rest]:
        return ServeCodeBench.Run(rest);
    case ["serve-image", .. string[] rest]:
        return ServeImageBench.Run(rest);
    case ["serve-encoder", .. string[] rest]:
        return ServeEncoderBench.Run(rest);
    case ["postgres", "recall", string folder, .. string[] rest]:
        return PostgresBench.Recall(folder, rest);
    case ["postgres", string url, .. string[] rest]:
        return PostgresBench.Run(url, rest);
    case ["live", .. string[] rest]:
        return LiveBench.Run(rest);
    case ["pairs", string script, .. string[] rest]:
        return PairLossBench.Run(script, rest);
    case ["hash-losses", .. string[] rest]:
        return HashLossBench.Run(rest);
    case ["hamming-sublinear", string script, .. string[] rest]:
        return HammingSublinearBench.Run(script, rest);
    case ["hamming", string script, .. string[] rest]:
        return HammingBench.Run(script, rest);
    case ["density", string script, .. string[] rest]:
        return DensityBench.Run(script, rest);
    case ["tree", string script, .. string[] rest]:
        return TreeBench.Run(script, rest);
    case ["ranking", .. string[] rest]:
        return RankingBench.Run(rest);
    case ["evaluation", string script, .. string[] rest]:
        return EvaluationBench.Run(script, rest);
    case ["hash-evaluation", string script, .. string[] rest]:
        return HashEvaluationBench.Run(script, rest);
    case ["web-folder", string data, string folder]:
        return WebFolder.Write(data, "worse_label", folder);
    default:
        Console.Error.WriteLine("Name a benchmark, best through bench/run: call BARE_CALL, training PEER [JOB [PAIRS]], memory [STEPS [CSV]], loader [ROUNDS], hash-losses [THREADS], ranking [EMBEDDINGS], live [CODES [FOLDER]], postgres URL [CODES] or postgres recall FOLDER [CODES], serve-code [CODES] [--data clustered|uniform] [--folder FOLDER] [--store postgres://...], serve-image RUN IMAGES, serve-encoder [PAIRS [CALLERS [BATCH]]], pairs PEER [LOSS [SIZE...]], tree PEER [CLASSES [IMAGES [WIDTH]]] [average], density PEER [CLASSES [IMAGES]] or density PEER one [IMAGES], evaluation PEER [PAIRS | clusters], hash-evaluation PEER [PAIRS | stream], hamming PEER [ROWS...] [--bits N,N] [--data clustered,uniform] [--pairs N] [--codes FILE] [--kernels], hamming-sublinear PEER [ROWS...] [--bits N] [--codes FILE] [--multihash] [--hnsw] [--keep FOLDER], web-folder CIFAR10 FOLDER.");
        return 2;
}
