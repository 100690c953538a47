using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AvGateway.Bench.Sip;

/// <summary>Devices that answer OPTIONS, all on one UDP socket and told apart by their users; what else is asked is refused.</summary>
internal sealed class SipFarm : IDisposable
{
    private static readonly string[] Echoed = ["Via:", "From:", "Call-ID:", "CSeq:"];

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Thread _thread;
    private long _probes;

    public SipFarm()
    {
        _socket.ReceiveBufferSize = 4 * 1024 * 1024;
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _thread = new(Serve) { IsBackground = true, Name = "sip farm" };
        _thread.Start();
    }

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <summary>OPTIONS answered so far.</summary>
    public long Probes => Interlocked.Read(ref _probes);

    public void Dispose()
    {
        _socket.Dispose();
        _thread.Join();
    }

    private void Serve()
    {
        var buffer = new byte[65_536];
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        while (true)
        {
            try
            {
                var length = _socket.ReceiveFrom(buffer, ref from);
                _socket.SendTo(Answer(Encoding.Latin1.GetString(buffer, 0, length)), from);
            }
            catch (SocketException) { return; }
            catch (ObjectDisposedException) { return; }
        }
    }

    private byte[] Answer(string request)
    {
        var isOptions = request.StartsWith("OPTIONS ", StringComparison.Ordinal);
        if (isOptions) Interlocked.Increment(ref _probes);
        var answer = new StringBuilder(isOptions ? "SIP/2.0 200 OK\r\n" : "SIP/2.0 489 Bad Event\r\n");
        foreach (var line in request.Split("\r\n"))
        {
            if (line.StartsWith("To:", StringComparison.Ordinal)) answer.Append(line).Append(";tag=farm\r\n");
            else if (Array.Exists(Echoed, name => line.StartsWith(name, StringComparison.Ordinal))) answer.Append(line).Append("\r\n");
        }

        return Encoding.Latin1.GetBytes(answer.Append("Server: farm/1\r\nContent-Length: 0\r\n\r\n").ToString());
    }
}
