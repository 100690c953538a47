using System.Text;
using AvGateway.Simulator.Devices.ExtronSis;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.ExtronSmp;

/// <summary>One connection: verbose mode, login, idle time. The set of instructions is cut as on every device of this vendor.</summary>
internal sealed class SmpSession(SimulatedSmp recorder, Connection connection) : Session(connection)
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
        recorder.Greet(this);
        Rearm();
    }

    protected internal override void Closed() => _idle?.Dispose();

    protected internal override void Hear(ReadOnlySpan<byte> bytes)
    {
        Rearm();
        foreach (var b in bytes)
        {
            if (!_reader.Take(b, Role == SisRole.Nobody, out var command)) continue;
            recorder.Heard(this, Encoding.Latin1.GetBytes(command));
            recorder.Obey(this, command);
        }
    }

    public void End(string reason) => Close(reason);

    public void Line(string text) => Say(text + "\r\n");

    private void Rearm()
    {
        _idle?.Dispose();
        _idle = Kind == LinkKind.Tcp && recorder.IdleClose > TimeSpan.Zero ? recorder.After(recorder.IdleClose, () => End("idle")) : null;
    }
}
