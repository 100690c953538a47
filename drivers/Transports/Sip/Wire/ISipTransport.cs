using System.Net;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>Carries messages of one protocol from one local address.</summary>
internal interface ISipTransport : IAsyncDisposable
{
    SipProtocol Protocol { get; }

    /// <summary>The bound address; its port is the one that stands in Via and Contact.</summary>
    IPEndPoint Local { get; }

    /// <summary>Sends or queues and returns at once; a failure is told to the user later.</summary>
    /// <param name="connection">The connection to prefer, 0 for any.</param>
    void Send(SipPeer peer, long connection, ReadOnlyMemory<byte> octets);
}

/// <summary>Who is told what a transport meets. Called from the transport's own loops.</summary>
internal interface ISipTransportUser
{
    /// <summary>A datagram came. It is dropped when there is no room: the peer will send it again.</summary>
    void Received(SipMessage? message, SipVerdict verdict, SipSource source);

    /// <summary>A message came on a stream; waiting here pushes back on the peer.</summary>
    ValueTask ReceivedAsync(SipMessage? message, SipVerdict verdict, SipSource source);

    void Failed(SipPeer peer, SipFailure failure);
}
