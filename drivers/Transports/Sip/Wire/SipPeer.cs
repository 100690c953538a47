using System.Net;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>How messages travel.</summary>
public enum SipProtocol
{
    Udp,
    Tcp,
    Tls,
}

/// <summary>Why nothing came back, apart from an answer of the peer itself.</summary>
public enum SipFailure
{
    None,

    /// <summary>No answer within the time of RFC 3261 (timer B or F) or of the caller.</summary>
    TimedOut,

    /// <summary>ICMP said so, or the connection was refused: nobody listens there.</summary>
    Unreachable,

    /// <summary>The name of the host has no address.</summary>
    NoAddress,
    ConnectionLost,

    /// <summary>The certificate is neither pinned nor issued by a trusted authority for this name.</summary>
    CertificateRefused,

    /// <summary>No transport of this protocol is open here.</summary>
    NoTransport,

    /// <summary>Our own tables are full.</summary>
    TooBusy,

    /// <summary>The user agent was stopped, or the caller gave up.</summary>
    Cancelled,
}

/// <summary>Where a message goes or came from.</summary>
/// <param name="ServerName">For TLS: the name that the certificate has to carry.</param>
public readonly record struct SipPeer(SipProtocol Protocol, IPEndPoint EndPoint, string? ServerName = null)
{
    public bool IsReliable => Protocol != SipProtocol.Udp;

    public bool Equals(SipPeer other) => Protocol == other.Protocol && Equals(EndPoint, other.EndPoint);

    public override int GetHashCode() => HashCode.Combine(Protocol, EndPoint);

    public override string ToString() => $"{Protocol.ToString().ToLowerInvariant()}:{EndPoint}";
}

/// <summary>Where a message came from; a response goes back on the same connection while that is open.</summary>
/// <param name="Connection">0 for a datagram.</param>
internal readonly record struct SipSource(SipPeer Peer, long Connection);
