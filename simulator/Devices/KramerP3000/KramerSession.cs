using System.Text;

namespace AvGateway.Simulator.Devices.KramerP3000;

/// <summary>One connection: the line that is being typed, the login, and a welcome that waits for company.</summary>
internal sealed class KramerSession(SimulatedKramer matrix, Connection connection) : Session(connection)
{
    private readonly List<byte> _line = [];
    private bool _overlong;

    public bool LoggedIn { get; set; }

    /// <summary>Text that goes out in one piece with the next line.</summary>
    public string Pending { get; set; } = "";

    protected internal override void Opened() => matrix.Greet(this);

    // LF means nothing to the device, wherever it stands.
    protected internal override void Hear(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            if (b == (byte)'\r') EndLine();
            else if (b == (byte)'\n') continue;
            else if (_line.Count < matrix.LineLimit) _line.Add(b);
            else _overlong = true;
        }
    }

    public void End(string reason) => Close(reason);

    /// <summary>Forgets what was typed so far: the processor behind the connection has started again.</summary>
    public void Restart()
    {
        LoggedIn = false;
        Pending = "";
        _line.Clear();
        _overlong = false;
    }

    /// <summary>Text as it is, without a header.</summary>
    public void Plain(string text)
    {
        var frame = Encoding.ASCII.GetBytes(Pending + text);
        Pending = "";
        // At another speed every byte is framed wrongly; what is left of it are long lows and long highs.
        if (matrix.IsWrongSpeed(this)) frame = [.. frame.Select(b => (b & 1) == 0 ? (byte)0x00 : (byte)0xFF)];
        Say(frame);
    }

    private void EndLine()
    {
        if (_line.Count == 0) return;
        byte[] frame = [.. _line];
        var overlong = _overlong;
        _line.Clear();
        _overlong = false;
        matrix.Heard(this, [.. frame, (byte)'\r']);
        matrix.Obey(this, Encoding.Latin1.GetString(frame), overlong);
    }
}
