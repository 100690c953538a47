using System.Text.Json;
using System.Text.Json.Nodes;
using AvGateway.Classes;
using AvGateway.Devices;
using Stateless;
using Stateless.Reflection;

namespace AvGateway.Drivers.Protocols.QSys;

/// <summary>Drives the named controls of a Q-SYS core over QRC (TCP 1710).</summary>
public sealed partial class QSysDriver : DeviceDriver<QSysReply>
{
    private const string ActiveState = "Active", DesignWord = "design";
    private const int StandbyError = -32604, UnknownControl = 8, LogOnRequired = 10;

    private const string GreetTimer = "greet";

    private static readonly TimeSpan GreetsWithin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DeniedFor = TimeSpan.FromSeconds(60);

    private readonly StateMachine<Mode, Told> _core = new(Mode.Unknown);
    private readonly DriverSetup _setup;
    private readonly SortedDictionary<int, QSysChannel> _channels;
    private readonly bool _hasChannels;
    private long _number;
    private string? _design;

    public QSysDriver(DriverSetup setup) : base(new QSysCodec())
    {
        _setup = setup;
        _book = new(() => Device);
        _hasChannels = QSysChannels.TryRead(setup.Options[ChannelsOption].Text, out _channels);

        _core.Configure(Mode.Unknown)
            .Permit(Told.Linked, Mode.Identifying)
            .Ignore(Told.Active).Ignore(Told.Inactive).Ignore(Told.LoggedOn).Ignore(Told.Redesigned).Ignore(Told.Read).Ignore(Told.LinkLost);

        _core.Configure(Mode.Linked)
            .Permit(Told.LinkLost, Mode.Unknown)
            .Permit(Told.Inactive, Mode.Standby)
            .Ignore(Told.Linked);

        // A core tells what it is when it is connected to; one that does not is asked.
        _core.Configure(Mode.Identifying).SubstateOf(Mode.Linked)
            .OnEntry(() => Device.StartTimer(GreetTimer, GreetsWithin)).OnExit(() => Device.StopTimer(GreetTimer))
            .Permit(Told.Active, Mode.LoggingOn)
            .Ignore(Told.LoggedOn).Ignore(Told.Redesigned).Ignore(Told.Read);

        _core.Configure(Mode.LoggingOn).SubstateOf(Mode.Linked)
            .OnEntry(LogOn)
            .Permit(Told.LoggedOn, Mode.Reading)
            .Ignore(Told.Active).Ignore(Told.Redesigned).Ignore(Told.Read);

        // The other core of a pair is the active one, or none is: nothing but its state may be asked.
        _core.Configure(Mode.Standby).SubstateOf(Mode.Linked)
            .OnEntry(ShowStandby).OnExit(() => Device.Clear(StandbyCore.Code))
            .Permit(Told.Active, Mode.LoggingOn)
            .Ignore(Told.Inactive).Ignore(Told.LoggedOn).Ignore(Told.Redesigned).Ignore(Told.Read);

        _core.Configure(Mode.Reading).SubstateOf(Mode.Linked)
            .OnEntry(ReadAll)
            .Permit(Told.Read, Mode.Ready)
            .PermitReentry(Told.Redesigned)
            .Ignore(Told.Active).Ignore(Told.LoggedOn);

        _core.Configure(Mode.Ready).SubstateOf(Mode.Linked)
            .OnEntry(BecomeReady)
            .Permit(Told.Redesigned, Mode.Reading)
            .Ignore(Told.Active).Ignore(Told.LoggedOn).Ignore(Told.Read);

        _core.OnTransitioned(t => Device.SetMode(t.Destination.ToString()));
    }

    internal enum Mode { Unknown, Linked, Identifying, LoggingOn, Standby, Reading, Ready }

    internal enum Told { Linked, Active, Inactive, LoggedOn, Redesigned, Read, LinkLost }

    internal static StateMachineInfo Describe() => new QSysDriver(Manifest.OnPaper())._core.GetInfo();

