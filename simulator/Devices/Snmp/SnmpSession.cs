using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.Snmp;

/// <summary>Where messages come from: a datagram is one message, on a stream they stand one behind the other.</summary>
internal sealed class SnmpSession(SnmpAgent agent, Connection connection) : Session(connection)
{
    private const int LongestMessage = 8192;

    private readonly List<byte> _heard = [];

    protected internal override void Hear(ReadOnlySpan<byte> bytes)
    {
        _heard.AddRange(bytes);
        while (_heard.Count > 0 && Tlv.TryRead([.. _heard], out var message, out var taken))
        {
            byte[] raw = [.. _heard[..taken]];
            agent.Heard(this, raw);
            _heard.RemoveRange(0, taken);
            agent.Obey(this, message, raw);
        }

        if (Kind is LinkKind.Udp || _heard.Count > LongestMessage) _heard.Clear();
    }
}
