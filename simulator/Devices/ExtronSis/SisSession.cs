using System.Text;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.ExtronSis;

/// <summary>Who a client is after login.</summary>
internal enum SisRole
{
    /// <summary>The password is still awaited.</summary>
    Nobody,
    User,
    Administrator,
}

/// <summary>One connection: verbose mode, login, idle time.</summary>
internal sealed class SisSession(SisDevice device, Connection connection) : Session(connection)
{
    private readonly SisReader _reader = new();
    private IDisposable? _idle;

    /// <summary>0 to 3; bit 0: told unasked, bit 1: query replies are tagged.</summary>
    public int Verbose { get; set; }

    public SisRole Role { get; set; }

    public bool IsTold => (Verbose & 1) != 0 && Role != SisRole.Nobody;

    public bool IsTagged => (Verbose & 2) != 0;

    protected internal override void Opened()
    {
        device.Greet(this);
        Rearm();
    }

    protected internal override void Closed() => _idle?.Dispose();

    protected internal override void Hear(ReadOnlySpan<byte> bytes)
    {
        Rearm();
        foreach (var b in bytes)
        {
            if (!_reader.Take(b, Role == SisRole.Nobody, out var command)) continue;
            device.Heard(this, Encoding.Latin1.GetBytes(command));
            device.Obey(this, command);
        }
    }

    public void End(string reason) => Close(reason);

    public void Line(string text) => Say(text + "\r\n");

    /// <summary>Only what the client sends counts as traffic: a device that is told nothing does not keep a forgotten connection.</summary>
    private void Rearm()
    {
        _idle?.Dispose();
        _idle = Kind == LinkKind.Tcp && device.IdleClose > TimeSpan.Zero ? device.After(device.IdleClose, () => End("idle")) : null;
    }
}
