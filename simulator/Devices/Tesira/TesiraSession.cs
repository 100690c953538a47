using System.Text;

namespace AvGateway.Simulator.Devices.Tesira;

/// <summary>How far a session is.</summary>
internal enum TesiraStage
{
    AwaitsUser,
    AwaitsPassword,
    Ready,
}

/// <summary>One session of the text protocol: log-in, whether values carry names, what it has subscribed to.</summary>
internal sealed class TesiraSession(SimulatedTesira server, Connection connection) : Session(connection)
{
    private const int LongestLine = 1024;
    private const byte Iac = 0xFF;

    private readonly List<byte> _line = [];
    private int _ofTelnet;

    public TesiraStage Stage { get; set; } = TesiraStage.Ready;

    public string User { get; set; } = "";

    public bool IsVerbose { get; set; } = true;

    /// <summary>Label by what is watched; they end with the session.</summary>
    public SortedDictionary<TesiraPoint, string> Subscriptions { get; } = [];

    protected internal override void Opened() => server.Greet(this);

    protected internal override void Hear(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            // IAC, verb, option: three bytes that are no part of a line.
            if (_ofTelnet > 0)
            {
                _ofTelnet--;
            }
            else if (b == Iac)
            {
                _ofTelnet = 2;
            }
            else if (b is (byte)'\n')
            {
                byte[] line = [.. _line];
                _line.Clear();
                server.Heard(this, Stage is TesiraStage.AwaitsPassword ? "***\n"u8 : [.. line, b]);
                server.Obey(this, Encoding.UTF8.GetString(line).TrimEnd('\r'));
            }
            else if (_line.Count < LongestLine)
            {
                _line.Add(b);
            }
        }
    }

    public void Line(string text) => Say(text + "\r\n");

    /// <summary>A yes with a value behind it; the name stands before the value in verbose sessions alone.</summary>
    public void Value(string value) => Line(IsVerbose ? $"+OK \"value\":{value}" : $"+OK {value}");

    public void Publish(string label, string value) =>
        Line(IsVerbose ? $"! \"publishToken\":\"{label}\" \"value\":{value}" : $"! \"{label}\" {value}");

    public void End(string reason) => Close(reason);
}