    public override void OnLinked()
    {
        (_isLooking, _design, _autoPoll) = (false, null, null);
        _round++;
        _book.Linked();
        if (!_hasChannels)
        {
            Device.Reconnect(StatusReasons.ProtocolError, $"the option {ChannelsOption} is no list such as 1=Mic1Mute/Mic1Gain,2=Mic2Mute", TimeSpan.FromMinutes(5));
            return;
        }

        Device.Extent(AudioWords.ChannelExtent, _channels.Keys.Max());
        _core.Fire(Told.Linked);
    }

    public override void OnLinkLost() => _core.Fire(Told.LinkLost);

    public override void OnUnsolicited(QSysReply reply)
    {
        if (reply.Method == "EngineStatus") TakeStatus(reply.Body);
        else if (reply.Error == 0 && reply.Id is { } id && id == _autoPoll || reply.Method == "ChangeGroup.Poll") TakeChanges(reply.Body);
    }

    public override void OnTimer(string name) => Identify();

    public override void OnPoll()
    {
        Identify();
        if (_core.State is Mode.Ready && !_isLooking) ReadAll();
    }

    private long Ask(string method, JsonNode? parameters, Func<QSysReply, bool> onReply, CommandRequest? command = null)
    {
        var id = ++_number;
        var request = new JsonObject { ["jsonrpc"] = "2.0", ["method"] = method, ["params"] = parameters, ["id"] = id };
        Device.Ask(request.ToJsonString(), reply => reply.Id == id && onReply(reply), command);
        return id;
    }

    private void Identify() => Ask("StatusGet", 0, reply =>
    {
        if (reply.Error == 0) TakeStatus(reply.Body);
        else Device.Reconnect(StatusReasons.ProtocolError, $"StatusGet is answered {reply.Words}");
        return true;
    });

    private void TakeStatus(JsonElement status)
    {
        if (status.ValueKind is not JsonValueKind.Object) return;
        if (Text(status, "Platform") is { Length: > 0 } platform) Device.Report(CommonWords.ModelName, platform);
        if (Text(status, "DesignName") is { } name) Device.Report(DesignWord, name);
        if (status.TryGetProperty("Status", out var health) && health.ValueKind is JsonValueKind.Object) ShowHealth(health);
        var code = Text(status, "DesignCode");
        var isNew = _design is not null && code is not null && code != _design;
        _design = code ?? _design;
        if (Text(status, "State") is not { } state) return;
        _core.Fire(state == ActiveState ? Told.Active : Told.Inactive);
        if (isNew) _core.Fire(Told.Redesigned);
    }

    private void ShowHealth(JsonElement health)
    {
        var isWell = !health.TryGetProperty("Code", out var code) || code.ValueKind is not JsonValueKind.Number || code.GetDouble() == 0;
        if (isWell) Device.Clear(AudioWords.DeviceFailure.Code);
        else Device.Raise(AudioWords.DeviceFailure.Code, Text(health, "String") ?? "");
    }

    private void LogOn()
    {
        if (_setup.Secret is null)
        {
            _core.Fire(Told.LoggedOn);
            return;
        }

        Ask(QSysCodec.LogOn, new JsonObject { ["User"] = _setup.Options[UserOption].Text, ["Password"] = _setup.Secret.Reveal() }, reply =>
        {
            if (reply.Error == 0) _core.Fire(Told.LoggedOn);
            else Deny("the core does not take the configured user and PIN");
            return true;
        });
    }

    private void Deny(string why)
    {
        Device.Raise(AudioWords.AccessDenied.Code, why);
        Device.Reconnect(StatusReasons.AccessDenied, why, DeniedFor);
    }

    private void ShowStandby()
    {
        Device.Raise(StandbyCore.Code);
        Device.Unusable(StatusReasons.DeviceAbsent);
    }

    private void BecomeReady()
    {
        Device.Clear(AudioWords.AccessDenied.Code);
        Device.Synchronised();
        Subscribe();
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
