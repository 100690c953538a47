using System.Text;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.HyperDeck;

/// <summary>One client of the deck: its notifications, its override of the remote switch, its watchdog.</summary>
internal sealed class HyperDeckSession(SimulatedHyperDeck deck, Connection connection) : Session(connection)
{
    private const int LongestLine = 1024;
    private const int MostLines = 64;

    private readonly LineReader _reader = new(LongestLine);
    private readonly List<string> _block = [];
    private TimeSpan _watchdogPeriod;
    private IDisposable? _watchdog;

    /// <summary>All off when a client comes.</summary>
    public HashSet<string> Notify { get; } = new(StringComparer.Ordinal);

    public bool Override { get; set; }

    public bool Rejected { get; private set; }

    protected internal override void Opened() => deck.Greet(this);

    protected internal override void Closed() => _watchdog?.Dispose();

    protected internal override void Hear(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            if (!Rejected && _reader.Take(b, out var line, out var cut)) Line(line, cut);
        }
    }

    public void Reject()
    {
        Rejected = true;
        Say(Codes.Line(Codes.ConnectionRejected));
        Close("rejected");
    }

    public void End(string reason) => Close(reason);

    /// <summary>A client that says nothing for the period loses its connection; zero switches that off.</summary>
    public void Watch(TimeSpan period)
    {
        _watchdogPeriod = period;
        Rearm();
    }

    private void Rearm()
    {
        _watchdog?.Dispose();
        _watchdog = _watchdogPeriod > TimeSpan.Zero ? deck.After(_watchdogPeriod, () => End("watchdog")) : null;
    }

    private void Line(string line, bool cut)
    {
        Rearm();
        if (_block.Count > 0)
        {
            if (line.Length > 0 && _block.Count <= MostLines) _block.Add(line);
            else if (line.Length == 0) EndBlock();
        }
        else if (cut)
        {
            deck.Heard(this, Encoding.UTF8.GetBytes(line));
            deck.Obey(this, new("", new Dictionary<string, string>(), Codes.SyntaxError));
        }
        else if (HyperDeckGrammar.OpensBlock(line))
        {
            _block.Add(line);
        }
        else if (line.Length > 0)
        {
            deck.Heard(this, Encoding.UTF8.GetBytes(line + "\r\n"));
            deck.Obey(this, HyperDeckGrammar.ReadLine(line));
        }
    }

    private void EndBlock()
    {
        deck.Heard(this, Encoding.UTF8.GetBytes(string.Join("\r\n", _block) + "\r\n\r\n"));
        var command = HyperDeckGrammar.ReadBlock(_block[0][..^1], _block[1..]);
        _block.Clear();
        deck.Obey(this, command);
    }
}
