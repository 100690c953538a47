using System.Text;

namespace AvGateway.Simulator.Devices.GsmModem;

/// <summary>The line: commands that end in CR, and a message that ends in Ctrl-Z or is given up by ESC.</summary>
internal sealed class ModemSession(SimulatedGsmModem modem, Connection connection) : Session(connection)
{
    private const int LongestCommand = 512;
    private const byte CtrlZ = 0x1A, Esc = 0x1B;

    private readonly List<byte> _heard = [];

    public bool Echo { get; set; } = true;

    /// <summary>0: <c>ERROR</c>; 1: numbers.</summary>
    public int ErrorForm { get; set; }

    public bool IsPduMode { get; set; }

    /// <summary>AT+CNMI=…,…,…,1: status reports are told at once.</summary>
    public bool TellsReports { get; set; }

    /// <summary>Octets that AT+CMGS announced; null: no message is being entered.</summary>
    public int? Entering { get; set; }

    protected internal override void Hear(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            if (Entering is not null) Enter(b);
            else if (b == '\r') Obey();
            else if (b is Esc or (byte)'\n') _heard.Clear();
            else if (_heard.Count < LongestCommand) _heard.Add(b);
        }
    }

    public void Answer(params string[] lines) => Say(string.Concat(lines.Select(line => $"\r\n{line}\r\n")));

    private void Obey()
    {
        var command = Encoding.ASCII.GetString([.. _heard]);
        _heard.Clear();
        if (command.Length == 0) return;
        modem.Heard(this, Encoding.ASCII.GetBytes(command + "\r"));
        if (Echo) Say(command + "\r");
        modem.Obey(this, command);
    }

    private void Enter(byte b)
    {
        if (b is not (CtrlZ or Esc))
        {
            if (_heard.Count < LongestCommand) _heard.Add(b);
            return;
        }

        var text = Encoding.ASCII.GetString([.. _heard]);
        _heard.Clear();
        modem.Heard(this, [.. Encoding.ASCII.GetBytes(text), b]);
        var octets = Entering!.Value;
        Entering = null;
        if (b == Esc) Answer("OK");
        else modem.Submit(this, text, octets);
    }
}
