using System.Text;
using AvGateway.Simulator.Devices;

namespace Acme.Simulator;

/// <summary>One connection of the display: bytes in any pieces become lines.</summary>
public sealed class DisplaySession(SimulatedDisplay display, Connection connection) : Session(connection)
{
    private const int Longest = 256;

    private readonly List<byte> _line = [];

    protected override void Hear(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            if (b != (byte)'\r')
            {
                if (_line.Count < Longest) _line.Add(b);
                continue;
            }

            var line = Encoding.ASCII.GetString([.. _line]);
            _line.Clear();
            display.Obey(this, line);
        }
    }
}
