using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Http;
using Stateless;
using Stateless.Reflection;

namespace AvGateway.Drivers.Protocols.EpiphanPearl;

/// <summary>Drives one recorder of an Epiphan Pearl over its HTTP API, version 2.0 or 1.</summary>
/// <remarks>This file: modes and wishes. <c>.Api</c>: questions and what the answers tell.</remarks>
public sealed partial class EpiphanPearlDriver : DeviceDriver<HttpReply>
{
    private const string FollowTimer = "follow";

    private static readonly TimeSpan FollowsWithin = TimeSpan.FromSeconds(4);

    // The index of a long file is written at its end.
    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(35);

    private static readonly TimeSpan GivesUpAfter = TimeSpan.FromSeconds(9);

    private readonly StateMachine<Mode, Told> _mode = new(Mode.Unknown);
    private readonly DriverSetup _setup;

    public EpiphanPearlDriver(DriverSetup setup) : base(new HttpCodec())
    {
        _setup = setup;
        _mode.Configure(Mode.Unknown)
            .Permit(Told.Linked, Mode.Reading)
            .Ignore(Told.Stopped).Ignore(Told.Starting).Ignore(Told.Recording).Ignore(Told.Paused).Ignore(Told.Stopping)
            .Ignore(Told.GaveUp).Ignore(Told.Strange).Ignore(Told.LinkLost);

        _mode.Configure(Mode.Linked)
            .Permit(Told.LinkLost, Mode.Unknown)
            .Ignore(Told.Linked).Ignore(Told.GaveUp).Ignore(Told.Strange);

        _mode.Configure(Mode.Reading).SubstateOf(Mode.Linked)
            .Permit(Told.Stopped, Mode.Stopped)
            .Permit(Told.Starting, Mode.Starting)
            .Permit(Told.Recording, Mode.Recording)
            .Permit(Told.Paused, Mode.Paused)
            .Permit(Told.Stopping, Mode.Stopping);

        // An answer that is none: what was shown is not known to be true, until there is one again.
        _mode.Configure(Mode.Known).SubstateOf(Mode.Linked)
            .OnEntry(() => Device.Synchronised()).OnExit(() => Device.Unusable(StatusReasons.ProtocolError))
            .Permit(Told.Strange, Mode.Reading);

        _mode.Configure(Mode.Stopped).SubstateOf(Mode.Known)
            .Permit(Told.RecordAsked, Mode.Starting)
            .Permit(Told.Starting, Mode.Starting)
            .Permit(Told.Recording, Mode.Recording)
            .Permit(Told.Paused, Mode.Paused)
            .Permit(Told.Stopping, Mode.Stopping)
            .Ignore(Told.Stopped).Ignore(Told.StopAsked);

        _mode.Configure(Mode.Starting).SubstateOf(Mode.Known)
            .OnEntry(StartFollowing).OnExit(StopFollowing)
            .Permit(Told.Recording, Mode.Recording)
            .Permit(Told.Paused, Mode.Paused)
            .Permit(Told.StopAsked, Mode.Stopping)
            .Permit(Told.GaveUp, Mode.Stopped)
            .Ignore(Told.RecordAsked).Ignore(Told.Starting).Ignore(Told.Stopped).Ignore(Told.Stopping);

        _mode.Configure(Mode.Recording).SubstateOf(Mode.Known)
            .OnEntryFrom(Told.Recording, IsRecording)
            .Permit(Told.StopAsked, Mode.Stopping)
            .Permit(Told.Stopped, Mode.Stopped)
            .Permit(Told.Stopping, Mode.Stopping)
            .Permit(Told.Paused, Mode.Paused)
            .Permit(Told.Starting, Mode.Starting)
            .Ignore(Told.RecordAsked).Ignore(Told.Recording);

        _mode.Configure(Mode.Paused).SubstateOf(Mode.Known)
            .Permit(Told.RecordAsked, Mode.Starting)
            .Permit(Told.StopAsked, Mode.Stopping)
            .Permit(Told.Recording, Mode.Recording)
            .Permit(Told.Stopped, Mode.Stopped)
            .Permit(Told.Stopping, Mode.Stopping)
            .Ignore(Told.Paused).Ignore(Told.Starting);

        _mode.Configure(Mode.Stopping).SubstateOf(Mode.Known)
            .OnEntry(StartFollowing).OnExit(StopFollowing)
            .Permit(Told.Stopped, Mode.Stopped)
            .Permit(Told.RecordAsked, Mode.Starting)
            .Permit(Told.GaveUp, Mode.Recording)
            .Ignore(Told.StopAsked).Ignore(Told.Stopping).Ignore(Told.Starting).Ignore(Told.Recording).Ignore(Told.Paused);

        _mode.OnTransitioned(Moved);
    }

    internal enum Mode { Unknown, Linked, Reading, Known, Stopped, Starting, Recording, Paused, Stopping }

