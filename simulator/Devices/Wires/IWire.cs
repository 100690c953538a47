namespace AvGateway.Simulator.Devices.Wires;

/// <summary>What a link is made of, as far as a device can tell.</summary>
public enum LinkKind
{
    /// <summary>Connections come and go; each is a new login.</summary>
    Tcp,

    /// <summary>One line that is always there; the device does not notice who listens.</summary>
    Serial,

    /// <summary>Datagrams: no connection that could be closed, and no datagram is ever cut.</summary>
    Udp,

    /// <summary>As <see cref="Tcp"/>, inside a shell that has logged the user in.</summary>
    Ssh,

    /// <summary>
    /// As <see cref="Tcp"/>, in messages: a message is a record of the byte stream, RS, text, LF, both ways. The user was let in by HTTP.
    /// </summary>
    WebSocket,

    /// <summary>UDP and TCP on one SIP port. As the kind of a connection: datagrams of one peer, each a whole message.</summary>
    Sip,
}

/// <summary>
/// The outer end of one connection, given by a transport. None of its members may block or throw: they are called while the device is
/// locked.
/// </summary>
public interface IWire
{
    LinkKind Kind { get; }

    /// <summary>Who is at the other end: an IP address without port, or a name for a line.</summary>
    string Peer { get; }

    /// <summary>Hands over bytes in one piece; the transport keeps pieces apart where it can.</summary>
    void Send(ReadOnlyMemory<byte> bytes);

    /// <summary>Ends the connection after everything that was handed over has gone out.</summary>
    void Close();

    /// <summary>Ends the connection at once, as a device does that has forgotten it (TCP reset). A serial line stays.</summary>
    void Abort();
}
