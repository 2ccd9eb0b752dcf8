namespace Semblance.Tests.Index;

/// <summary>What one power cut leaves of the changes that were not synced: every change fares by itself, whatever became of earlier ones.</summary>
/// <remarks>
/// A write may be lost, whole, cut off at any byte, there in some sectors and not in others, there as a length with zeros for bytes, or garbage in some sectors. A change of
/// a name is there or not. Bytes that were synced stay as they are.
/// </remarks>
internal sealed class Tearing(int choice, int seed)
{
    /// <summary>Choices that are the same for every change; all larger ones are random.</summary>
    public const int Plain = 5;

    private const int SectorBytes = 512;
    private readonly Random _random = new(seed);

    public override string ToString() => choice switch
    {
        0 => "nothing unsynced is left",
        1 => "all that is unsynced is left",
        2 => "names are left, bytes are not",
        3 => "bytes are left, names are not",
        4 => "names and lengths are left, bytes are zero",
        _ => $"torn with seed {seed}",
    };

    /// <summary>Whether a change of a name is left.</summary>
    public bool KeepsName() => choice switch
    {
        0 or 3 => false,
        1 or 2 or 4 => true,
        _ => _random.Next(2) == 0,
    };

    /// <summary>Does to the disk what is left of a change.</summary>
    public void Apply(FileChange change, SimulatedBytes disk)
    {
        switch (choice)
        {
            case 0 or 2:
                break;
            case 1 or 3:
                change.Apply(disk);
                break;
            case 4:
                Grow(change, disk);
                break;
            default:
                ApplyTorn(change, disk);
                break;
        }
    }

    private void ApplyTorn(FileChange change, SimulatedBytes disk)
    {
        if (change.Bytes is not { Length: > 0 } bytes)
        {
            if (_random.Next(2) == 0)
            {
                change.Apply(disk);
            }

            return;
        }

        switch (_random.Next(6))
        {
            case 0:
                break;
            case 1:
                change.Apply(disk);
                break;
            case 2:
                disk.Write(change.Offset, bytes.AsSpan(0, _random.Next(bytes.Length)));
                break;
            case 3:
                Grow(change, disk);
                break;
            case int kind:
                Grow(change, disk);
                ApplySectors(change, disk, garbage: kind == 4);
                break;
        }
    }

    private static void Grow(FileChange change, SimulatedBytes disk)
    {
        long end = change.Offset + (change.Bytes?.Length ?? 0);
        if (change.Bytes is not null && end > disk.Length)
        {
            disk.SetLength(end);
        }
    }

    private void ApplySectors(FileChange change, SimulatedBytes disk, bool garbage)
    {
        for (int start = 0; start < change.Bytes!.Length;)
        {
            // Sectors begin where they do in the file.
            int length = Math.Min(change.Bytes.Length - start, SectorBytes - (int)((change.Offset + start) % SectorBytes));
            byte[] sector = change.Bytes[start..(start + length)];
            int fate = _random.Next(garbage ? 3 : 2);
            if (fate == 2)
            {
                _random.NextBytes(sector);
            }

            if (fate > 0)
            {
                disk.Write(change.Offset + start, sector);
            }

            start += length;
        }
    }
}