    internal enum Told { Linked, Stopped, Starting, Recording, Paused, Stopping, RecordAsked, StopAsked, GaveUp, Strange, LinkLost }

    internal static StateMachineInfo Describe() => new EpiphanPearlDriver(Manifest.OnPaper())._mode.GetInfo();

    public override void OnLinked()
    {
        ForgetDevice();
        _mode.Fire(Told.Linked);
        FindVersion();
    }

    public override void OnLinkLost() => _mode.Fire(Told.LinkLost);

    public override void OnCommand(CommandRequest command)
    {
        switch (command.Verb)
        {
            case RecorderWords.RecordVerb: Record(command); break;
            case RecorderWords.StopVerb: Stop(command); break;
            default: Mark(command); break;
        }
    }

    public override void OnNotSeen(CommandRequest command, string property) => NotFollowed();

    public override void OnTimer(string name)
    {
        if (name == FollowTimer) NotFollowedYet();
        else LookAtStatus();
    }

    private void Record(CommandRequest command)
    {
        if (_mode.State is Mode.Recording) LookFor(command, RecordingStates.Recording);
        else Send(command, Told.RecordAsked, "start", RecordingStates.Recording, FollowsWithin);
    }

    private void Stop(CommandRequest command)
    {
        Device.Clear(RecorderWords.StoppedByItself.Code);
        if (_mode.State is Mode.Stopped) LookFor(command, RecordingStates.Stopped);
        else Send(command, Told.StopAsked, "stop", RecordingStates.Stopped, StopsWithin);
    }

    private void Mark(CommandRequest command)
    {
        if (_mode.State is not Mode.Recording) Device.Complete(command, CommandResult.Rejected($"no mark while {_mode.State}"));
        else if (Channel is not { } channel) Device.Complete(command, CommandResult.Rejected("set the option \"channel\": a recorder of several channels has none of its own"));
        else
        {
            Act($"/channels/{channel}/bookmarks", command, () => Device.Complete(command, CommandResult.AcknowledgedOnly), static () => { });
        }
    }

    /// <summary>A yes says that it will try; the state is asked for until it shows the effect.</summary>
    private void Send(CommandRequest command, Told wish, string act, string wished, TimeSpan within)
    {
        if (!_mode.CanFire(wish))
        {
            Device.Complete(command, CommandResult.Rejected($"{command.Verb} while {_mode.State}"));
            return;
        }

        _mode.Fire(wish);
        Act($"/recorders/{_recorder}/control/{act}", command, () =>
        {
            Device.Acknowledged(command);
            Device.Expect(command, RecorderWords.RecordingState, wished, within, () => LookAtStatus());
            LookAtStatus(command);
        }, () =>
        {
            _mode.Fire(Told.GaveUp);
            LookAtStatus();
        });
    }

    private void LookFor(CommandRequest command, string wished)
    {
        LookAtStatus(command);
        Device.Expect(command, RecorderWords.RecordingState, wished, FollowsWithin, () => LookAtStatus());
    }

    // A device that says that it is stopping has followed, and may take its time.
    private void NotFollowedYet()
    {
        if (_status.State is PearlState.Stopping && _mode.State is Mode.Stopping) StartFollowing();
        else NotFollowed();
    }

    private void NotFollowed()
    {
        Device.Raise(RecorderWords.NotFollowing.Code, $"still {_status.Word}", $"仍为 {_status.Word}");
        _mode.Fire(Told.GaveUp);
        LookAtStatus();
    }

    private void StartFollowing() => Device.StartTimer(FollowTimer, GivesUpAfter);

    private void StopFollowing() => Device.StopTimer(FollowTimer);

    private void IsRecording()
    {
        Device.Clear(RecorderWords.StoppedByItself.Code);
        Device.Clear(RecorderWords.NotFollowing.Code);
    }

    private void Moved(StateMachine<Mode, Told>.Transition move)
    {
        Device.SetMode(move.Destination.ToString());
        if (move.Source is Mode.Recording) Device.Clear(Standstill.Code);
        if (move is { Source: Mode.Stopping, Destination: Mode.Stopped }) Device.Clear(RecorderWords.NotFollowing.Code);

        var hasEnded = move.Trigger is Told.Stopped or Told.Stopping or Told.Starting;
        if (hasEnded && move.Source is Mode.Recording or Mode.Paused) StoppedByItself("", "");
        if (hasEnded && move.Source is Mode.Reading && _wasRecording) StoppedByItself(" after a time without answers", "（一段时间无应答之后）");
        if (move.Source > Mode.Known && move.Destination < Mode.Known) _wasRecording |= move.Source is Mode.Recording or Mode.Paused;
        else if (move.Destination > Mode.Known) _wasRecording = false;
    }

    private void StoppedByItself(string when, string whenZh) =>
        Device.Raise(RecorderWords.StoppedByItself.Code, $"the recorder shows {_status.Word}{when}", $"录制设备显示 {_status.Word}{whenZh}");
}
