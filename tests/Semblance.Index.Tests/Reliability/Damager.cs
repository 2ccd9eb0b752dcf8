using Semblance.Index.Segments;
using Semblance.Index.Storage;

namespace Semblance.Tests.Index.Reliability;

/// <summary>Damages the files of an index in a folder, one or two at a time, and repairs them again.</summary>
internal sealed class Damager
{
    private readonly string _folder;
    private readonly Random _random;
    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly List<(string File, long Start, long Length)> _places = [];

    /// <param name="folder">The index, closed.</param>
    /// <param name="random">Chooses.</param>
    /// <param name="inColumns">Only in columns whose names begin so; null for everywhere.</param>
    public Damager(string folder, Random random, string? inColumns = null)
    {
        (_folder, _random) = (folder, random);
        foreach (string path in Directory.GetFiles(folder).Where(path => Path.GetFileName(path) != FileNames.Lock))
        {
            _files[Path.GetFileName(path)] = File.ReadAllBytes(path);
        }

        foreach ((string name, byte[] bytes) in _files)
        {
            if (inColumns is null)
            {
                _places.Add((name, 0, bytes.Length));
            }
        }

        var store = new DirectoryStore(folder);
        foreach (SegmentEntry entry in Manifest.Read(store).Segments)
        {
            using var file = new SegmentFile(store, entry.FileName, entry.Length, entry.Checksum);
            long start = SegmentLayout.HeaderLength;
            foreach ((string column, long length) in file.Columns)
            {
                start = (start + SegmentLayout.Alignment - 1) / SegmentLayout.Alignment * SegmentLayout.Alignment;
                if (length > 0 && column.StartsWith(inColumns ?? "", StringComparison.Ordinal))
                {
                    _places.Add((entry.FileName, start, length));
                }

                start += length;
            }

            if (inColumns is null)
            {
                _places.Add((entry.FileName, start, entry.Length - start));
            }
        }
    }

    /// <summary>Files that are damaged now.</summary>
    public List<string> Damaged { get; } = [];

    /// <summary>What was done to them.</summary>
    public string Doing { get; private set; } = "";

    /// <summary>How many places there are: files, columns, footers.</summary>
    public int Places => _places.Count;

    /// <summary>Turns bits over or writes other bytes.</summary>
    public void WrongBytes()
    {
        (string name, long start, long length) = _places[_random.Next(_places.Count)];
        byte[] bytes = [.. _files[name]];
        int at = (int)(start + _random.NextInt64(length));
        switch (_random.Next(5))
        {
            case < 3:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                Write(name, bytes, $"a bit of byte {at} of {name}");
                break;
            case 3:
                int count = Math.Min(_random.Next(1, 700), bytes.Length - at);
                _random.NextBytes(bytes.AsSpan(at, count));
                Write(name, bytes, $"{count} random bytes at {at} of {name}");
                break;
            default:
                count = Math.Min(_random.Next(1, 700), bytes.Length - at);
                bytes.AsSpan(at, count).Clear();
                Write(name, bytes, $"{count} zeros at {at} of {name}");
                break;
        }
    }

    /// <summary>Makes a file shorter or longer, takes it away, or exchanges two.</summary>
    public void WrongFiles()
    {
        string name = _files.Keys.ElementAt(_random.Next(_files.Count));
        byte[] bytes = _files[name];
        int length = _random.Next(bytes.Length);
        switch (_random.Next(8))
        {
            case < 3:
                Write(name, bytes[..length], $"{name} cut off to {length} bytes");
                break;
            case 3:
                Write(name, [], $"{name} without a byte");
                break;
            case 4:
                var more = new byte[_random.Next(1, 5000)];
                if (_random.Next(2) == 0)
                {
                    _random.NextBytes(more);
                }

                Write(name, [.. bytes, .. more], $"{name} longer by {more.Length} bytes");
                break;
            case 5:
                Write(name, [.. bytes, .. bytes[length..]], $"{name} with its end from {length} on twice");
                break;
            case 6:
                File.Delete(Path.Combine(_folder, name));
                Damaged.Add(name);
                Doing += $"{name} missing; ";
                break;
            default:
                string other = _files.Keys.ElementAt(_random.Next(_files.Count));
                Write(name, _files[other], $"{name} with the bytes of {other}");
                Write(other, bytes, $"{other} with the bytes of {name}");
                break;
        }
    }

    /// <summary>Repairs all that was damaged.</summary>
    public void Repair()
    {
        foreach (string name in Damaged)
        {
            File.WriteAllBytes(Path.Combine(_folder, name), _files[name]);
        }

        Damaged.Clear();
        Doing = "";
    }

    /// <summary>Copies the index as it is now.</summary>
    public void CopyTo(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (string name in _files.Keys.Where(name => File.Exists(Path.Combine(_folder, name))))
        {
            File.Copy(Path.Combine(_folder, name), Path.Combine(folder, name));
        }
    }

    private void Write(string name, byte[] bytes, string what)
    {
        File.WriteAllBytes(Path.Combine(_folder, name), bytes);
        Damaged.Add(name);
        Doing += $"{what}; ";
    }
}
