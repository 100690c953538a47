using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Tests;

/// <summary>One simulated device on a virtual clock, and any number of clients with wires in memory.</summary>
public sealed class Bench : IDisposable
{
    public Bench(string protocol, string options = "{}", string? user = null, string? password = null)
    {
        var asIs = (JsonObject)JsonNode.Parse(options)!;

        // Transcripts of profile/NAME are played by the device that is made out of that profile.
        if (protocol.Split('/') is [var engine, var profile])
        {
            protocol = engine;
            asIs["profile"] = Path.Combine(AppContext.BaseDirectory, "profiles", $"{profile}.json");
        }

        var setting = new DeviceSetting("court-1", "it", protocol)
        {
            Options = asIs,
            User = user,
            Password = password,
        };
        Device = SimulatorCatalog.BuiltIn.Create(setting, Clock);
    }

    public VirtualClock Clock { get; } = new();

    public SimulatedDevice Device { get; }

    public Client Connect(LinkKind kind = LinkKind.Tcp, string peer = "127.0.0.1") => new(Device, kind, peer);

    public void Switch(string name, string json) => Assert.Null(Device.SetSwitch(name, JsonNode.Parse(json)));

    public ControlProblem? Press(string verb, string args = "{}") => Device.UseFrontPanel(verb, (JsonObject)JsonNode.Parse(args)!);

    public void Pass(string duration)
    {
        Assert.True(Durations.TryParse(duration, out var span), duration);
        Clock.Pass(span);
    }

    public JsonNode State(string path) => path.Split('.').Aggregate((JsonNode)Device.State(), (node, name) =>
        (node is JsonArray list ? list[int.Parse(name, CultureInfo.InvariantCulture)] : node[name])
        ?? throw new InvalidOperationException($"no {path}"));

    public void Dispose() => Device.Dispose();

    /// <summary>A client whose wire keeps what the device said until it is taken.</summary>
    public sealed class Client : IWire
    {
        private readonly Connection _connection;
        private readonly List<byte> _heard = [];

        public Client(SimulatedDevice device, LinkKind kind, string peer)
        {
            Kind = kind;
            Peer = peer;
            _connection = device.Attach(this);
        }

        public LinkKind Kind { get; }

        public string Peer { get; }

        public bool Closed { get; private set; }

        public bool Aborted { get; private set; }

        public List<byte[]> Pieces { get; } = [];

        public void Send(ReadOnlyMemory<byte> bytes)
        {
            _heard.AddRange(bytes.Span);
            Pieces.Add(bytes.ToArray());
        }

        public void Close() => Closed = true;

        public void Abort() => Closed = Aborted = true;

        public void Leave() => _connection.Ended();

        public void Say(string text) => _connection.Hear(Encoding.UTF8.GetBytes(text));

        public void Say(byte[] bytes) => _connection.Hear(bytes);

        /// <summary>What the device said since the last time, as text.</summary>
        public string Take() => Encoding.UTF8.GetString(TakeBytes());

        public byte[] TakeBytes()
        {
            byte[] bytes = [.. _heard];
            _heard.Clear();
            return bytes;
        }

        public string Ask(byte[] bytes)
        {
            Say(bytes);
            return Take();
        }

        /// <summary>Says something and takes what the device said at once in return.</summary>
        public string Ask(string text)
        {
            Say(text);
            return Take();
        }
    }
}
