using Semblance.Evaluation.Kernels;

namespace Semblance.Evaluation;

/// <summary>Hears the scores of one query with gallery rows <paramref name="firstRow"/>, <paramref name="firstRow"/> + 1, ...; rows that it may not find score minus infinity.</summary>
internal delegate void MeetScores(int query, ReadOnlySpan<float> scores, int firstRow);

/// <summary>Scores of queries with a gallery, block by block: no more than a block of either side is multiplied out at a time.</summary>
/// <remarks>
/// Where every item asks all others, only one half of the matrix is computed: a block of scores is heard a second time, turned over. Two threads never tell the
/// same query at the same time, and what they tell comes in any order.
/// </remarks>
internal static class ScoreStream
{
    /// <summary>Rows of a block; whole tiles, and two blocks of 512 dimensions fit into the second cache.</summary>
    public const int Block = 144;

    /// <summary>Bytes that each thread multiplies out into.</summary>
    public const long BytesPerThread = 2L * Block * Block * sizeof(float);

    /// <summary>Tells every score of some queries with some rows.</summary>
    /// <param name="sides">Says what is left out.</param>
    /// <param name="queries">Queries from <paramref name="firstQuery"/> on.</param>
    /// <param name="firstQuery">Number of the first of them.</param>
    /// <param name="rows">Gallery rows from <paramref name="firstRow"/> on; the same panels as the queries where only one half is to be computed.</param>
    /// <param name="firstRow">Number of the first of them.</param>
    /// <param name="threads">Threads to use.</param>
    /// <param name="meet">Hears the scores.</param>
    public static void Run(RetrievalSides sides, RowPanels queries, int firstQuery, RowPanels rows, int firstRow, int threads, MeetScores meet)
    {
        bool halved = ReferenceEquals(queries, rows);
        Lock[] guards = halved ? [.. Enumerable.Range(0, Blocks(rows.Count)).Select(_ => new Lock())] : [];
        int next = -1;
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ =>
        {
            Worker worker = new(sides, queries, firstQuery, rows, firstRow, meet, guards);
            // Each takes the next block of queries that nobody has; with halves the longest come first.
            for (int block = Interlocked.Increment(ref next); block < Blocks(queries.Count); block = Interlocked.Increment(ref next))
            {
                worker.Run(block);
            }
        });
    }

    private static int Blocks(int rows) => (rows + Block - 1) / Block;

    private sealed class Worker(RetrievalSides sides, RowPanels queries, int firstQuery, RowPanels rows, int firstRow, MeetScores meet, Lock[] guards)
    {
        private readonly float[] _scores = new float[Block * Block];
        private readonly float[] _turned = guards.Length > 0 ? new float[Block * Block] : [];

        public void Run(int block)
        {
            int start = block * Block, height = Math.Min(Block, queries.Count - start);
            for (int column = guards.Length > 0 ? block : 0; column < Blocks(rows.Count); column++)
            {
                int first = column * Block, width = Math.Min(Block, rows.Count - first);
                DotTile.Fill(queries, start, height, rows, first, width, _scores, Block);
                if (guards.Length == 0)
                {
                    Tell(_scores, firstQuery + start, height, firstRow + first, width);
                    continue;
                }

                if (column != block)
                {
                    TurnOver(height, width);
                    lock (guards[column])
                    {
                        Tell(_turned, firstQuery + first, width, firstRow + start, height);
                    }
                }

                lock (guards[block])
                {
                    Tell(_scores, firstQuery + start, height, firstRow + first, width);
                }
            }
        }

        private void Tell(float[] scores, int query, int height, int row, int width)
        {
            for (int i = 0; i < height; i++)
            {
                Span<float> line = scores.AsSpan(i * Block, width);
                rows.AddOffsets(row - firstRow, line);
                sides.LeaveOut(query + i, row, line);
                meet(query + i, line, row);
            }
        }

        /// <summary>The products of the rows with the queries.</summary>
        private void TurnOver(int height, int width)
        {
            for (int i = 0; i < height; i++)
            {
                for (int j = 0; j < width; j++)
                {
                    _turned[(j * Block) + i] = _scores[(i * Block) + j];
                }
            }
        }
    }
}
