using System.Text;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.CiscoXapi;

/// <summary>How far a session is.</summary>
internal enum XapiStage
{
    AwaitsUser,
    AwaitsPassword,
    Ready,
}

/// <summary>
/// One session: of the shell with its login, echo, output mode and registrations, or of JSON-RPC with its subscriptions. All of it ends with it.
/// </summary>
internal sealed class XapiSession(SimulatedCodec codec, Connection connection) : Session(connection)
{
    private const int LongestLine = 16 * 1024;
    private const byte RecordStart = 0x1E;

    private readonly List<byte> _line = [];
    private bool _afterReturn;
    private bool _inRecord;
    private int _lastSubscription;

    /// <summary>JSON-RPC in records, instead of lines.</summary>
    public bool IsRpc => Kind == LinkKind.WebSocket;

    public XapiStage Stage { get; set; }

    public string User { get; set; } = "";

    /// <summary>On until the client turns it off.</summary>
    public bool Echo { get; set; } = true;

    public bool Json { get; set; }

    /// <summary>As they were typed, with what they mean.</summary>
    public Dictionary<string, XapiStep[]> Feedback { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What a JSON-RPC client asked to be told, by the number it was given.</summary>
    public SortedDictionary<int, XapiStep[]> Subscriptions { get; } = [];

    public bool HasAnswered { get; set; }

    protected internal override void Opened() => codec.Greet(this);

    protected internal override void Hear(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            if (IsRpc)
            {
                HearRecord(b);
                continue;
            }

            // CR, LF and CR LF all end a line.
            var second = b == (byte)'\n' && _afterReturn;
            _afterReturn = b == (byte)'\r';
            if (second) continue;
            if (b is (byte)'\r' or (byte)'\n') EndLine();
            else if (_line.Count < LongestLine) _line.Add(b);
        }
    }

    public void End(string reason) => Close(reason);

    public int Subscribe(XapiStep[] expression)
    {
        Subscriptions.Add(++_lastSubscription, expression);
        return _lastSubscription;
    }

    /// <summary>One message.</summary>
    public void SayRecord(string text) => Say((char)RecordStart + text + "\n");

    /// <summary>Back to what a fresh session is, on a line that cannot be closed.</summary>
    public void Forget()
    {
        Echo = true;
        Json = false;
        Feedback.Clear();
        Subscriptions.Clear();
        _line.Clear();
    }

    private void HearRecord(byte b)
    {
        if (b == RecordStart) _line.Clear();
        else if (b == (byte)'\n' && _inRecord) EndRecord();
        else if (_inRecord && _line.Count < LongestLine) _line.Add(b);
        _inRecord = b == RecordStart || (_inRecord && b != (byte)'\n');
    }

    private void EndRecord()
    {
        byte[] bytes = [.. _line];
        _line.Clear();
        codec.Heard(this, [RecordStart, .. bytes, (byte)'\n']);
        codec.ObeyRpc(this, Encoding.UTF8.GetString(bytes));
    }

    private void EndLine()
    {
        byte[] bytes = [.. _line];
        _line.Clear();
        var text = Encoding.UTF8.GetString(bytes);
        var secret = Stage == XapiStage.AwaitsPassword;
        if (text.Length > 0) codec.Heard(this, secret ? "***\r\n"u8 : [.. bytes, .. "\r\n"u8]);
        if (Echo && !secret) Say(text + "\r\n");
        codec.Obey(this, text);
    }
}
