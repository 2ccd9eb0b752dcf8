using Semblance.Index.Segments;
using Semblance.Index.Storage;

namespace Semblance.Tests.Index;

/// <summary>Files in memory that forget what was not synced when the power is cut, and that fail on demand.</summary>
/// <remarks>
/// Every call that changes something is one operation. What a power cut leaves is drawn from a seed: of the bytes behind the last sync of a file any sectors, of
/// the names changed since the last sync of the directory any of the changes.
/// </remarks>
internal sealed class SimulatedStore : FileStore
{
    private const int Sector = 512;

    private readonly Dictionary<string, Content> _names = new(StringComparer.Ordinal);
    private readonly List<Action<Dictionary<string, Content>>> _unsyncedNames = [];
    private Dictionary<string, Content> _syncedNames = new(StringComparer.Ordinal);
    private bool _locked;

    /// <summary>Operations so far.</summary>
    public int Operations { get; private set; }

    /// <summary>Syncs of files so far.</summary>
    public int Syncs { get; private set; }

    /// <summary>The operation at which the power goes; that one is not done, or in part.</summary>
    public int CutAt { get; set; } = int.MaxValue;

    /// <summary>Bytes that all files together may have.</summary>
    public long Room { get; set; } = long.MaxValue;

    /// <summary>Whether every sync fails.</summary>
    public bool SyncFails { get; set; }

    /// <summary>Called at the beginning of every sync of a file.</summary>
    public Action? OnSync { get; set; }

    /// <summary>Names of files and their bytes, to damage them.</summary>
    public IEnumerable<string> Names => List();

    public byte[] BytesOf(string name) => Read(name);

    public void Overwrite(string name, byte[] bytes) => _names[name].Current = [.. bytes];

    /// <summary>A copy with everything as it is now.</summary>
    public SimulatedStore Copy()
    {
        SimulatedStore copy = new();
        lock (_names)
        {
            foreach ((string name, Content content) in _names)
            {
                copy._names[name] = new Content { Current = [.. content.Current], Synced = [.. content.Current] };
            }
        }

        copy._syncedNames = new(copy._names, StringComparer.Ordinal);
        return copy;
    }

    /// <summary>What the disk may hold after a power cut now.</summary>
    public SimulatedStore AfterPowerCut(Random random)
    {
        SimulatedStore after = new();
        lock (_names)
        {
            Dictionary<string, Content> names = new(_syncedNames, StringComparer.Ordinal);
            foreach (Action<Dictionary<string, Content>> change in _unsyncedNames.Where(_ => random.Next(2) == 0))
            {
                change(names);
            }

            foreach ((string name, Content content) in names)
            {
                byte[] left = content.AfterPowerCut(random);
                after._names[name] = new Content { Current = [.. left], Synced = left };
            }
        }

        after._syncedNames = new(after._names, StringComparer.Ordinal);
        return after;
    }

    public override string PathOf(string name) => "simulated/" + name;

    public override IReadOnlyList<string> List()
    {
        lock (_names)
        {
            return [.. _names.Keys.Order(StringComparer.Ordinal)];
        }
    }

    public override StoredFile Create(string name)
    {
        Begin();
        lock (_names)
        {
            Content content = new();
            Change(names => names[name] = content);
            return new SimulatedFile(this, content, 0);
        }
    }

    public override StoredFile Open(string name, long length)
    {
        var file = new SimulatedFile(this, Existing(name), length);
        file.Trim();
        return file;
    }

    public override byte[] Read(string name)
    {
        lock (_names)
        {
            return [.. Existing(name).Current];
        }
    }

    public override MappedFile Map(string name) => MappedFile.Of(Read(name));

    public override void Rename(string from, string to)
    {
        Begin();
        lock (_names)
        {
            Content content = Existing(from);
            Change(names =>
            {
                names.Remove(from);
                names[to] = content;
            });
        }
    }

    public override void Delete(string name)
    {
        Begin();
        lock (_names)
        {
            Change(names => names.Remove(name));
        }
    }

    public override void SyncDirectory()
    {
        Begin();
        RequireSync();
        lock (_names)
        {
            _syncedNames = new(_names, StringComparer.Ordinal);
            _unsyncedNames.Clear();
        }
    }

    public override IDisposable Lock()
    {
        if (_locked)
        {
            throw new IOException("simulated: another writer has the index open.");
        }

        _locked = true;
        return new Unlock(this);
    }

    private void Change(Action<Dictionary<string, Content>> change)
    {
        change(_names);
        _unsyncedNames.Add(change);
    }

    private Content Existing(string name)
    {
        lock (_names)
        {
            return _names.TryGetValue(name, out Content? content) ? content : throw new FileNotFoundException($"simulated: there is no file '{name}'.", PathOf(name));
        }
    }

    private void Begin()
    {
        if (Operations >= CutAt)
        {
            throw new PowerCutException();
        }

        if (++Operations == CutAt)
        {
            throw new PowerCutException();
        }
    }

    private void RequireSync()
    {
        if (SyncFails)
        {
            throw new IOException("simulated: input/output error.");
        }
    }

    private long Used()
    {
        lock (_names)
        {
            return _names.Values.Sum(content => (long)content.Current.Count);
        }
    }

    private sealed class Content
    {
        public List<byte> Current { get; set; } = [];

        public byte[] Synced { get; set; } = [];

        public byte[] AfterPowerCut(Random random)
        {
            int length = random.Next(Math.Min(Synced.Length, Current.Count), Math.Max(Synced.Length, Current.Count) + 1);
            var left = new byte[length];
            for (int start = 0; start < length; start += Sector)
            {
                IReadOnlyList<byte> source = random.Next(2) == 0 ? Current : Synced;
                for (int i = start; i < Math.Min(start + Sector, length); i++)
                {
                    // What both have is there; of a sector that differs one or the other, zeros where it has none.
                    left[i] = i < source.Count ? source[i] : (byte)0;
                }
            }

            return left;
        }
    }

    private sealed class SimulatedFile : StoredFile
    {
        private readonly SimulatedStore _store;
        private readonly Content _content;

        public SimulatedFile(SimulatedStore store, Content content, long length) => (_store, _content, Length) = (store, content, length);

        public override void Append(ReadOnlySpan<byte> bytes)
        {
            try
            {
                _store.Begin();
            }
            catch (PowerCutException) when (_store.Operations == _store.CutAt)
            {
                _content.Current.AddRange(bytes[..(bytes.Length / 2)]);
                throw;
            }

            long room = _store.Room - _store.Used();
            if (bytes.Length > room)
            {
                _content.Current.AddRange(bytes[..(int)Math.Max(0, room)]);
                throw new IOException("simulated: no space left on device.");
            }

            _content.Current.AddRange(bytes);
            Length += bytes.Length;
        }

        public override void Trim()
        {
            _store.Begin();
            if (_content.Current.Count > Length)
            {
                _content.Current.RemoveRange((int)Length, _content.Current.Count - (int)Length);
            }
        }

        public override void Sync()
        {
            _store.OnSync?.Invoke();
            _store.Begin();
            _store.RequireSync();
            _store.Syncs++;
            _content.Synced = [.. _content.Current];
        }

        public override void Dispose()
        {
        }
    }

    private sealed class Unlock(SimulatedStore store) : IDisposable
    {
        public void Dispose() => store._locked = false;
    }
}

/// <summary>The power is gone.</summary>
internal sealed class PowerCutException() : IOException("simulated: the power is gone.");
