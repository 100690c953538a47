using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>All datagrams of the gateway through one socket: one loop and one buffer, however many devices there are.</summary>
internal sealed class UdpTransport : ISipTransport
{
    private const int SocketBuffer = 1024 * 1024;

    private readonly Socket _socket;
    private readonly ISipTransportUser _user;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _receiving;

    public UdpTransport(IPEndPoint bind, ISipTransportUser user, ILogger log)
    {
        _user = user;
        _log = log;
        _socket = new(bind.AddressFamily, SocketType.Dgram, ProtocolType.Udp)
        {
            ReceiveBufferSize = SocketBuffer,
            SendBufferSize = SocketBuffer
        };
        try { _socket.Bind(bind); }
        catch
        {
            _socket.Dispose();
            throw;
        }

        UdpErrors.Enable(_socket);
        Local = (IPEndPoint)_socket.LocalEndPoint!;
        _receiving = ReceiveAsync();
    }

    public SipProtocol Protocol => SipProtocol.Udp;

    public IPEndPoint Local { get; }

    public void Send(SipPeer peer, long connection, ReadOnlyMemory<byte> octets)
    {
        // An ICMP error of an earlier datagram to any peer is reported by the next call, whoever it is for: the second try is the real one.
        for (var attempt = 0; attempt < 2; attempt++)
        {
            try
            {
                _socket.SendTo(octets.Span, SocketFlags.None, peer.EndPoint);
                return;
            }
            catch (SocketException error) when (attempt == 0
                && error.SocketErrorCode is SocketError.ConnectionRefused or SocketError.HostUnreachable)
            {
                TakeErrors();
            }
            catch (SocketException error)
            {
                SipLog.NotSent(_log, peer, error.SocketErrorCode);
                if (error.SocketErrorCode is not (SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable))
                    _user.Failed(peer, SipFailure.Unreachable);
                return;
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _socket.Dispose();
        await _receiving;
        _stopping.Dispose();
    }

    private async Task ReceiveAsync()
    {
        var buffer = GC.AllocateUninitializedArray<byte>(SipLimits.Message + 1, pinned: true);
        var from = new SocketAddress(_socket.AddressFamily);
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var length = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, from, _stopping.Token);
                var verdict = SipParser.ReadDatagram(buffer.AsSpan(0, length), out var message);
                if (verdict.Fault == SipFault.KeepAlive) continue;
                var peer = (IPEndPoint)Local.Create(from);
                _user.Received(message, verdict, new(new(SipProtocol.Udp, peer), 0));
            }
            catch (SocketException)
            {
                // What is left of ICMP errors, or a datagram larger than the buffer: neither ends the service of the other devices.
                TakeErrors();
            }
            catch (OperationCanceledException) { return; }
            catch (ObjectDisposedException) { return; }
        }
    }

    private void TakeErrors()
    {
        while (UdpErrors.TryTake(_socket, out var peer))
        {
            if (peer is not null) _user.Failed(new(SipProtocol.Udp, peer), SipFailure.Unreachable);
        }
    }
}
