using System.Security.Cryptography;

namespace Semblance.Serving.Security;

/// <summary>The keys that a service accepts. The file is looked at again when it has changed, so that new and revoked keys count within two seconds, without a restart.</summary>
/// <remarks>While the file cannot be read, no key is accepted. May be called from any number of threads.</remarks>
public sealed class ApiKeys
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);
    private readonly ApiKeyFile _file;
    private readonly TimeProvider _time;
    private readonly Lock _reading = new();
    private volatile Known _known;
    private long _looked;

    private ApiKeys(ApiKeyFile file, TimeProvider time)
    {
        (_file, _time) = (file, time);
        _looked = time.GetTimestamp();
        _known = new Known(MarkOf(file.FilePath), file.Read(), null);
    }

    /// <summary>How many keys there are.</summary>
    public int Count => Fresh().ById.Count;

    /// <summary>Why the file cannot be read at present; null while it can.</summary>
    public string? Problem => Fresh().Problem;

    /// <summary>Opens a file of keys.</summary>
    /// <param name="path">The file.</param>
    /// <param name="time">The clock; null for that of the system.</param>
    /// <exception cref="InvalidDataException">The file is not there, is no file of keys, or can be written by others.</exception>
    public static ApiKeys Open(string path, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new ApiKeys(new ApiKeyFile(path, time), time ?? TimeProvider.System);
    }

    /// <summary>The key that a text is; null where it is none, has expired or was revoked.</summary>
    /// <param name="text">What a caller sent.</param>
    /// <remarks>The hash is compared in constant time. Every text of the right form costs one comparison, whether its public part is known or not.</remarks>
    public ApiKey? Find(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!KeyText.TryRead(text, out string id, out byte[] hash))
        {
            return null;
        }
        bool known = Fresh().ById.TryGetValue(id, out Entry? entry);
        bool same = CryptographicOperations.FixedTimeEquals(hash, known ? entry!.Hash : Nothing);
        return known && same && entry!.Key.WorksAt(_time.GetUtcNow()) ? entry.Key : null;
    }

    private static ReadOnlySpan<byte> Nothing => new byte[SHA256.HashSizeInBytes];

    private Known Fresh()
    {
        if (_time.GetElapsedTime(Volatile.Read(ref _looked)) < LookAgain)
        {
            return _known;
        }
        lock (_reading)
        {
            FileMark mark = MarkOf(_file.FilePath);
            if (mark != _known.Mark || _known.Problem is not null)
            {
                _known = Read(mark);
            }
            Volatile.Write(ref _looked, _time.GetTimestamp());
            return _known;
        }
    }

    private Known Read(FileMark mark)
    {
        try
        {
            return new Known(mark, _file.Read(), null);
        }
        catch (InvalidDataException exception)
        {
            return new Known(mark, [], exception.Message);
        }
    }

    private static FileMark MarkOf(string path)
    {
        FileInfo info = new(path);
        return info.Exists ? new(info.LastWriteTimeUtc, info.Length, info.UnixFileMode) : default;
    }

    /// <summary>What tells that a file was written, or that others may write it now.</summary>
    private readonly record struct FileMark(DateTime Written, long Length, UnixFileMode Mode);

    private sealed record Entry(ApiKey Key, byte[] Hash);

    private sealed class Known(FileMark mark, IReadOnlyList<ApiKey> keys, string? problem)
    {
        public FileMark Mark { get; } = mark;

        public string? Problem { get; } = problem;

        public Dictionary<string, Entry> ById { get; } = keys.ToDictionary(key => key.Id, key => new Entry(key, Convert.FromHexString(key.Sha256)), StringComparer.Ordinal);
    }
}
