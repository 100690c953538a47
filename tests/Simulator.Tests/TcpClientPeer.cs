using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AvGateway.Simulator.Tests;

/// <summary>A client with a real socket that reads until what it waits for has come.</summary>
public sealed class TcpClientPeer : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly byte[] _buffer = new byte[4096];
    private readonly StringBuilder _heard = new();

    public static async Task<TcpClientPeer> ConnectAsync(string link, string from = "127.0.0.1")
    {
        var peer = new TcpClientPeer();
        peer._socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        var uri = new Uri(link);
        await peer._socket.ConnectAsync(IPAddress.Parse(uri.Host), uri.Port).InTime();
        return peer;
    }

    public Task SayAsync(string text) => _socket.SendAsync(Encoding.UTF8.GetBytes(text)).InTime();

    public void SayNoMore() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Reads until the text ends so; returns all of it and forgets it.</summary>
    public async Task<string> HearAsync(string end)
    {
        while (!_heard.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            var count = await _socket.ReceiveAsync(_buffer).InTime();
            if (count == 0) throw new EndOfStreamException($"closed after: {_heard}");
            _heard.Append(Encoding.UTF8.GetString(_buffer, 0, count));
        }

        var text = _heard.ToString();
        _heard.Clear();
        return text;
    }

    /// <summary>Reads to the end of the connection.</summary>
    public async Task<string> HearOutAsync()
    {
        while (await _socket.ReceiveAsync(_buffer).InTime() is var count and > 0) _heard.Append(Encoding.UTF8.GetString(_buffer, 0, count));
        return _heard.ToString();
    }

    /// <summary>Bytes that have arrived and were not read.</summary>
    public int Waiting => _socket.Available;

    public void Dispose() => _socket.Dispose();
}
