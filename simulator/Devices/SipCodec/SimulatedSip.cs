using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Switches;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.SipCodec;

/// <summary>
/// A video endpoint that is reached by SIP alone (RFC 3261, 3264, 3515, 4235, 6665), over UDP and TCP on one port. Who calls another
/// user through it reaches a party that the switches describe: a court's call server and the other court in one.
/// </summary>
/// <remarks>This file: the machine and what a hand does. <c>.Requests</c>: what comes in. <c>.Calls</c>: calls. <c>.Events</c>: subscriptions.</remarks>
internal sealed partial class SimulatedSip : SimulatedDevice<SipSession>, ICatalogued
{
    private static readonly TimeSpan T1 = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan T2 = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan GiveUp = 64 * T1;

    private readonly SipSwitches _switches;
    private readonly string _user;
    private readonly string _product;
    private readonly string _address;
    private readonly int _lines;
    private readonly Dictionary<string, SipOutgoing> _outgoing = [];
    private readonly Dictionary<string, SipPacket> _answered = [];
    private readonly Queue<string> _answeredOrder = new();
    private int _counter;

    public SimulatedSip(DeviceSetting setting, TimeProvider time) : base(Descriptor, setting, time, TimeSpan.FromSeconds(3))
    {
        _switches = new(Switches, this);
        _user = Option(setting, "user", "codec");
        _product = Option(setting, "product", "Example VC 100/2.4.1");
        _address = Option(setting, "address", "codec.example");
        _lines = int.TryParse(Option(setting, "lines", "4"), NumberStyles.None, CultureInfo.InvariantCulture, out var lines) ? lines : 4;
        AddFrontPanel();
    }

    public static SimulatorDescriptor Descriptor { get; } =
        new("sip-codec", "codec", "Video endpoint that speaks SIP alone", [LinkKind.Sip, LinkKind.Tcp], static (setting, time) => new SimulatedSip(setting, time));

    /// <summary>Set by a real link: the address of its sockets, and a way to speak to somebody who has not spoken yet.</summary>
    internal (IPAddress Address, Func<IPEndPoint, SipSession?> Reach)? Wired { get; set; }

    internal IPEndPoint? Local { get; set; }

    private string Host => Local?.ToString() ?? _address;

    private string Contact => $"<sip:{_user}@{Host}>";

    internal void HeardMessage(SipSession session, ReadOnlySpan<byte> message) => Heard(session, message);

    /// <summary>The Content-Length to claim for a response; null: the true one.</summary>
    internal int? FalseLength(SipPacket packet) => _switches.FalseLength.Now is { } more && !packet.IsRequest
        ? System.Text.Encoding.UTF8.GetByteCount(packet.Body) + more
        : null;

    internal void RegistrationSwitched() => NotifyRegistration();

    internal string Fresh(string what) => string.Create(CultureInfo.InvariantCulture, $"{what}{++_counter}");

    protected override Session NewSession(Connection connection) => new SipSession(this, connection);

    protected override void BackToFactory() => Forget();

    protected override void Restarted() => Forget();

    protected override void Describe(JsonObject state)
    {
        state["user"] = _user;
        state["registered"] = _registered;
        state["subscriptions"] = _subscriptions.Count;
        state["calls"] = new JsonArray([.. _calls.Where(c => !c.IsFarEnd).Select(Describe)]);
        state["partiesCalled"] = new JsonArray([.. _calls.Where(c => c.IsFarEnd).Select(Describe)]);
    }

    private static string Option(DeviceSetting setting, string name, string otherwise) =>
        SwitchBoard.AsTyped(setting.Options[name]) ?? otherwise;

    private static JsonObject Describe(SipCall call)
    {
        var state = new JsonObject
        {
            ["id"] = call.Id,
            ["stage"] = call.Stage.ToString().ToLowerInvariant(),
            ["incoming"] = call.Incoming,
            ["with"] = call.Remote,
            ["held"] = call.IsHeld,
        };
        if (call.Media is not { } media) return state;
        state["sent"] = media.Sent;
        state["received"] = media.Received;
        return state;
    }

    private void Forget()
    {
        foreach (var call in _calls) call.Media?.Dispose();
        _calls.Clear();
        _subscriptions.Clear();
        _outgoing.Clear();
        _answered.Clear();
        _answeredOrder.Clear();
        _registered = false;
    }

    private void AddFrontPanel()
    {
        Panel.Add("dial", "Dials at the endpoint.", args => !args.Text("uri", out var uri) ? args.Problem : Done(() => Place(uri)),
            new FrontPanelArgument("uri", "a text"));
        Panel.Add("incoming-call", "Somebody calls the endpoint.", Called, new("uri", "a text"), new("name", "a text", Optional: true));
        Panel.Add("answer", "Takes every call that rings.", () => ForEach(c => c.Incoming && c.Stage == SipCallStage.Early, AnswerByHand));
        Panel.Add("reject", "Rejects every call that rings.", () => ForEach(c => c.Incoming && c.Stage == SipCallStage.Early, c => Decline(c, 603)));
        Panel.Add("hang-up", "Ends all calls.", () => ForEach(c => !c.IsFarEnd, c => HangUp(c, "local-bye")));
        Panel.Add("far-end-hang-up", "The other side ends all calls.", FarEndHangsUp);
        Panel.Add("register", "Registers the account, again before it runs out.",
            args => args.Text("registrar", out var to) ? Register(to) : args.Problem, new FrontPanelArgument("registrar", "an address such as 127.0.0.1:5060"));
    }

    private static ControlProblem? Done(Action act)
    {
        act();
        return null;
    }

    private void ForEach(Predicate<SipCall> which, Action<SipCall> act)
    {
        foreach (var call in _calls.FindAll(which)) act(call);
    }
}

/// <summary>A request of the endpoint that waits for its answer.</summary>
internal sealed class SipOutgoing(SipPacket request, SipSession session, Action<SipPacket> answered)
{
    public SipPacket Request => request;

    public SipSession Session => session;

    public Action<SipPacket> Answered => answered;

    public IDisposable? Next { get; set; }
}
