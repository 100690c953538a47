namespace AvGateway.Simulator.Devices.NecDisplay;

/// <summary>One connection: the packet that is coming in, and the time until a silent socket is closed.</summary>
internal sealed class NecSession(SimulatedNecDisplay display, Connection connection) : Session(connection)
{
    private const int LongestPacket = 0xFF + 10;

    private readonly List<byte> _packet = [];
    private IDisposable? _idle;

    protected internal override void Opened() => KeepOpen();

    // A packet begins with SOH, wherever it comes, and ends with a CR.
    protected internal override void Hear(ReadOnlySpan<byte> bytes)
    {
        KeepOpen();
        foreach (var b in bytes)
        {
            if (b == 0x01) _packet.Clear();
            else if (_packet.Count == 0) continue;
            if (b == 0x0D && _packet.Count > 8) End();
            else if (_packet.Count < LongestPacket) _packet.Add(b);
        }
    }

    protected internal override void Closed() => _idle?.Dispose();

    public void Leave(string reason) => Close(reason);

    private void End()
    {
        byte[] packet = [.. _packet];
        _packet.Clear();
        display.Heard(this, [.. packet, 0x0D]);
        if (NecPacket.Read(packet) is { } read) display.Obey(this, read.Packet, read.IsIntact);
    }

    private void KeepOpen()
    {
        _idle?.Dispose();
        _idle = Kind == Wires.LinkKind.Tcp && display.IdleClose > TimeSpan.Zero ? display.After(display.IdleClose, () => Close("silent")) : null;
    }
}
