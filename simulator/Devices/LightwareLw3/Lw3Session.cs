using System.Text;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.LightwareLw3;

/// <summary>One client: the line that comes in, and what it has opened.</summary>
internal sealed class Lw3Session(SimulatedLightware matrix, Connection connection) : Session(connection)
{
    private const int LongestLine = 1024;

    private readonly LineReader _lines = new(LongestLine);

    public HashSet<string> Subscriptions { get; } = new(StringComparer.Ordinal);

    protected internal override void Hear(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            if (!_lines.Take(b, out var line, out var cut)) continue;
            matrix.Heard(this, Encoding.UTF8.GetBytes(line + "\r\n"));
            if (line.Length > 0) matrix.Obey(this, line, cut);
        }
    }

    public void Line(string text) => Say(text + "\r\n");
}
