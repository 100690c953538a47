using System.Net.Sockets;
using System.Text;

namespace AvGateway.Host.Tests.Packaging;

/// <summary>What systemd does for a service: a datagram socket that hears how it is.</summary>
internal sealed class Overseer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    public Overseer(string path)
    {
        Path = path;
        _socket.Bind(new UnixDomainSocketEndPoint(path));
    }

    public string Path { get; }

    /// <summary>Hears on until a datagram has this line; all lines of that datagram.</summary>
    public async Task<string[]> HearAsync(string line)
    {
        var buffer = new byte[4096];
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while (true)
        {
            var length = await _socket.ReceiveAsync(buffer, patience.Token);
            var lines = Encoding.UTF8.GetString(buffer, 0, length).Split('\n');
            if (lines.Contains(line)) return lines;
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        File.Delete(Path);
    }
}
