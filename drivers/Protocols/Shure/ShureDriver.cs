using AvGateway.Classes;
using AvGateway.Devices;
using Stateless;
using Stateless.Reflection;

namespace AvGateway.Drivers.Protocols.Shure;

/// <summary>Drives a Shure device over its command strings (TCP 2202).</summary>
/// <remarks>
/// The answer to a SET has the form of a reading and may come twice. So what it says is not believed: a question whose answer cannot be mistaken goes out behind it,
/// and only what is read after that counts.
/// </remarks>
public sealed partial class ShureDriver : DeviceDriver<ShureReply>
{
    private readonly StateMachine<Mode, Told> _session = new(Mode.Unknown);
    private readonly SortedSet<int> _channels;
    private readonly bool _hasChannels;
    private readonly int _automixer;

    public ShureDriver(DriverSetup setup) : base(new ShureCodec())
    {
        _book = new(() => Device);
        _hasChannels = TryChannels(setup.Options[ChannelsOption].Text, out _channels);
        _automixer = (int)setup.Options[AutomixerOption].Integer;

        _session.Configure(Mode.Unknown)
            .Permit(Told.Linked, Mode.Identifying)
            .Ignore(Told.Identified).Ignore(Told.Read).Ignore(Told.LinkLost);

        _session.Configure(Mode.Linked)
            .Permit(Told.LinkLost, Mode.Unknown)
            .Ignore(Told.Linked);

        _session.Configure(Mode.Identifying).SubstateOf(Mode.Linked)
            .OnEntry(Identify)
            .Permit(Told.Identified, Mode.Reading)
            .Ignore(Told.Read);

        _session.Configure(Mode.Reading).SubstateOf(Mode.Linked)
            .OnEntry(() => Look())
            .Permit(Told.Read, Mode.Ready)
            .Ignore(Told.Identified);

        _session.Configure(Mode.Ready).SubstateOf(Mode.Linked)
            .OnEntry(() => Device.Synchronised())
            .Ignore(Told.Read).Ignore(Told.Identified);

        _session.OnTransitioned(t => Device.SetMode(t.Destination.ToString()));
    }

    internal enum Mode { Unknown, Linked, Identifying, Reading, Ready }

    internal enum Told { Linked, Identified, Read, LinkLost }

    internal static StateMachineInfo Describe() => new ShureDriver(Manifest.OnPaper())._session.GetInfo();

    public override void OnLinked()
    {
        _doubted.Clear();
        _book.Linked();
        _isLooking = false;
        if (!_hasChannels)
        {
            Device.Reconnect(StatusReasons.ProtocolError, $"the option {ChannelsOption} is no list such as 1-8,21", TimeSpan.FromMinutes(5));
            return;
        }

        Device.Extent(AudioWords.ChannelExtent, _channels.Max);
        _session.Fire(Told.Linked);
    }

    public override void OnLinkLost() => _session.Fire(Told.LinkLost);

    public override void OnUnsolicited(ShureReply reply)
    {
        if (_session.State is Mode.Ready) Take(reply);
    }

    public override void OnPoll() => Look();

    private void Identify()
    {
        Ask("GET MODEL", reply => reply.Name == "MODEL", reply => Device.Report(CommonWords.ModelName, reply.Value));
        Ask("GET SERIAL_NUM", reply => reply.Name == "SERIAL_NUM", reply =>
        {
            Device.Report(CommonWords.SerialNumber, reply.Value);
            Device.Identify(reply.Value);
        });
        Ask("GET FW_VER", reply => reply.Name == "FW_VER", reply => Device.Report(CommonWords.FirmwareVersion, reply.Value), andThen: () => _session.Fire(Told.Identified));
    }

    /// <summary>Asks; an error names nothing and belongs to what is asked.</summary>
    private void Ask(
        string request, Func<ShureReply, bool> isAnswer, Action<ShureReply> done, Action? refused = null, Action? andThen = null, CommandRequest? command = null) =>
        Device.Ask(request, reply =>
        {
            if (reply.Kind is ShureReplyKind.Error) refused?.Invoke();
            else if (reply.Kind is ShureReplyKind.Report && isAnswer(reply)) done(reply);
            else return false;
            andThen?.Invoke();
            return true;
        }, command);
}
