using System.Text;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.Poly;

/// <summary>How far a session is.</summary>
internal enum PolyStage
{
    AwaitsPassword,
    Ready,
}

/// <summary>One session of the text API: log-in, what it asked to be notified of, idle time.</summary>
internal sealed class PolySession(SimulatedPoly codec, Connection connection) : Session(connection)
{
    private const int LongestLine = 1024;
    private const byte Iac = 0xFF;
    private const byte LowestVerb = 0xFB;

    private readonly List<byte> _line = [];
    private IDisposable? _idle;
    private bool _afterReturn;
    private int _ofTelnet;

    public PolyStage Stage { get; set; }

    /// <summary>Topics of <c>notify</c>; they end with the session.</summary>
    public SortedSet<string> Notify { get; } = new(StringComparer.Ordinal);

    public long? LastCommand { get; set; }

    protected internal override void Opened()
    {
        codec.Greet(this);
        Rearm();
    }

    protected internal override void Closed() => _idle?.Dispose();

    protected internal override void Hear(ReadOnlySpan<byte> bytes)
    {
        Rearm();
        foreach (var b in bytes)
        {
            if (IsTelnet(b)) continue;
            var second = b == (byte)'\n' && _afterReturn;
            _afterReturn = b == (byte)'\r';
            if (second) continue;
            if (b is (byte)'\r' or (byte)'\n') EndLine();
            else if (_line.Count < LongestLine) _line.Add(b);
        }
    }

    public void End(string reason) => Close(reason);

    public void Line(string text) => Say(text + (Kind == LinkKind.Ssh ? "\r\r\n" : "\r\n"));

    public void Forget()
    {
        Notify.Clear();
        _line.Clear();
        LastCommand = null;
    }

    // IAC, verb, option: three bytes that are no part of a line.
    private bool IsTelnet(byte b)
    {
        if (Kind != LinkKind.Tcp) return false;
        if (_ofTelnet > 0)
        {
            _ofTelnet = _ofTelnet == 2 && b < LowestVerb ? 0 : _ofTelnet - 1;
            return true;
        }

        if (b != Iac) return false;
        _ofTelnet = 2;
        return true;
    }

    private void EndLine()
    {
        byte[] bytes = [.. _line];
        _line.Clear();
        var secret = Stage == PolyStage.AwaitsPassword;
        if (bytes.Length > 0) codec.Heard(this, secret ? "***\r\n"u8 : [.. bytes, .. "\r\n"u8]);
        codec.Obey(this, Encoding.UTF8.GetString(bytes));
    }

    private void Rearm()
    {
        _idle?.Dispose();
        _idle = Kind != LinkKind.Serial && codec.IdleClose > TimeSpan.Zero ? codec.After(codec.IdleClose, () => End("idle")) : null;
    }
}
