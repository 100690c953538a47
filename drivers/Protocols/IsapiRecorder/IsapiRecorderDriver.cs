using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Http;
using Stateless;
using Stateless.Reflection;

namespace AvGateway.Drivers.Protocols.IsapiRecorder;

/// <summary>Drives one track of a recorder with the ISAPI interface. Whether it records is seen by what it has on its disk.</summary>
/// <remarks>This file: modes and wishes. <c>.Interface</c>: questions and what the answers tell.</remarks>
public sealed partial class IsapiRecorderDriver : DeviceDriver<HttpReply>
{
    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(4);

    // A file counts as ended after several looks without growth.
    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(10);

    private readonly StateMachine<Mode, Told> _mode = new(Mode.Unknown);
    private readonly DriverSetup _setup;

    public IsapiRecorderDriver(DriverSetup setup) : base(new HttpCodec())
    {
        _setup = setup;
        _mode.Configure(Mode.Unknown)
            .Permit(Told.Linked, Mode.Reading)
            .Ignore(Told.Grown).Ignore(Told.Still).Ignore(Told.GaveUp).Ignore(Told.Strange).Ignore(Told.LinkLost);

        _mode.Configure(Mode.Linked)
            .Permit(Told.LinkLost, Mode.Unknown)
            .Ignore(Told.Linked).Ignore(Told.GaveUp).Ignore(Told.Strange);

        _mode.Configure(Mode.Reading).SubstateOf(Mode.Linked)
            .Permit(Told.Grown, Mode.Recording)
            .Permit(Told.Still, Mode.Stopped);

        _mode.Configure(Mode.Known).SubstateOf(Mode.Linked)
            .OnEntry(() => Device.Synchronised()).OnExit(() => Device.Unusable(StatusReasons.ProtocolError))
            .Permit(Told.Strange, Mode.Reading);

        _mode.Configure(Mode.Stopped).SubstateOf(Mode.Known)
            .Permit(Told.RecordAsked, Mode.Starting)
            .Permit(Told.Grown, Mode.Recording)
            .Ignore(Told.Still).Ignore(Told.StopAsked);

        _mode.Configure(Mode.Starting).SubstateOf(Mode.Known)
            .Permit(Told.Grown, Mode.Recording)
            .Permit(Told.StopAsked, Mode.Stopping)
            .Permit(Told.GaveUp, Mode.Stopped)
            .Ignore(Told.RecordAsked).Ignore(Told.Still);

        _mode.Configure(Mode.Recording).SubstateOf(Mode.Known)
            .OnEntryFrom(Told.Grown, IsRecording)
            .Permit(Told.StopAsked, Mode.Stopping)
            .Permit(Told.Still, Mode.Stopped)
            .Ignore(Told.RecordAsked).Ignore(Told.Grown);

        _mode.Configure(Mode.Stopping).SubstateOf(Mode.Known)
            .Permit(Told.Still, Mode.Stopped)
            .Permit(Told.RecordAsked, Mode.Starting)
            .Permit(Told.GaveUp, Mode.Recording)
            .Ignore(Told.StopAsked).Ignore(Told.Grown);

        _mode.OnTransitioned(Moved);
    }

    internal enum Mode { Unknown, Linked, Reading, Known, Stopped, Starting, Recording, Stopping }

    internal enum Told { Linked, Grown, Still, RecordAsked, StopAsked, GaveUp, Strange, LinkLost }

    internal static StateMachineInfo Describe() => new IsapiRecorderDriver(Manifest.OnPaper())._mode.GetInfo();

    public override void OnLinked()
    {
        ForgetDisk();
        _mode.Fire(Told.Linked);
        ReadAll();
    }

    public override void OnLinkLost() => _mode.Fire(Told.LinkLost);

    public override void OnTimer(string name) => LookAtDisk();

    public override void OnCommand(CommandRequest command)
    {
        if (command.Verb == RecorderWords.StopVerb)
        {
            Device.Clear(RecorderWords.StoppedByItself.Code);
            Send(command, Told.StopAsked, "stop", RecordingStates.Stopped, StopsWithin);
        }
        else
        {
            Send(command, Told.RecordAsked, "start", RecordingStates.Recording, StartsWithin);
        }
    }

    public override void OnNotSeen(CommandRequest command, string property)
    {
        var isStop = command.Verb == RecorderWords.StopVerb;
        Device.Raise(RecorderWords.NotFollowing.Code, isStop ? "the file goes on growing" : "no file grows", isStop ? "文件仍在增长" : "没有文件增长");
        _mode.Fire(Told.GaveUp);
        LookAtDisk();
    }

    /// <summary>A start of what runs and a stop of what rests change nothing, and the device is asked all the same: only it knows.</summary>
    private void Send(CommandRequest command, Told wish, string act, string wished, TimeSpan within)
    {
        _mode.Fire(wish);
        Act(act, command, () =>
        {
            Device.Acknowledged(command);
            _looksWithoutGrowth = 0;
            Device.Expect(command, RecorderWords.RecordingState, wished, within, LookAtDisk);
            LookAtDisk();
        });
    }

    private void IsRecording()
    {
        Device.Clear(RecorderWords.StoppedByItself.Code);
        Device.Clear(RecorderWords.NotFollowing.Code);
    }

    private void Moved(StateMachine<Mode, Told>.Transition move)
    {
        Device.SetMode(move.Destination.ToString());
        if (move is { Source: Mode.Stopping, Destination: Mode.Stopped }) Device.Clear(RecorderWords.NotFollowing.Code);
        if (move is { Source: Mode.Recording, Trigger: Told.Still }) StoppedByItself("", "");
        if (move is { Source: Mode.Reading, Trigger: Told.Still } && _wasRecording) StoppedByItself(" after a time without answers", "（一段时间无应答之后）");
        if (move.Source > Mode.Known && move.Destination < Mode.Known) _wasRecording |= move.Source is Mode.Recording;
        else if (move.Destination > Mode.Known) _wasRecording = false;
    }

    private void StoppedByItself(string when, string whenZh) =>
        Device.Raise(RecorderWords.StoppedByItself.Code, $"the file has ceased to grow{when}", $"文件已停止增长{whenZh}");
}
