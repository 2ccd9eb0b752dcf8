using Semblance.Index;
using Xunit;

namespace Semblance.Tests.Index.Reliability;

/// <summary>A process on a small disk, which it fills with an index; then there is room again.</summary>
internal static class WriterOnSmallDisk
{
    public const string Verb = "write-on-small-disk";

    /// <param name="folder">An empty folder on the disk.</param>
    public static int Run(string folder)
    {
        string ballast = Path.Combine(folder, "ballast"), path = Path.Combine(folder, "index");
        File.WriteAllBytes(ballast, new byte[300_000]);
        var source = new RandomItems(new Random(1), 64, IdKind.Number, differentIds: 10_000_000, differentCodes: 500);
        LiveIndexOptions options = new() { Bits = 64, MemoryRows = 700 };
        Oracle oracle = new();
        using (LiveIndex index = LiveIndex.Create(path, options))
        {
            int refused = 0;
            while (refused < 20)
            {
                Item[] items = source.Batch(100);
                try
                {
                    _ = refused % 2 == 0 ? index.Upsert(items) : index.Import(items);
                    oracle.Put(items);
                }
                catch (IOException fault)
                {
                    Assert.Contains(path, fault.Message, StringComparison.Ordinal);
                    refused++;
                }
            }

            oracle.RequireSame(index, source.Code());
        }

        // To the last byte: what is read and opened must need no room.
        Fill(Path.Combine(folder, "more ballast"));
        using (LiveIndex reader = LiveIndex.OpenRead(path))
        {
            oracle.RequireSame(reader, source.Code());
        }

        using (LiveIndex index = LiveIndex.Open(path, options))
        {
            Assert.Throws<IOException>(() => index.Upsert(source.Batch(100)));
            Assert.Equal(oracle.Items.Count, index.Count);
            File.Delete(ballast);
            Item[] items = source.Batch(50);
            oracle.Put(items);
            index.Upsert(items);
            index.Flush();
            Assert.Empty(index.Verify());
        }

        using LiveIndex again = LiveIndex.Open(path, options);
        oracle.RequireSame(again, source.Code());
        Console.WriteLine(oracle.Items.Count);
        return 0;
    }

    private static void Fill(string file)
    {
        using FileStream stream = new(file, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        foreach (int size in (int[])[1 << 16, 1 << 12, 1])
        {
            try
            {
                while (true)
                {
                    stream.Write(new byte[size]);
                }
            }
            catch (IOException)
            {
                // No room for so many.
            }
        }
    }
}
