using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.QSys;

/// <summary>One client of the external control: the message that comes in, its log-on, its change groups, and the time until a silent one is closed.</summary>
internal sealed class QSysSession(SimulatedQSys core, Connection connection) : Session(connection)
{
    private const int LongestMessage = 65_536;

    // A name that stands twice would be found out only when it is looked up.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private static readonly TimeSpan SilenceAllowed = TimeSpan.FromSeconds(60);

    private readonly List<byte> _message = [];
    private IDisposable? _idle;

    public bool IsLoggedOn { get; set; }

    public Dictionary<string, ChangeGroup> Groups { get; } = new(StringComparer.Ordinal);

    protected internal override void Opened()
    {
        KeepOpen();
        core.TellStatus(this);
    }

    protected internal override void Hear(ReadOnlySpan<byte> bytes)
    {
        KeepOpen();
        foreach (var b in bytes)
        {
            if (b == 0) Take();
            else if (_message.Count < LongestMessage) _message.Add(b);
        }
    }

    protected internal override void Closed()
    {
        _idle?.Dispose();
        foreach (var group in Groups.Values) group.Timer?.Dispose();
        Groups.Clear();
    }

    public void Tell(JsonObject message) => Say(Encoding.UTF8.GetBytes(message.ToJsonString() + (core.LosesEnd() ? "" : "\0")));

    private void Take()
    {
        if (_message.Count == 0) return;
        byte[] bytes = [.. _message];
        _message.Clear();
        core.Heard(this, [.. bytes, 0]);
        JsonNode? message;
        try
        {
            message = JsonNode.Parse(bytes, documentOptions: Strict);
        }
        catch (JsonException)
        {
            SimulatedQSys.Fail(this, null, -32700, "Parse error");
            return;
        }

        if (message is JsonObject request) core.Obey(this, request);
        else SimulatedQSys.Fail(this, null, -32600, "Invalid request");
    }

    private void KeepOpen()
    {
        _idle?.Dispose();
        _idle = Kind == LinkKind.Tcp ? core.After(SilenceAllowed, () => Close("silent for 60 s")) : null;
    }

    /// <summary>Controls that are told when they change, to the request that asked for it.</summary>
    internal sealed class ChangeGroup
    {
        public HashSet<string> Controls { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, double> Told { get; } = new(StringComparer.Ordinal);

        public IDisposable? Timer { get; set; }
    }
}
