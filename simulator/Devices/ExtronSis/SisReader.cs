namespace AvGateway.Simulator.Devices.ExtronSis;

/// <summary>
/// Cuts what a client sends into commands. Single-letter commands run at their letter and need no end; those that begin with Escape end
/// with CR, LF or <c>|</c>. Telnet negotiation (IAC) is taken out. A lone CR or LF is nothing.
/// </summary>
internal sealed class SisReader
{
    private const byte Escape = 0x1B;
    private const byte Iac = 0xFF;
    private const byte Will = 0xFB;
    private const byte SubnegotiationBegin = 0xFA;
    private const byte SubnegotiationEnd = 0xF0;
    private const int Longest = 1024;

    private readonly List<char> _command = [];
    private int _telnet;
    private bool _subnegotiation;

    /// <summary>
    /// Takes one byte; true when it completed a command. <paramref name="wholeLines"/> reads up to the line end, for a password.
    /// </summary>
    public bool Take(byte b, bool wholeLines, out string command)
    {
        command = "";
        if (IsTelnet(b)) return false;
        var lineEnd = b is (byte)'\r' or (byte)'\n' || b == (byte)'|' && !wholeLines;
        // An empty line is nothing, even at the password prompt: clients send CR in front of the password to get a clean start.
        if (lineEnd && _command.Count == 0) return false;
        if (!lineEnd && b == Escape) _command.Clear();
        if (!lineEnd && _command.Count < Longest) _command.Add((char)b);
        if (!lineEnd && (wholeLines || !EndsByItself())) return false;
        command = new([.. _command]);
        _command.Clear();
        return true;
    }

    // A command of figures and separators goes on; the first other character is its letter. "LS" is the one command of two letters.
    private bool EndsByItself()
    {
        var last = _command[^1];
        return _command[0] != Escape && !char.IsAsciiDigit(last) && last is not ('*' or '+' or '-' or 'L' or 'l');
    }

    private bool IsTelnet(byte b)
    {
        switch (_telnet)
        {
            case 0 when b != Iac: return _subnegotiation;
            case 0: _telnet = 1; return true;
            case 1 when b >= Will && b != Iac: _telnet = 2; return true;
            case 1:
                _telnet = 0;
                if (b == SubnegotiationBegin) _subnegotiation = true;
                if (b == SubnegotiationEnd) _subnegotiation = false;
                return true;
            default: _telnet = 0; return true;
        }
    }
}
