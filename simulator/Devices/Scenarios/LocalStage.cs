using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.Scenarios;

/// <summary>Devices of this process. The scenario's own clients have wires in memory.</summary>
public sealed class LocalStage(IEnumerable<SimulatedDevice> devices) : IScenarioStage
{
    private readonly Dictionary<string, SimulatedDevice> _devices = devices.ToDictionary(each => each.Id, StringComparer.Ordinal);
    private readonly Dictionary<string, Client> _clients = new(StringComparer.Ordinal);

    public bool Has(string device) => _devices.ContainsKey(device);

    public ValueTask<string?> SwitchAsync(string device, string name, JsonNode? value, CancellationToken cancellation) =>
        new(Words(_devices[device].SetSwitch(name, value?.DeepClone())));

    public ValueTask<string?> PressAsync(string device, string verb, JsonObject? args, CancellationToken cancellation) =>
        new(Words(_devices[device].UseFrontPanel(verb, args?.DeepClone().AsObject())));

    public ValueTask<JsonNode?> StateAsync(string device, CancellationToken cancellation) => new(_devices[device].State());

    public ValueTask<IReadOnlyList<TraceFrame>> TraceAsync(string device, long since, CancellationToken cancellation) =>
        new(_devices[device].Trace.Since(since));

    public string? Say(string device, byte[] bytes)
    {
        if (!_clients.TryGetValue(device, out var client) || client.IsClosed)
        {
            var target = _devices[device];
            if (!target.AcceptsConnections) return "the device takes no connection";
            _clients[device] = client = new(target);
        }

        client.Say(bytes);
        return null;
    }

    public void Leave(string device)
    {
        if (_clients.Remove(device, out var client)) client.Leave();
    }

    public string Heard(string device) => _clients.TryGetValue(device, out var client) ? client.Heard : "";

    private static string? Words(ControlProblem? problem) => problem is null ? null
        : $"{problem.Detail} {problem.Remedy}{(problem.Known is { } known ? $" Known: {string.Join(", ", known)}." : "")}";

    private sealed class Client : IWire
    {
        // A client that only listens must not fill the memory.
        private const int MostKept = 1 << 20;

        private readonly Lock _gate = new();
        private readonly List<byte> _heard = [];
        private readonly Connection _connection;
        private bool _isClosed;

        public Client(SimulatedDevice device)
        {
            Kind = device.About.Links.Contains(LinkKind.Tcp) ? LinkKind.Tcp : device.About.Links[0];
            _connection = device.Attach(this);
        }

        public LinkKind Kind { get; }

        public string Peer => "scenario";

        public bool IsClosed
        {
            get
            {
                lock (_gate) return _isClosed;
            }
        }

        public string Heard
        {
            get
            {
                lock (_gate) return WireText.Write([.. _heard]);
            }
        }

        public void Say(byte[] bytes)
        {
            lock (_gate) _heard.Clear();
            _connection.Hear(bytes);
        }

        public void Leave() => _connection.Ended();

        public void Send(ReadOnlyMemory<byte> bytes)
        {
            lock (_gate)
            {
                _heard.AddRange(bytes.Span);
                if (_heard.Count > MostKept) _heard.RemoveRange(0, _heard.Count - MostKept);
            }
        }

        public void Close()
        {
            lock (_gate) _isClosed = true;
        }

        public void Abort() => Close();
    }
}
