using AvGateway.LineWatch.Packets;

namespace AvGateway.LineWatch.Flows;

/// <summary>The TCP connections that are seen, within bounds.</summary>
internal sealed class FlowTable(int mostFlows)
{
    private const long Life = 5 * TimeSpan.TicksPerMinute;

    private readonly Dictionary<FlowKey, TcpFlow> _flows = [];
    private readonly List<FlowKey> _old = [];

    public long Refused { get; private set; }
    public IEnumerable<TcpFlow> Flows => _flows.Values;

    public void Take(in Packet packet)
    {
        var key = FlowKey.Of(packet, out var isFromLow);
        if (!_flows.TryGetValue(key, out var flow))
        {
            if (_flows.Count >= mostFlows)
            {
                Refused++;
                return;
            }

            _flows.Add(key, flow = new(key, packet.At));
        }

        flow.Take(packet, isFromLow);
    }

    public void Sweep(long now)
    {
        foreach (var (key, flow) in _flows)
            if (now - flow.LastAt > Life) _old.Add(key);
        foreach (var key in _old) _flows.Remove(key);
        _old.Clear();
    }
}
