using System.Text;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.Videohub;

/// <summary>
/// One client of the matrix: collects lines to blocks. An empty line ends a block; empty lines between blocks mean nothing.
/// </summary>
internal sealed class VideohubSession(SimulatedVideohub device, Connection connection) : Session(connection)
{
    private const int LongestLine = 1024;
    private const int MostLines = 2048;

    private readonly LineReader _reader = new(LongestLine);
    private readonly List<string> _lines = [];
    private bool _spoilt;

    /// <summary>Locks belong to this address.</summary>
    public string Owner => Connection.Peer;

    protected internal override void Opened() => device.Greet(this);

    protected internal override void Hear(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            if (!_reader.Take(b, out var line, out var cut)) continue;
            if (line.Length > 0) Keep(line, cut);
            else if (_lines.Count > 0) Block();
        }
    }

    public void End(string reason) => Close(reason);

    private void Keep(string line, bool cut)
    {
        _spoilt |= cut || _lines.Count == MostLines;
        if (_lines.Count < MostLines) _lines.Add(line);
    }

    private void Block()
    {
        device.Heard(this, Encoding.UTF8.GetBytes(string.Join('\n', _lines) + "\n\n"));
        var header = _lines[0];
        var body = _lines[1..];
        var spoilt = _spoilt;
        _lines.Clear();
        _spoilt = false;
        device.Obey(this, !spoilt && header[^1] == ':' ? header[..^1] : null, body);
    }
}
