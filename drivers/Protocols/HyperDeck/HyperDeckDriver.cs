using System.Buffers;
using AvGateway.Classes;
using AvGateway.Devices;
using Stateless;
using Stateless.Graph;
using Stateless.Reflection;

namespace AvGateway.Drivers.Protocols.HyperDeck;

/// <summary>Drives a HyperDeck disk recorder over its Ethernet protocol (TCP 9993).</summary>
/// <remarks>This file: modes and commands. <c>.Deck</c>: what the deck tells of its transport, disks and remote switch.</remarks>
public sealed partial class HyperDeckDriver : DeviceDriver<HyperDeckReply>
{
    private const string FollowTimer = "follow";
    private const string LookTimer = "look";

    private static readonly TimeSpan FollowsWithin = TimeSpan.FromSeconds(3);

    // Both looks of an expectation, and a second for the answers: by then the mode is what the deck last showed.
    private static readonly TimeSpan GivesUpAfter = TimeSpan.FromSeconds(7);
    private static readonly TimeSpan LooksAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan OtherClientHolds = TimeSpan.FromSeconds(30);

    // A name is put behind "name: " without quotes, so that a colon in it could begin another parameter.
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_. ");

    private readonly StateMachine<Mode, Told> _transport = new(Mode.Unknown);

    public HyperDeckDriver() : base(new HyperDeckCodec())
    {
        _transport.Configure(Mode.Unknown)
            .Permit(Told.Stopped, Mode.Stopped)
            .Permit(Told.Recording, Mode.Recording)
            .Permit(Told.Playing, Mode.Playing)
            .Ignore(Told.GaveUp).Ignore(Told.LinkLost);

        _transport.Configure(Mode.Known).Permit(Told.LinkLost, Mode.Unknown);

        _transport.Configure(Mode.Stopped).SubstateOf(Mode.Known)
            .Permit(Told.RecordAsked, Mode.Starting)
            .Permit(Told.Recording, Mode.Recording)
            .Permit(Told.Playing, Mode.Playing)
            .Ignore(Told.StopAsked).Ignore(Told.Stopped).Ignore(Told.GaveUp);

        _transport.Configure(Mode.Playing).SubstateOf(Mode.Known)
            .Permit(Told.RecordAsked, Mode.Starting)
            .Permit(Told.Recording, Mode.Recording)
            .Permit(Told.Stopped, Mode.Stopped)
            .Ignore(Told.StopAsked).Ignore(Told.Playing).Ignore(Told.GaveUp);

        _transport.Configure(Mode.Starting).SubstateOf(Mode.Known)
            .OnEntry(StartFollowing).OnExit(StopFollowing)
            .Permit(Told.Recording, Mode.Recording)
            .Permit(Told.StopAsked, Mode.Stopping)
            .Permit(Told.GaveUp, Mode.Stopped)
            .Ignore(Told.RecordAsked).Ignore(Told.Stopped).Ignore(Told.Playing);

        _transport.Configure(Mode.Recording).SubstateOf(Mode.Known)
            .OnEntryFrom(Told.Recording, IsRecording)
            .Permit(Told.StopAsked, Mode.Stopping)
            .Permit(Told.Stopped, Mode.Stopped)
            .Permit(Told.Playing, Mode.Playing)
            .Ignore(Told.RecordAsked).Ignore(Told.Recording).Ignore(Told.GaveUp);

        _transport.Configure(Mode.Stopping).SubstateOf(Mode.Known)
            .OnEntry(StartFollowing).OnExit(StopFollowing)
            .Permit(Told.Stopped, Mode.Stopped)
            .Permit(Told.Playing, Mode.Playing)
            .Permit(Told.RecordAsked, Mode.Starting)
            .Permit(Told.GaveUp, Mode.Recording)
            .Ignore(Told.StopAsked).Ignore(Told.Recording);

        _transport.OnTransitioned(Moved);
    }

    internal enum Mode { Unknown, Known, Stopped, Starting, Recording, Stopping, Playing }

    internal enum Told { Stopped, Recording, Playing, RecordAsked, StopAsked, GaveUp, LinkLost }

    internal static StateMachineInfo Describe() => new HyperDeckDriver()._transport.GetInfo();

    private static string Draw() => MermaidGraph.Format(Describe());

    /// <summary>The deck speaks first: it greets, or says that another client holds it.</summary>
    public override void OnLinked() => ForgetDeck();

    public override void OnLinkLost() => _transport.Fire(Told.LinkLost);

