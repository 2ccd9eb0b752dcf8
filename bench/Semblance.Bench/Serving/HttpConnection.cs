using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Semblance.Bench.Serving;

/// <summary>One kept-alive HTTP/1.1 connection that costs the load generator as little as it can, since it shares the cores with the server.</summary>
internal sealed class HttpConnection : IDisposable
{
    private static readonly byte[] HeaderEnd = "\r\n\r\n"u8.ToArray();
    private readonly int _port;
    private byte[] _buffer = new byte[1 << 16];
    private Socket _socket;

    public HttpConnection(int port) => (_port, _socket) = (port, Connect(port));

    /// <summary>The bytes of a request.</summary>
    public static byte[] Request(string method, string path, string mediaType, ReadOnlySpan<byte> body)
    {
        string head = string.Create(CultureInfo.InvariantCulture, $"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {mediaType}\r\nContent-Length: {body.Length}\r\n\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }

    /// <summary>Sends a request and waits for the whole answer.</summary>
    /// <returns>The status and the body, which is valid until the next call.</returns>
    public (int Status, ReadOnlyMemory<byte> Body) Send(byte[] request)
    {
        _socket.Send(request);
        int length = 0, bodyAt = -1;
        while (bodyAt < 0)
        {
            length += Receive(length);
            int end = _buffer.AsSpan(0, length).IndexOf(HeaderEnd);
            bodyAt = end < 0 ? -1 : end + HeaderEnd.Length;
        }
        string head = Encoding.ASCII.GetString(_buffer, 0, bodyAt);
        int status = int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture);
        return status is 204 or 304 ? (status, default)
            : HeaderOf(head, "Content-Length") is { } text ? (status, Sized(ref length, bodyAt, int.Parse(text, CultureInfo.InvariantCulture)))
            : (status, Chunked(ref length, bodyAt));
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>After a failure.</summary>
    public void Reconnect()
    {
        _socket.Dispose();
        _socket = Connect(_port);
    }

    private static Socket Connect(int port)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 60_000, SendTimeout = 60_000 };
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    }

    private static string? HeaderOf(string head, string name)
    {
        int at = head.IndexOf($"\r\n{name}: ", StringComparison.OrdinalIgnoreCase);
        return at < 0 ? null : head[(at + name.Length + 4)..head.IndexOf("\r\n", at + 2, StringComparison.Ordinal)];
    }

    private ReadOnlyMemory<byte> Sized(ref int length, int bodyAt, int body)
    {
        while (length < bodyAt + body)
        {
            length += Receive(length);
        }
        return _buffer.AsMemory(bodyAt, body);
    }

    private ReadOnlyMemory<byte> Chunked(ref int length, int at)
    {
        using MemoryStream body = new();
        while (true)
        {
            int line;
            while ((line = _buffer.AsSpan(at, length - at).IndexOf("\r\n"u8)) < 0)
            {
                length += Receive(length);
            }
            int size = int.Parse(Encoding.ASCII.GetString(_buffer, at, line), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            at += line + 2;
            while (length < at + size + 2)
            {
                length += Receive(length);
            }
            body.Write(_buffer, at, size);
            at += size + 2;
            if (size == 0)
            {
                return body.ToArray();
            }
        }
    }

    private int Receive(int at)
    {
        if (at == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }
        int read = _socket.Receive(_buffer.AsSpan(at));
        return read > 0 ? read : throw new IOException("the server closed the connection");
    }
}
