using System.Text;

namespace AvGateway.Simulator.Devices.CiscoXapi;

/// <summary>How far a session is.</summary>
internal enum XapiStage
{
    AwaitsUser,
    AwaitsPassword,
    Ready,
}

/// <summary>One session of the shell: login, echo, output mode and registrations, all of which end with it.</summary>
internal sealed class XapiSession(SimulatedCodec codec, Connection connection) : Session(connection)
{
    private const int LongestLine = 16 * 1024;

    private readonly List<byte> _line = [];
    private bool _afterReturn;

    public XapiStage Stage { get; set; }

    public string User { get; set; } = "";

    /// <summary>On until the client turns it off.</summary>
    public bool Echo { get; set; } = true;

    public bool Json { get; set; }

    /// <summary>As they were typed, with what they mean.</summary>
    public Dictionary<string, XapiStep[]> Feedback { get; } = new(StringComparer.OrdinalIgnoreCase);

    public bool HasAnswered { get; set; }

    protected internal override void Opened() => codec.Greet(this);

    protected internal override void Hear(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            // CR, LF and CR LF all end a line.
            var second = b == (byte)'\n' && _afterReturn;
            _afterReturn = b == (byte)'\r';
            if (second) continue;
            if (b is (byte)'\r' or (byte)'\n') EndLine();
            else if (_line.Count < LongestLine) _line.Add(b);
        }
    }

    public void End(string reason) => Close(reason);

    /// <summary>Back to what a fresh session is, on a line that cannot be closed.</summary>
    public void Forget()
    {
        Echo = true;
        Json = false;
        Feedback.Clear();
        _line.Clear();
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
