using Semblance.Index.Segments;
using Semblance.Index.Storage;

namespace Semblance.Tests.Index;

/// <summary>What a store is asked to do.</summary>
internal enum StoreCall
{
    Create,
    Open,
    Append,
    Trim,
    Sync,
    Rename,
    Delete,
    SyncDirectory,
}

/// <summary>A disk in memory that knows what a power cut may take: unsynced bytes of each file, and unsynced names.</summary>
internal sealed class SimulatedStore : FileStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SimulatedFile> _names = [];
    private readonly Dictionary<string, SimulatedFile> _syncedNames = [];
    private readonly List<NameChange> _unsynced = [];
    private bool _locked;

    /// <summary>Operations so far.</summary>
    public int Operations { get; private set; }

    /// <summary>Syncs of files so far.</summary>
    public int Syncs { get; private set; }

    /// <summary>Bytes that all files together may have.</summary>
    public long Room { get; set; } = long.MaxValue;

    /// <summary>Whether every sync fails.</summary>
    public bool SyncFails { get; set; }

    /// <summary>Called at the beginning of every sync of a file; others may go on meanwhile.</summary>
    public Action? OnSync { get; set; }

    /// <summary>Called within every operation, at the moment when the power may be cut: what it changes has begun, what it syncs is not synced.</summary>
    public Action<string>? AtEveryOperation { get; set; }

    /// <summary>Asked before every operation for the error with which it fails; null to let it succeed.</summary>
    public Func<StoreCall, string, Exception?>? Fault { get; set; }

    /// <summary>Whether syncing does nothing, as on a disk that lies: to see that tests find it out.</summary>
    public bool Lies { get; init; }

    /// <summary>Names of all files.</summary>
    public IReadOnlyList<string> Names => List();

    public override string PathOf(string name) => $"simulated/{name}";

    public override IReadOnlyList<string> List()
    {
        lock (_lock)
        {
            return [.. _names.Keys.Order(StringComparer.Ordinal)];
        }
    }

    public override StoredFile Create(string name)
    {
        lock (_lock)
        {
            Require(StoreCall.Create, name);
            SimulatedFile file = new();
            Change(new NameChange(null, name, file));
            Happen($"create {name}");
            return new OpenFile(this, name, file, 0);
        }
    }

    public override StoredFile Open(string name, long length)
    {
        lock (_lock)
        {
            Require(StoreCall.Open, name);
            OpenFile file = new(this, name, FileOf(name), length);
            file.Trim();
            return file;
        }
    }

    public override byte[] Read(string name)
    {
        lock (_lock)
        {
            return FileOf(name).Bytes;
        }
    }

    public override MappedFile Map(string name) => MappedFile.Of(Read(name));

    public override void Rename(string from, string to)
    {
        lock (_lock)
        {
            Require(StoreCall.Rename, to);
            Change(new NameChange(from, to, FileOf(from)));
            Happen($"rename {from} to {to}");
        }
    }

    public override void Delete(string name)
    {
        lock (_lock)
        {
            Require(StoreCall.Delete, name);
            if (_names.ContainsKey(name))
            {
                Change(new NameChange(name, null, null));
                Happen($"delete {name}");
            }
        }
    }

    public override void SyncDirectory()
    {
        lock (_lock)
        {
            Require(StoreCall.SyncDirectory, "");
            Happen("sync names");
            if (!Lies)
            {
                _unsynced.ForEach(change => change.Apply(_syncedNames));
                _unsynced.Clear();
            }
        }
    }

    public override IDisposable Lock()
    {
        lock (_lock)
        {
            if (_locked)
            {
                throw new IOException("simulated: another writer has the index open.");
            }

            _locked = true;
            return new Releaser(() => _locked = false);
        }
    }

    /// <summary>The bytes of a file.</summary>
    public byte[] BytesOf(string name) => Read(name);

    /// <summary>Gives a file other bytes: to damage it.</summary>
    public void Overwrite(string name, byte[] bytes)
    {
        lock (_lock)
        {
            Add(name, new SimulatedFile(bytes));
        }
    }

    /// <summary>A disk that has everything as it is now.</summary>
    public SimulatedStore Copy()
    {
        lock (_lock)
        {
            var store = new SimulatedStore();
            foreach ((string name, SimulatedFile file) in _names)
            {
                store.Add(name, new SimulatedFile(file.Bytes));
            }

            return store;
        }
    }

    /// <summary>The disk as it is found after the power was cut now.</summary>
    public SimulatedStore AfterCut(Tearing tearing)
    {
        lock (_lock)
        {
            Dictionary<string, SimulatedFile> found = new(_syncedNames);
            foreach (NameChange change in _unsynced.Where(_ => tearing.KeepsName()))
            {
                change.Apply(found);
            }

            var store = new SimulatedStore();
            foreach ((string name, SimulatedFile file) in found)
            {
                store.Add(name, file.AfterCut(tearing));
            }

            return store;
        }
    }

    /// <summary>The disk as another process finds it when this one is killed now: all is there, and what was not synced still is not.</summary>
    public SimulatedStore AfterKill()
    {
        lock (_lock)
        {
            Dictionary<SimulatedFile, SimulatedFile> copies = [];
            SimulatedFile CopyOf(SimulatedFile file) => copies.TryGetValue(file, out SimulatedFile? copy) ? copy : copies[file] = file.Copy();
            var store = new SimulatedStore();
            foreach ((string name, SimulatedFile file) in _syncedNames)
            {
                store.Add(name, CopyOf(file));
            }

            _unsynced.ForEach(change => store.Change(change with { File = change.File is null ? null : CopyOf(change.File) }));
            return store;
        }
    }

    private void Add(string name, SimulatedFile file) => _names[name] = _syncedNames[name] = file;

    private void Change(NameChange change)
    {
        change.Apply(_names);
        _unsynced.Add(change);
    }

    private SimulatedFile FileOf(string name) =>
        _names.TryGetValue(name, out SimulatedFile? file) ? file : throw new FileNotFoundException($"simulated: there is no file {name}.", PathOf(name));

    private void Require(StoreCall call, string name)
    {
        if (Fault?.Invoke(call, name) is { } fault)
        {
            throw fault;
        }

        if (SyncFails && call is StoreCall.Sync or StoreCall.SyncDirectory)
        {
            throw new IOException($"simulated: input/output error: {PathOf(name)}.");
        }
    }

    /// <summary>How many of some bytes there is room for.</summary>
    private int Fitting(int bytes) => Room == long.MaxValue ? bytes : (int)Math.Clamp(Room - _names.Values.Sum(file => file.Length), 0, bytes);

    private void Happen(string what)
    {
        Operations++;
        AtEveryOperation?.Invoke(what);
    }

    private sealed record NameChange(string? From, string? To, SimulatedFile? File)
    {
        public void Apply(Dictionary<string, SimulatedFile> names)
        {
            if (From is not null)
            {
                names.Remove(From);
            }

            if (To is not null)
            {
                names[To] = File!;
            }
        }
    }

    private sealed class OpenFile : StoredFile
    {
        private readonly SimulatedStore _store;
        private readonly string _name;
        private readonly SimulatedFile _file;

        public OpenFile(SimulatedStore store, string name, SimulatedFile file, long length) => (_store, _name, _file, Length) = (store, name, file, length);

        public override void Append(ReadOnlySpan<byte> bytes)
        {
            lock (_store._lock)
            {
                int fitting = _store.Fitting(bytes.Length);
                try
                {
                    _store.Require(StoreCall.Append, _name);
                    if (fitting < bytes.Length)
                    {
                        throw new IOException($"simulated: no space left on device: {_store.PathOf(_name)}.");
                    }
                }
                catch
                {
                    // As a disk does that fills up: what there was room for is written.
                    _file.Change(new FileChange(Length, bytes[..Math.Min(fitting, bytes.Length / 2)].ToArray()));
                    throw;
                }

                _file.Change(new FileChange(Length, bytes.ToArray()));
                _store.Happen($"append {bytes.Length} bytes to {_name}");
                Length += bytes.Length;
            }
        }

        public override void Trim()
        {
            lock (_store._lock)
            {
                _store.Require(StoreCall.Trim, _name);
                _file.Change(new FileChange(Length, null));
                _store.Happen($"trim {_name}");
            }
        }

        public override void Sync()
        {
            _store.OnSync?.Invoke();
            lock (_store._lock)
            {
                _store.Require(StoreCall.Sync, _name);
                _store.Happen($"sync {_name}");
                _store.Syncs++;
                if (!_store.Lies)
                {
                    _file.Sync();
                }
            }
        }

        public override void Dispose()
        {
        }
    }

    private sealed class Releaser(Action release) : IDisposable
    {
        public void Dispose() => release();
    }
}