    public override void OnUnsolicited(HyperDeckReply reply)
    {
        switch (reply.Code)
        {
            case 500: Greeted(reply); break;
            case 120: Device.Reconnect(StatusReasons.Occupied, "120 connection rejected: another client holds this deck", OtherClientHolds); break;
            case 502: TakeSlot(reply); break;
            case 508: TakeTransport(reply); break;
            case 510: TakeRemote(reply); break;
            case 512: Device.Happened(DroppedFrames); break;
        }
    }

    public override void OnPoll()
    {
        WatchProgress();
        LookAtTransport();
        if (_transport.State is Mode.Recording || _polls++ % SlotEvery == 0) LookAtSlot();
    }

    public override void OnCommand(CommandRequest command)
    {
        if (command.Verb == RecorderWords.StopVerb) Stop(command);
        else Record(command);
    }

    public override void OnNotSeen(CommandRequest command, string property) => NotFollowed();

    public override void OnTimer(string name)
    {
        if (name == FollowTimer) NotFollowed();
        else LookAtAll();
    }

    private void Record(CommandRequest command)
    {
        var name = command.Args.TryGet("name", out var given) ? given.Text : "";
        if (name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            Device.Complete(command, CommandResult.Rejected("a file name holds letters, digits, space, dot, dash and underscore of ASCII only"));
            return;
        }

        // Already on the way or there: what the deck shows decides, a second "record" would begin nothing.
        if (_transport.State is Mode.Recording or Mode.Starting) LookFor(command, RecordingStates.Recording);
        else Send(command, Told.RecordAsked, name.Length == 0 ? "record" : $"record: name: {name}", RecordingStates.Recording);
    }

    private void Stop(CommandRequest command)
    {
        if (_transport.State is Mode.Recording or Mode.Starting) Send(command, Told.StopAsked, "stop", RecordingStates.Stopped);
        else LookFor(command, RecordingStates.Stopped);
        Device.Clear(RecorderWords.StoppedByItself.Code);
    }

    private void Send(CommandRequest command, Told wish, string request, string wished)
    {
        if (!_transport.CanFire(wish))
        {
            Device.Complete(command, CommandResult.Rejected($"{command.Verb} while {_transport.State}"));
            return;
        }

        _transport.Fire(wish);
        Device.Ask(request, reply => Answered(command, request, reply, isSecond: false), command);
        Device.Expect(command, RecorderWords.RecordingState, wished, FollowsWithin, LookAtTransport);
    }

    private void LookFor(CommandRequest command, string wished)
    {
        Device.Ask("transport info", reply => reply.Answers(208) && TakeTransport(reply), command);
        Device.Expect(command, RecorderWords.RecordingState, wished, FollowsWithin, LookAtTransport);
    }

    private bool Answered(CommandRequest command, string request, HyperDeckReply reply, bool isSecond)
    {
        if (!reply.Answers(200)) return false;
        if (reply.Code == 111 && !isSecond) EnableRemote(command, request);
        else if (reply.IsRefusal) Refuse(command, reply);
        else Device.Acknowledged(command);
        Device.StartTimer(LookTimer, LooksAfter);
        return true;
    }

    /// <summary>Some models come up with their remote switch off. It is set once for a command, never behind anybody's back.</summary>
    private void EnableRemote(CommandRequest command, string request) => Device.Ask("remote: enable: true", reply =>
    {
        if (!reply.Answers(200)) return false;
        if (reply.IsRefusal) Refuse(command, reply);
        else Device.Ask(request, again => Answered(command, request, again, isSecond: true), command);
        return true;
    }, command);

    private void Refuse(CommandRequest command, HyperDeckReply reply)
    {
        var words = $"{reply.Code} {reply.Text}";
        Device.Complete(command, CommandResult.Refused(words));
        switch (reply.Code)
        {
            case 104: Device.Raise(RecorderWords.StorageLow.Code, words); break;
            case 105: Device.Raise(RecorderWords.NoMedium.Code, words); break;
            case 106: Device.Raise(DiskError.Code, words); break;
            case 108: Device.Raise(DeckError.Code, words); break;
            case 110: Device.Raise(RecorderWords.NoSignal.Code, words); break;
            case 111: Device.Raise(RemoteOff.Code, words); break;
        }

        _transport.Fire(Told.GaveUp);
        if (reply.Code == 108) Device.Reconnect(StatusReasons.ProtocolError, words);
        else LookAtTransport();
    }

    private void NotFollowed()
    {
        Device.Raise(RecorderWords.NotFollowing.Code, $"still {_status ?? "unknown"}", $"仍为 {_status ?? "未知"}");
        _transport.Fire(Told.GaveUp);
        LookAtAll();
    }

    private void StartFollowing() => Device.StartTimer(FollowTimer, GivesUpAfter);

    private void StopFollowing() => Device.StopTimer(FollowTimer);
}
