using Semblance.Tensors.Serialization;
using Xunit;

namespace Semblance.Tests.Serialization;

/// <summary>Damages a file in every small way.</summary>
internal static class Mangling
{
    /// <summary>Cuts a file at every byte and flips bits of every byte; each result must be read or refused with its path.</summary>
    public static void AllAreReadOrRefused(byte[] good, TemporaryFolder folder)
    {
        int refused = 0;
        foreach (byte[] bytes in Cuts(good).Concat(Flips(good)))
        {
            string path = folder.Write("mangled", bytes);
            try
            {
                using WeightFile file = WeightFile.Open(path);
                foreach (WeightTensor tensor in file.Tensors.Values)
                {
                    tensor.ToBytes();
                }
            }
            catch (InvalidDataException exception)
            {
                Assert.Contains(path, exception.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', exception.Message);
                refused++;
            }
        }
        Assert.InRange(refused, good.Length, int.MaxValue); // every cut, at least
    }

    private static IEnumerable<byte[]> Cuts(byte[] good) => Enumerable.Range(0, good.Length).Select(length => good[..length]);

    private static IEnumerable<byte[]> Flips(byte[] good)
    {
        for (int i = 0; i < good.Length; i++)
        {
            byte[] bytes = (byte[])good.Clone();
            bytes[i] ^= i % 2 == 0 ? (byte)0x01 : (byte)0xff;
            yield return bytes;
        }
    }
}
