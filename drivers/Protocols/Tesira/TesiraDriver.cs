using AvGateway.Classes;
using AvGateway.Devices;
using Stateless;
using Stateless.Reflection;

namespace AvGateway.Drivers.Protocols.Tesira;

/// <summary>Drives mutes and levels of a Biamp Tesira by its text protocol (telnet 23, SSH 22, RS-232).</summary>
public sealed partial class TesiraDriver : DeviceDriver<TesiraReply>
{
    private readonly StateMachine<Mode, Told> _session = new(Mode.Unknown);
    private readonly DriverSetup _setup;
    private readonly SortedDictionary<int, TesiraChannel> _channels;
    private readonly bool _hasChannels;

    public TesiraDriver(DriverSetup setup) : base(new TesiraCodec())
    {
        _setup = setup;
        _book = new(() => Device);
        _hasChannels = TesiraChannels.TryRead(setup.Options[ChannelsOption].Text, out _channels);

        _session.Configure(Mode.Unknown)
            .Permit(Told.Linked, Mode.LoggingIn)
            .Ignore(Told.Usable).Ignore(Told.Identified).Ignore(Told.Subscribed).Ignore(Told.Read).Ignore(Told.LinkLost);

        _session.Configure(Mode.Linked)
            .Permit(Told.LinkLost, Mode.Unknown)
            .Ignore(Told.Linked);

        _session.Configure(Mode.LoggingIn).SubstateOf(Mode.Linked)
            .OnEntry(Knock).OnExit(() => Device.StopTimer(GreetTimer))
            .Permit(Told.Usable, Mode.Identifying)
            .Ignore(Told.Identified).Ignore(Told.Subscribed).Ignore(Told.Read);

        _session.Configure(Mode.Identifying).SubstateOf(Mode.Linked)
            .OnEntry(Identify)
            .Permit(Told.Identified, Mode.Subscribing)
            .Ignore(Told.Usable).Ignore(Told.Subscribed).Ignore(Told.Read);

        // Subscribed before it is read: what changes in between is told.
        _session.Configure(Mode.Subscribing).SubstateOf(Mode.Linked)
            .OnEntry(Subscribe)
            .Permit(Told.Subscribed, Mode.Reading)
            .Ignore(Told.Usable).Ignore(Told.Identified).Ignore(Told.Read);

        _session.Configure(Mode.Reading).SubstateOf(Mode.Linked)
            .OnEntry(Look)
            .Permit(Told.Read, Mode.Ready)
            .Ignore(Told.Usable).Ignore(Told.Identified).Ignore(Told.Subscribed);

        _session.Configure(Mode.Ready).SubstateOf(Mode.Linked)
            .OnEntry(() => Device.Synchronised())
            .Ignore(Told.Usable).Ignore(Told.Identified).Ignore(Told.Subscribed).Ignore(Told.Read);

        _session.OnTransitioned(t => Device.SetMode(t.Destination.ToString()));
    }

    internal enum Mode { Unknown, Linked, LoggingIn, Identifying, Subscribing, Reading, Ready }

    internal enum Told { Linked, Usable, Identified, Subscribed, Read, LinkLost }

    internal static StateMachineInfo Describe() => new TesiraDriver(Manifest.OnPaper())._session.GetInfo();

    public override void OnLinked()
    {
        _isLooking = false;
        _levelless.Clear();
        _book.Linked();
        if (!_hasChannels)
        {
            Device.Reconnect(StatusReasons.ProtocolError, $"the option {ChannelsOption} is no list such as 1=Level1/1,2=Court Mics/4", TimeSpan.FromMinutes(5));
            return;
        }

        Device.Extent(AudioWords.ChannelExtent, _channels.Keys.Max());
        _session.Fire(Told.Linked);
    }

    public override void OnLinkLost() => _session.Fire(Told.LinkLost);

    public override void OnUnsolicited(TesiraReply reply)
    {
        switch (reply.Kind)
        {
            case TesiraReplyKind.Telnet:
                if (TesiraCodec.RefuseTelnet(reply) is { } refusal) Device.Tell(refusal);
                break;
            case TesiraReplyKind.UserPrompt or TesiraReplyKind.PasswordPrompt or TesiraReplyKind.Welcome when _session.State is not Mode.LoggingIn:
                // On a serial line a restart ends no link: its greeting in the middle of a session is all that is seen of it.
                Device.Reconnect(StatusReasons.LinkClosed, "the device has started again or ended our session");
                break;
            case TesiraReplyKind.UserPrompt: GiveUser(); break;
            case TesiraReplyKind.PasswordPrompt: GivePassword(); break;
            case TesiraReplyKind.Welcome: _session.Fire(Told.Usable); break;
            case TesiraReplyKind.Published: TakePublished(reply); break;
        }
    }

    public override void OnTimer(string name) => _session.Fire(Told.Usable);

    public override void OnPoll()
    {
        if (!_isLooking) Look();
    }

    /// <summary>Asks; <paramref name="isAnswer"/> sees what the device agreed to, so that the yes to an order passes for no reading and the other way round.</summary>
    private void Ask(string request, Func<string, bool> isAnswer, Action<string> done, Action<string> refused, CommandRequest? command = null) =>
        Device.Ask(request, reply =>
        {
            if (reply.Kind is TesiraReplyKind.Error) refused(reply.Text);
            else if (reply.Kind is TesiraReplyKind.Ok && isAnswer(reply.Text)) done(reply.Text);
            else return false;
            return true;
        }, command);
}
