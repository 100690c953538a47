using System.Collections.Concurrent;
using System.Net;
using AvGateway.Testing;

namespace AvGateway.Drivers.Transports.Sip.Tests;

/// <summary>A network in memory that loses and repeats datagrams by a seed, and tells when nobody is there.</summary>
internal sealed class FakeNet(VirtualClock clock, int seed)
{
    private readonly Lock _gate = new();
    private readonly Random _luck = new(seed);
    private readonly ConcurrentDictionary<SipPeer, Action<SipPeer, ReadOnlyMemory<byte>>> _places = new();
    private long _carried;

    /// <summary>Share of datagrams that are lost.</summary>
    public double Loss { get; set; }

    /// <summary>Share of datagrams that come twice.</summary>
    public double Twice { get; set; }

    /// <summary>Nobody there is told by ICMP.</summary>
    public bool HasIcmp { get; set; }

    public long Carried => Interlocked.Read(ref _carried);

    public DateTimeOffset Now => clock.GetUtcNow();

    public FakeTransport Open(SipProtocol protocol, IPEndPoint local, ISipTransportUser user)
    {
        var transport = new FakeTransport(this, protocol, local, user);
        _places[new(protocol, local)] = transport.Arrived;
        return transport;
    }

    public void Place(SipPeer peer, Action<SipPeer, ReadOnlyMemory<byte>> arrived) => _places[peer] = arrived;

    public void Close(SipPeer peer) => _places.TryRemove(peer, out _);

    /// <summary>False when nobody is there and the network says so.</summary>
    public bool Carry(SipPeer from, SipPeer to, ReadOnlyMemory<byte> octets)
    {
        Interlocked.Increment(ref _carried);
        bool lost, twice;
        lock (_gate)
        {
            lost = !to.IsReliable && _luck.NextDouble() < Loss;
            twice = !to.IsReliable && _luck.NextDouble() < Twice;
        }

        if (!_places.TryGetValue(to, out var arrived)) return !(HasIcmp || to.IsReliable);
        if (lost) return true;
        arrived(from, octets);
        if (twice) arrived(from, octets);
        return true;
    }
}

/// <summary>One socket of the network in memory.</summary>
internal sealed class FakeTransport(FakeNet net, SipProtocol protocol, IPEndPoint local, ISipTransportUser user) : ISipTransport
{
    public SipProtocol Protocol => protocol;

    public IPEndPoint Local => local;

    public void Send(SipPeer peer, long connection, ReadOnlyMemory<byte> octets)
    {
        if (!net.Carry(new(protocol, local), peer, octets)) user.Failed(peer, SipFailure.Unreachable);
    }

    public void Arrived(SipPeer from, ReadOnlyMemory<byte> octets)
    {
        var verdict = SipParser.ReadDatagram(octets.Span, out var message);
        user.Received(message, verdict, new(from, 0));
    }

    public ValueTask DisposeAsync()
    {
        net.Close(new(protocol, local));
        return default;
    }
}
