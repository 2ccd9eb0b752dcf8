namespace Semblance.Tests.Index;

/// <summary>Bytes that grow and shrink; new ones are zero.</summary>
internal sealed class SimulatedBytes
{
    private byte[] _bytes = [];

    public int Length { get; private set; }

    public byte[] ToArray() => _bytes[..Length];

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        SetLength(Math.Max(Length, offset + bytes.Length));
        bytes.CopyTo(_bytes.AsSpan((int)offset));
    }

    public void SetLength(long length)
    {
        if (length > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Max(length, 2L * _bytes.Length));
        }

        if (length < Length)
        {
            _bytes.AsSpan((int)length, Length - (int)length).Clear();
        }

        Length = (int)length;
    }
}

/// <summary>A change of the bytes of a file.</summary>
/// <param name="Offset">Where the bytes are written; without bytes, the length to which the file is cut off.</param>
/// <param name="Bytes">The bytes, or null.</param>
internal sealed record FileChange(long Offset, byte[]? Bytes)
{
    public void Apply(SimulatedBytes file)
    {
        if (Bytes is null)
        {
            file.SetLength(Offset);
        }
        else
        {
            file.Write(Offset, Bytes);
        }
    }
}

/// <summary>The bytes of a file: what the disk has for certain, and the changes that it may have or not have.</summary>
internal sealed class SimulatedFile
{
    private readonly SimulatedBytes _now = new();
    private readonly List<FileChange> _unsynced = [];
    private byte[] _synced = [];

    public SimulatedFile()
    {
    }

    /// <summary>A file that the disk has.</summary>
    public SimulatedFile(byte[] bytes)
    {
        _now.Write(0, bytes);
        _synced = bytes;
    }

    /// <summary>What a process reads.</summary>
    public byte[] Bytes => _now.ToArray();

    public long Length => _now.Length;

    public void Change(FileChange change)
    {
        change.Apply(_now);
        _unsynced.Add(change);
    }

    public void Sync()
    {
        if (_unsynced.Count > 0)
        {
            _synced = Bytes;
            _unsynced.Clear();
        }
    }

    /// <summary>The file as another process finds it while the power is on: the disk may still lack what it lacks now.</summary>
    public SimulatedFile Copy()
    {
        SimulatedFile copy = new(_synced);
        _unsynced.ForEach(copy.Change);
        return copy;
    }

    /// <summary>The file as it is found after a power cut.</summary>
    public SimulatedFile AfterCut(Tearing tearing)
    {
        SimulatedBytes disk = new();
        disk.Write(0, _synced);
        _unsynced.ForEach(change => tearing.Apply(change, disk));
        return new SimulatedFile(disk.ToArray());
    }
}
