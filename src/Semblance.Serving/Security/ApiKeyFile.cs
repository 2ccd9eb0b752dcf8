using System.Globalization;
using System.Text.Json;
using Semblance.IO;

namespace Semblance.Serving.Security;

/// <summary>A file of API keys: added, listed and revoked. It holds hashes, never keys, and is readable by its owner alone.</summary>
/// <param name="path">The file.</param>
/// <param name="time">The clock; null for that of the system.</param>
public sealed class ApiKeyFile(string path, TimeProvider? time = null)
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(10);
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>The file.</summary>
    public string FilePath { get; } = path;

    /// <summary>The keys of the file, in the order of their making.</summary>
    /// <exception cref="InvalidDataException">The file is not there, cannot be read, or is no file of keys.</exception>
    public IReadOnlyList<ApiKey> Read()
    {
        try
        {
            RequireOwn();
            using FileStream stream = new(FilePath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return Sound(JsonSerializer.Deserialize(stream, ApiKeyJson.Default.ApiKeyList));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidDataException($"{FilePath} is not there. Make it and a first key with 'semblance keys add NAME --scope read --keys {FilePath}'.", exception);
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            throw new InvalidDataException($"{FilePath} is no file of API keys: {exception.Message} Restore it from a backup, or delete it and make new keys with 'semblance keys add'.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{FilePath} cannot be read: {exception.Message} Run as the owner of the file.", exception);
        }
    }

    /// <summary>Makes a key.</summary>
    /// <param name="name">Whose key it is: 1 to 64 letters, digits, spaces, dots, hyphens, underscores or @.</param>
    /// <param name="scope">What it may do.</param>
    /// <param name="lifetime">After which it stops working; null for never.</param>
    /// <param name="rate">Requests a minute; null for what the service allows.</param>
    /// <returns>The text of the key, which nobody can tell again, and what the file holds of it.</returns>
    /// <exception cref="ArgumentException">The name is taken or no name, or a number is not above 0.</exception>
    /// <exception cref="SemblanceException">The file cannot be written.</exception>
    public (string Text, ApiKey Key) Add(string name, AccessScope scope, TimeSpan? lifetime = null, int? rate = null)
    {
        RequireName(name);
        if (lifetime <= TimeSpan.Zero || rate <= 0)
        {
            throw new ArgumentException("The lifetime and the rate of a key are above 0; leave out what is not limited.");
        }
        (string text, string id, string hash) = KeyText.Make();
        DateTimeOffset now = _time.GetUtcNow();
        ApiKey key = new() { Name = name, Id = id, Sha256 = hash, Scope = scope, Created = now, Expires = lifetime is { } span ? now + span : null, Rate = rate };
        Change(keys => keys.Any(other => other.Name == name)
            ? throw new ArgumentException($"{FilePath} has a key named \"{name}\" already. Choose another name, or revoke that one first with 'semblance keys revoke'.")
            : [.. keys, key]);
        return (text, key);
    }

    /// <summary>Removes a key; services that use the file stop accepting it within two seconds.</summary>
    /// <param name="nameOrId">Its name or its public part.</param>
    /// <returns>What the file held of it.</returns>
    /// <exception cref="ArgumentException">There is no such key.</exception>
    /// <exception cref="SemblanceException">The file cannot be written.</exception>
    public ApiKey Revoke(string nameOrId)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrId);
        ApiKey? gone = null;
        Change(keys =>
        {
            gone = keys.FirstOrDefault(key => key.Name == nameOrId) ?? keys.FirstOrDefault(key => key.Id == nameOrId)
                ?? throw new ArgumentException($"{FilePath} has no key named \"{SafeText.Line(nameOrId)}\". 'semblance keys list' shows those that there are.");
            return [.. keys.Where(key => key != gone)];
        });
        return gone!;
    }

    private static void RequireName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length is 0 or > 64 || name.Trim() != name || !name.All(character => char.IsLetterOrDigit(character) || character is ' ' or '.' or '-' or '_' or '@'))
        {
            throw new ArgumentException($"\"{SafeText.Line(name)}\" is no name for a key; 1 to 64 letters, digits, spaces, dots, hyphens, underscores and @ are.");
        }
    }

    private void Change(Func<IReadOnlyList<ApiKey>, IReadOnlyList<ApiKey>> change)
    {
        using FileStream held = Hold();
        IReadOnlyList<ApiKey> keys = change(File.Exists(FilePath) ? Read() : []);
        AtomicFile.Write(FilePath, stream =>
        {
            MakePrivate((FileStream)stream);
            JsonSerializer.Serialize(stream, new ApiKeyList { Keys = keys }, ApiKeyJson.Default.ApiKeyList);
        });
    }

    /// <summary>Keeps others from changing the file at the same time. The lock file stays, empty.</summary>
    private FileStream Hold()
    {
        string path = FilePath + ".lock";
        long until = Environment.TickCount64 + (long)LockPatience.TotalMilliseconds;
        while (true)
        {
            try
            {
                if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
                {
                    Directory.CreateDirectory(folder);
                }
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path) && Environment.TickCount64 < until)
            {
                Thread.Sleep(20);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new SemblanceException(AtomicFile.Explain(FilePath, exception), exception);
            }
        }
    }

    private static IReadOnlyList<ApiKey> Sound(ApiKeyList? list)
    {
        if (list is not { Version: 1 })
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"its version is {list?.Version ?? 0}; 1 is known."));
        }
        foreach (ApiKey key in list.Keys)
        {
            if (key is null || key.Name is null || key.Id is not { Length: 8 } || key.Sha256 is not { Length: 64 } || !key.Sha256.All(char.IsAsciiHexDigit) || !Enum.IsDefined(key.Scope) || key.Rate <= 0)
            {
                throw new FormatException($"the key \"{SafeText.Line(key?.Name)}\" is not whole.");
            }
        }
        return list.Keys.DistinctBy(key => key.Id).Count() == list.Keys.Count ? list.Keys : throw new FormatException("two keys have the same id.");
    }

    /// <summary>Whoever can write to the file can make keys.</summary>
    private void RequireOwn()
    {
        const UnixFileMode Others = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(FilePath) & Others) != 0)
        {
            throw new InvalidDataException($"{FilePath} can be written by others than its owner, who could make themselves keys. Run 'chmod 600 {FilePath}'.");
        }
    }

    private static void MakePrivate(FileStream stream)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(stream.SafeFileHandle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
