using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace AvGateway.Simulator.Devices.SipCodec;

/// <summary>The sound of one call over a real socket: 20 ms packets of PCMU silence out, what comes in is counted.</summary>
internal sealed class SipMedia : IDisposable
{
    private const int Samples = 160;
    private const int Header = 12;
    private const int MostBehind = 5;
    private const byte Silence = 0xFF;
    private static readonly TimeSpan Packet = TimeSpan.FromMilliseconds(20);

    private readonly SimulatedSip _endpoint;
    private readonly SipSwitches _switches;
    private readonly Socket _socket;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Random _luck;
    private readonly long _began;
    private long _due;
    private ushort _sequence;

    public SipMedia(SimulatedSip endpoint, SipSwitches switches, IPAddress bind, int seed)
    {
        (_endpoint, _switches, _luck, _began) = (endpoint, switches, new(seed), endpoint.Time.GetTimestamp());
        _socket = new(bind.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        _socket.Bind(new IPEndPoint(bind, 0));
        _ = ReceiveAsync();
        endpoint.After(Packet, Tick);
    }

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <summary>Where the sound goes; null: nowhere.</summary>
    public IPEndPoint? Remote { get; set; }

    public long Sent { get; private set; }

    public long Received { get; private set; }

    public void Dispose()
    {
        if (_stopping.IsCancellationRequested) return;
        _stopping.Cancel();
        _socket.Dispose();
        _stopping.Dispose();
    }

    private void Tick()
    {
        if (_stopping.IsCancellationRequested) return;
        var now = (long)(_endpoint.Time.GetElapsedTime(_began) / Packet);
        if (now - _due > MostBehind) _due = now - 1;
        for (; _due < now; _due++) SendOne((uint)(_due * Samples));
        _endpoint.After(Packet, Tick);
    }

    // Numbers are given to what is meant to be sent: a pause of a busy machine is late, and not lost.
    private void SendOne(uint timestamp)
    {
        if (Remote is not { } remote || _switches.OneWay.Now) return;
        var sequence = _sequence++;
        if (_luck.NextDouble() * 100 < _switches.Loss.Now) return;
        var packet = new byte[Header + Samples];
        packet[0] = 0x80;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), 0x51490001);
        packet.AsSpan(Header).Fill(Silence);
        if (_switches.Jitter.Now == 0) Send(packet, remote);
        else _endpoint.After(TimeSpan.FromMilliseconds(_luck.Next(_switches.Jitter.Now + 1)), () => Send(packet, remote));
    }

    private void Send(byte[] packet, IPEndPoint remote)
    {
        if (_stopping.IsCancellationRequested) return;
        try
        {
            _socket.SendTo(packet, remote);
            Sent++;
        }
        catch (SocketException)
        {
            // ICMP after the other side has closed its port: sound that nobody hears is lost, as in life.
        }
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[2048];
        var from = new IPEndPoint(IPAddress.Any, 0);
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var read = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, from, _stopping.Token);
                lock (_endpoint.Gate)
                {
                    if (read.ReceivedBytes >= Header && buffer[0] >> 6 == 2) Received++;
                }
            }
            catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException) { return; }
            catch (SocketException)
            {
                // ICMP once more; the port stays open for the next packet.
            }
        }
    }
}
