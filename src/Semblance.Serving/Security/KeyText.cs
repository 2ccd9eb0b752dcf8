using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Semblance.Serving.Security;

/// <summary>The text of a key: <c>smb_</c>, eight hexadecimal digits that name it, and 32 random bytes in base64url.</summary>
internal static class KeyText
{
    private const string Prefix = "smb_";
    private const int IdLength = 8, SecretBytes = 32, SecretLength = 43;

    /// <summary>Makes a key from random bytes of the system.</summary>
    /// <returns>Its text, its public part and the hash of its secret part.</returns>
    public static (string Text, string Id, string Sha256) Make()
    {
        string id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdLength / 2));
        byte[] secret = RandomNumberGenerator.GetBytes(SecretBytes);
        return ($"{Prefix}{id}_{Base64Url.EncodeToString(secret)}", id, Convert.ToHexStringLower(SHA256.HashData(secret)));
    }

    /// <summary>Takes the text of a key apart.</summary>
    /// <param name="text">What a caller sent.</param>
    /// <param name="id">Its public part.</param>
    /// <param name="hash">SHA-256 of its secret part.</param>
    /// <returns>Whether it has the form of a key.</returns>
    public static bool TryRead(string text, out string id, out byte[] hash)
    {
        (id, hash) = ("", []);
        if (text.Length != Prefix.Length + IdLength + 1 + SecretLength || !text.StartsWith(Prefix, StringComparison.Ordinal) || text[Prefix.Length + IdLength] != '_')
        {
            return false;
        }
        Span<byte> secret = stackalloc byte[SecretBytes];
        if (Base64Url.DecodeFromChars(text.AsSpan(Prefix.Length + IdLength + 1), secret, out _, out int written) != OperationStatus.Done || written != SecretBytes)
        {
            return false;
        }
        (id, hash) = (text.Substring(Prefix.Length, IdLength), SHA256.HashData(secret));
        return true;
    }
}
