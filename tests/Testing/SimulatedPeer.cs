using System.Text.Json.Nodes;
using AvGateway.Links;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Testing;

/// <summary>A simulated device at the far end of a bench's link, on the bench's clock.</summary>
public class SimulatedPeer : BenchPeer
{
    private readonly List<Wire> _wires = [];
    private readonly LinkKind _kind;

    public SimulatedPeer(DeviceSetting setting, TimeProvider clock)
    {
        Setting = setting;
        Device = SimulatorCatalog.BuiltIn.Create(setting, clock);
        _kind = setting.Link ?? (SimulatorCatalog.BuiltIn.TryFind(setting.Protocol, out var found) ? found.Links[0] : LinkKind.Tcp);
    }

    public DeviceSetting Setting { get; }
    public SimulatedDevice Device { get; }

    /// <summary>Every byte of the device reaches the driver alone.</summary>
    public bool SingleBytes { get; set; }

    // What a TCP stack would answer: nobody listens while the device is off or refuses. A serial line is there as long as its cable.
    public override string? Refuses =>
        (IsCut && _kind is not LinkKind.Udp) || (_kind is not (LinkKind.Serial or LinkKind.Udp) && !(bool)Device.State()["powered"]!) ? "connection refused" : null;

    protected bool IsCut => (bool)(Switch("drop") ?? false);

    public JsonNode? Switch(string name) => Device.Switches.TryFind(name, out var found) ? found.Value : null;

    public void Set(string name, JsonNode? value)
    {
        var problem = Device.SetSwitch(name, value);
        Xunit.Assert.True(problem is null, problem?.ToString());
    }

    public void Press(string verb, JsonObject? args = null)
    {
        var problem = Device.UseFrontPanel(verb, args);
        Xunit.Assert.True(problem is null, problem?.ToString());
    }

    public override void Connected(InMemoryLink link)
    {
        if (_kind is (LinkKind.Serial or LinkKind.Udp) && _wires.Count > 0)
        {
            // The device at the far end of a serial line, or of datagrams, does not notice who comes and goes.
            _wires[0].PlugIn(link);
            return;
        }

        var wire = new Wire(link, _kind);
        _wires.Add(wire);
        wire.Connection = Device.Attach(wire);
    }

    public override async Task<bool> ShuttleAsync()
    {
        var moved = false;
        foreach (var wire in _wires.ToArray())
        {
            if (IsCut && _kind is LinkKind.Serial) wire.HangUp();
            moved |= await wire.ShuttleAsync(SingleBytes, isLost: IsCut && _kind is LinkKind.Udp);
        }

        _wires.RemoveAll(wire => wire.IsOver);
        return moved;
    }

    public override void Dispose()
    {
        Device.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Holds what the device said until the bench moves it: the device calls under its lock, where no driver may run.</summary>
    private sealed class Wire(InMemoryLink first, LinkKind kind) : IWire
    {
        private InMemoryLink _link = first;
        private readonly Lock _gate = new();
        private readonly Queue<byte[]> _said = new();
        private bool _closed;

        public Connection? Connection { get; set; }
        public LinkKind Kind => kind;
        public string Peer => "127.0.0.1";
        public bool IsOver { get; private set; }

        public void Send(ReadOnlyMemory<byte> bytes)
        {
            lock (_gate) _said.Enqueue(bytes.ToArray());
        }

        public void Close()
        {
            lock (_gate) _closed = true;
        }

        public void HangUp() => _link.Abort(LinkEnd.HungUp);

        public void PlugIn(InMemoryLink link) => _link = link;

        public void Abort()
        {
            lock (_gate)
            {
                _said.Clear();
                _closed = true;
            }
        }

        public async Task<bool> ShuttleAsync(bool singleBytes, bool isLost)
        {
            var link = _link;
            if (link.Ended.IsCompleted && !IsOver && kind is not (LinkKind.Serial or LinkKind.Udp))
            {
                IsOver = true;
                Connection?.Ended();
                return true;
            }

            var heard = link.Take();
            if (heard.Length > 0 && !isLost) Connection?.Hear(heard);
            byte[][] said;
            bool closed;
            lock (_gate)
            {
                said = [.. _said];
                _said.Clear();
                closed = _closed && kind is not (LinkKind.Serial or LinkKind.Udp);
            }

            if (isLost) said = [];
            foreach (var piece in said.SelectMany(bytes => singleBytes ? bytes.Select(b => new[] { b }) : [bytes])) await link.WriteAsync(piece);
            if (closed) link.Abort(LinkEnd.ClosedByPeer);
            return heard.Length > 0 || said.Length > 0 || (closed && !IsOver);
        }
    }
}
