using System.Net;
using AvGateway.Drivers.Transports.Sip;
using AvGateway.Links;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Wires;
using AvGateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Drivers.Tests.SipCodec;

/// <summary>
/// The simulated endpoint behind the product's SIP link and SIP stack, with a network of datagrams in memory between them and everything
/// on the bench's clock. The bench's own link carries the lines between driver and SIP link.
/// </summary>
internal sealed class SimulatedSipPeer : SimulatedPeer
{
    public const string Address = "10.9.0.2:5060";
    public const string Link = "sip:codec@10.9.0.2:5060";
    public const string Proxy = "sip:10.9.0.2:5060";

    private static readonly IPEndPoint Ours = IPEndPoint.Parse("10.9.0.1:5060");
    private static readonly IPEndPoint Theirs = IPEndPoint.Parse(Address);

    private readonly SipStack _stack;
    private readonly Network _network;
    private readonly SipLinkFactory _factory;
    private readonly LinkAddress _address;
    private readonly Secret? _secret;
    private (InMemoryLink Bench, ILink Sip)? _open;

    public SimulatedSipPeer(DeviceSetting setting, VirtualClock clock, string? secret = null) : base(setting, clock)
    {
        _stack = new(new(), clock, NullLogger.Instance);
        Network? network = null;
        _stack.Add(user => network = new(user));
        _network = network!;
        _factory = new(_stack, clock, NullLogger<SipLinkFactory>.Instance);
        _secret = secret is null ? null : new(secret);
        Assert.True(LinkAddress.TryParse(Link, out var address, out _));
        _address = address;
    }

    // A SIP link opens whether or not the device is there.
    public override string? Refuses => null;

    public SipCounters Counters => _stack.Counters;

    public override void Connected(InMemoryLink link)
    {
        EndFormer();
        var opening = _factory.OpenAsync(_address, _secret, CancellationToken.None).AsTask();
        Assert.True(opening.IsCompletedSuccessfully);
        _open = (link, opening.Result);
    }

    public override async Task<bool> ShuttleAsync()
    {
        var moved = await FromDriverAsync();
        await _stack.Loop.SettleAsync();
        moved |= ToDevice();
        moved |= FromDevice();
        await _stack.Loop.SettleAsync();
        return await ToDriverAsync() | moved;
    }

    public override void Dispose()
    {
        EndFormer();
        _stack.DisposeAsync().AsTask().GetAwaiter().GetResult();
        base.Dispose();
    }

    private void EndFormer() => _open?.Sip.Abort(LinkEnd.Aborted);

    private async Task<bool> FromDriverAsync()
    {
        if (_open is not { } open) return false;
        if (open.Bench.Ended.IsCompleted)
        {
            open.Sip.Abort(LinkEnd.Aborted);
            _open = null;
            return true;
        }

        var said = open.Bench.Take();
        if (said.Length == 0) return false;
        await open.Sip.Output.WriteAsync(said);
        return true;
    }

    private async Task<bool> ToDriverAsync()
    {
        if (_open is not { } open || !open.Sip.Input.TryRead(out var read)) return false;
        var bytes = System.Buffers.BuffersExtensions.ToArray(read.Buffer);
        open.Sip.Input.AdvanceTo(read.Buffer.End);
        foreach (var piece in SingleBytes ? bytes.Select(b => new[] { b }) : [bytes]) await open.Bench.WriteAsync(piece);
        if (read.IsCompleted) open.Bench.Abort(LinkEnd.ClosedByPeer);
        return bytes.Length > 0;
    }

    private bool ToDevice()
    {
        var moved = false;
        while (_network.ToDevice.TryDequeue(out var datagram))
        {
            moved = true;
            if (IsCut) _network.Refuse(datagram.Peer);
            else if (!datagram.Peer.EndPoint.Equals(Theirs)) _network.Refuse(datagram.Peer);
            else if (Device.Powered) Wire().Connection.Hear(datagram.Octets.Span);
        }

        return moved;
    }

    private bool FromDevice()
    {
        var moved = false;
        while (_network.FromDevice.TryDequeue(out var octets))
        {
            moved = true;
            _network.Deliver(octets);
        }

        return moved;
    }

    private DatagramWire Wire()
    {
        if (_network.Wire is { IsOver: false } known) return known;
        var wire = new DatagramWire(_network);
        wire.Connection = Device.Attach(wire);
        return _network.Wire = wire;
    }

    /// <summary>The stack's UDP socket.</summary>
    private sealed class Network(ISipTransportUser user) : ISipTransport
    {
        public System.Collections.Concurrent.ConcurrentQueue<(SipPeer Peer, ReadOnlyMemory<byte> Octets)> ToDevice { get; } = new();

        public System.Collections.Concurrent.ConcurrentQueue<byte[]> FromDevice { get; } = new();

        public DatagramWire? Wire { get; set; }

        public SipProtocol Protocol => SipProtocol.Udp;

        public IPEndPoint Local => Ours;

        public void Send(SipPeer peer, long connection, ReadOnlyMemory<byte> octets) => ToDevice.Enqueue((peer, octets.ToArray()));

        public void Refuse(SipPeer peer) => user.Failed(peer, SipFailure.Unreachable);

        public void Deliver(byte[] octets)
        {
            var verdict = SipParser.ReadDatagram(octets, out var message);
            user.Received(message, verdict, new(new(SipProtocol.Udp, Theirs), 0));
        }

        public ValueTask DisposeAsync() => default;
    }

    private sealed class DatagramWire(Network network) : IWire
    {
        public Connection Connection { get; set; } = null!;

        public bool IsOver { get; private set; }

        public Simulator.Devices.Wires.LinkKind Kind => Simulator.Devices.Wires.LinkKind.Sip;

        public string Peer => Ours.Address.ToString();

        public void Send(ReadOnlyMemory<byte> bytes)
        {
            if (!IsOver) network.FromDevice.Enqueue(bytes.ToArray());
        }

        public void Close() => IsOver = true;

        public void Abort() => IsOver = true;
    }
}
