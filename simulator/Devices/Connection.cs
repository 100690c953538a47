using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices;

/// <summary>
/// One connection of a device, seen from inside: the transport tells it what was heard and when the peer went, the session says things
/// through it. Carries the link switches; knows no protocol.
/// </summary>
public sealed class Connection
{
    private readonly SimulatedDevice _device;
    private readonly IWire _wire;
    private readonly Mangler _mangler;
    private Session? _session;
    private bool _ended;

    internal Connection(SimulatedDevice device, IWire wire, int number)
    {
        _device = device;
        _wire = wire;
        Number = number;
        _mangler = new(wire, device.Common, new(device.Time, device.Gate), device.Time);
        Reseed();
    }

    /// <summary>Counts up from 1 in the life of the device; the session number of the trace.</summary>
    public int Number { get; }

    public LinkKind Kind => _wire.Kind;

    /// <summary>The peer's IP address, which is what devices take for its identity, or a name for a serial line.</summary>
    public string Peer => _wire.Peer;

    /// <summary>With what status its program ended.</summary>
    public int ExitStatus { get; internal set; }

    internal Session Session => _session!;

    /// <summary>For the transport: bytes that arrived, in any pieces.</summary>
    public void Hear(ReadOnlySpan<byte> bytes)
    {
        lock (_device.Gate)
        {
            if (_ended || !_device.Powered || _device.Common.HalfOpen.Now) return;
            _session!.LastHeard = _device.Time.GetTimestamp();
            _session.Hear(bytes);
        }
    }

    /// <summary>For the transport: the peer has gone.</summary>
    public void Ended()
    {
        lock (_device.Gate) Leave("closed by the other end");
    }

    /// <summary>For the transport: something worth a line of the trace that the device itself does not notice.</summary>
    internal void Note(string words)
    {
        lock (_device.Gate) _device.Trace.Note(_device.Now, Number, words);
    }

    internal void Begin(Session session)
    {
        _session = session;
        session.LastHeard = _device.Time.GetTimestamp();
        session.Opened();
    }

    /// <summary>A new session on the same line: the device has started again, and a serial line outlives that.</summary>
    internal void BeginAgain(Session session)
    {
        _mangler.Forget();
        _session!.Closed();
        session.AfterRestart = true;
        Begin(session);
    }

    internal void Say(ReadOnlySpan<byte> frame)
    {
        if (_ended) return;
        var withheld = !_device.Powered || _device.Common.Mute.Now || _device.Common.HalfOpen.Now;
        _device.Trace.Add(_device.Now, withheld ? TraceDirection.Withheld : TraceDirection.Sent, Number, frame);
        if (!withheld) _mangler.Send(frame);
    }

    internal void Close(string reason)
    {
        if (_ended || Kind is LinkKind.Serial or LinkKind.Udp) return;
        Leave(reason);
        _mangler.End();
    }

    /// <summary>Ends the connection in order, but without what was still held back.</summary>
    internal void Cut(string reason)
    {
        if (_ended || Kind is LinkKind.Serial or LinkKind.Udp) return;
        Leave(reason);
        _mangler.Forget();
        _wire.Close();
    }

    internal void Abort(string reason)
    {
        if (_ended || Kind is LinkKind.Serial or LinkKind.Udp) return;
        Leave(reason);
        _mangler.Forget();
        _wire.Abort();
    }

    internal void Quiet() => _mangler.Forget();

    internal void Reseed() => _mangler.Seed(unchecked((_device.Common.Seed.Now * 397) ^ Number));

    private void Leave(string reason)
    {
        if (_ended) return;
        _ended = true;
        _device.Leave(this, reason);
        _session?.Closed();
    }
}
