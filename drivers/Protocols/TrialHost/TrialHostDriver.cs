using System.Globalization;
using AvGateway.Classes;
using AvGateway.Devices;
using Stateless;
using Stateless.Reflection;

namespace AvGateway.Drivers.Protocols.TrialHost;

/// <summary>Drives the recording of a trial host by its property port. The words are those of the site file; the state is what the host tells when it is asked.</summary>
public sealed partial class TrialHostDriver : DeviceDriver<TrialHostReply>
{
    private const string WatchTimer = "watch";

    private static readonly TimeSpan FollowsWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WatchesEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopIsOursWithin = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan StorageLowBelow = TimeSpan.FromMinutes(30);

    private readonly StateMachine<Mode, Told> _mode = new(Mode.Unknown);
    private readonly TrialHostWords _words;
    private bool _wasRecording;
    private bool _wasInStep;
    private DateTimeOffset? _stopWished;
    private (string Key, string Value)? _written;
    private string? _refusal;

    public TrialHostDriver(DriverSetup setup) : base(new TrialHostCodec())
    {
        _words = new(setup);
        _mode.Configure(Mode.Unknown)
            .Permit(Told.Linked, Mode.Reading)
            .Ignore(Told.Recording).Ignore(Told.Paused).Ignore(Told.Stopped).Ignore(Told.Strange).Ignore(Told.GaveUp).Ignore(Told.LinkLost);

        _mode.Configure(Mode.Linked)
            .Permit(Told.LinkLost, Mode.Unknown)
            .Ignore(Told.Linked).Ignore(Told.Strange).Ignore(Told.GaveUp);

        _mode.Configure(Mode.Reading).SubstateOf(Mode.Linked)
            .Permit(Told.Recording, Mode.Recording).Permit(Told.Paused, Mode.Paused).Permit(Told.Stopped, Mode.Stopped)

            // Also where a wish was given up and the next one comes before the host was asked what it does.
            .Permit(Told.RecordAsked, Mode.Starting).Permit(Told.PauseAsked, Mode.Pausing)
            .Permit(Told.ResumeAsked, Mode.Resuming).Permit(Told.StopAsked, Mode.Stopping);

        _mode.Configure(Mode.Known).SubstateOf(Mode.Linked)
            .Permit(Told.RecordAsked, Mode.Starting).Permit(Told.PauseAsked, Mode.Pausing)
            .Permit(Told.ResumeAsked, Mode.Resuming).Permit(Told.StopAsked, Mode.Stopping);

        _mode.Configure(Mode.Stopped).SubstateOf(Mode.Known)
            .Permit(Told.Recording, Mode.Recording).Permit(Told.Paused, Mode.Paused)
            .Permit(Told.Strange, Mode.Reading)
            .Ignore(Told.Stopped).Ignore(Told.StopAsked).Ignore(Told.PauseAsked).Ignore(Told.ResumeAsked);

        _mode.Configure(Mode.Starting).SubstateOf(Mode.Known)
            .Permit(Told.Recording, Mode.Recording).Permit(Told.GaveUp, Mode.Reading)
            .Ignore(Told.Stopped).Ignore(Told.Paused).Ignore(Told.RecordAsked);

        _mode.Configure(Mode.Recording).SubstateOf(Mode.Known)
            .OnEntry(IsRecording)
            .Permit(Told.Stopped, Mode.Stopped).Permit(Told.Paused, Mode.Paused)
            .Permit(Told.Strange, Mode.Reading)
            .Ignore(Told.Recording).Ignore(Told.RecordAsked).Ignore(Told.ResumeAsked);

        _mode.Configure(Mode.Pausing).SubstateOf(Mode.Known)
            .Permit(Told.Paused, Mode.Paused).Permit(Told.Stopped, Mode.Stopped).Permit(Told.GaveUp, Mode.Reading)
            .Ignore(Told.Recording).Ignore(Told.PauseAsked);

        _mode.Configure(Mode.Paused).SubstateOf(Mode.Known)
            .Permit(Told.Recording, Mode.Recording).Permit(Told.Stopped, Mode.Stopped)
            .Permit(Told.Strange, Mode.Reading)
            .Ignore(Told.Paused).Ignore(Told.PauseAsked);

        _mode.Configure(Mode.Resuming).SubstateOf(Mode.Known)
            .Permit(Told.Recording, Mode.Recording).Permit(Told.Stopped, Mode.Stopped).Permit(Told.GaveUp, Mode.Reading)
            .Ignore(Told.Paused).Ignore(Told.ResumeAsked);

        _mode.Configure(Mode.Stopping).SubstateOf(Mode.Known)
            .Permit(Told.Stopped, Mode.Stopped).Permit(Told.GaveUp, Mode.Reading)
            .Ignore(Told.Recording).Ignore(Told.Paused).Ignore(Told.StopAsked);

        _mode.OnTransitioned(Moved);
    }

    private string StateKey => _words[TrialHostWords.State] ?? "";

    internal enum Mode { Unknown, Linked, Reading, Known, Stopped, Starting, Recording, Pausing, Paused, Resuming, Stopping }

    internal enum Told { Linked, Recording, Paused, Stopped, RecordAsked, PauseAsked, ResumeAsked, StopAsked, Strange, GaveUp, LinkLost }

    internal static StateMachineInfo Describe() => new TrialHostDriver(Manifest.OnPaper())._mode.GetInfo();

    public override void OnLinked()
    {
        (_wasInStep, _written) = (false, null);
        if (!CanAsk(StateKey))
        {
            Device.Reconnect(StatusReasons.ProtocolError, $"the option {TrialHostWords.State} is no property that can be asked for", TimeSpan.FromMinutes(5));
            return;
        }

        _mode.Fire(Told.Linked);
        if (_words[TrialHostWords.Version] is { } version) Read(version, told => Device.Report(CommonWords.FirmwareVersion, told));
        ReadCounters();
        Look();
    }

    public override void OnLinkLost() => _mode.Fire(Told.LinkLost);

    /// <summary>What it says to a write may come before the question behind it has gone, after it, or never.</summary>
    public override void OnUnsolicited(TrialHostReply reply)
    {
        if (!reply.IsWrite || _written is not { } written || !IsAbout(reply, written.Key)) return;
        _refusal = string.Equals(reply.Value.Trim(), written.Value, StringComparison.OrdinalIgnoreCase) ? null : $"{reply.Key}={reply.Value}";
    }

    public override void OnPoll()
    {
        ReadCounters();
        Look();
    }

    public override void OnTimer(string name)
    {
        ReadCounters();
        Look();
    }

    public override void OnCommand(CommandRequest command)
    {
        var (option, wish, wished) = command.Verb switch
        {
            RecorderWords.RecordVerb => (TrialHostWords.Record, Told.RecordAsked, RecordingStates.Recording),
            RecorderWords.PauseVerb => (TrialHostWords.Pause, Told.PauseAsked, RecordingStates.Paused),
            RecorderWords.ResumeVerb => (TrialHostWords.Resume, Told.ResumeAsked, RecordingStates.Recording),
            _ => (TrialHostWords.Stop, Told.StopAsked, RecordingStates.Stopped),
        };
        if (_words[option] is not { } word || !word.Contains('=', StringComparison.Ordinal) || !TrialHostCodec.CanWrite(word))
        {
            Device.Complete(command, CommandResult.Rejected($"the option \"{option}\" of this host names no property and value"));
            return;
        }

        if (command.Verb is RecorderWords.PauseVerb or RecorderWords.ResumeVerb && _mode.State is Mode.Stopped)
        {
            Device.Complete(command, CommandResult.Rejected("nothing is being recorded"));
            return;
        }

        if (wish is Told.StopAsked) Device.Clear(RecorderWords.StoppedByItself.Code);
        _stopWished = wish is Told.StopAsked ? Device.Now : null;
        Write(command, word, wish, wished);
    }

    public override void OnNotSeen(CommandRequest command, string property)
    {
        Device.Raise(RecorderWords.NotFollowing.Code, command.Verb);
        _mode.Fire(Told.GaveUp);
        Look();
    }

    /// <summary>
    /// What a host says to a write is published nowhere, and some may say nothing: the question behind it is what a host that answers has read the write before.
    /// A word about another value, where one comes, is a no.
    /// </summary>
    private void Write(CommandRequest command, string word, Told wish, string wished)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        var (key, value) = (word[..equals], word[(equals + 1)..]);
        (_written, _refusal) = ((key, value), null);
        Device.Tell(word, command);
        Device.Ask(StateKey, reply =>
        {
            if (reply.IsWrite || !IsAbout(reply, StateKey)) return false;
            _written = null;
            if (_refusal is { } refusal)
            {
                _stopWished = null;
                Device.Complete(command, CommandResult.Refused(refusal));
            }
            else
            {
                _mode.Fire(wish);
                Device.Acknowledged(command);
                Device.Expect(command, RecorderWords.RecordingState, wished, FollowsWithin, Look);
            }

            Take(reply.Value);
            return true;
        }, command);
    }

    private void Look() => Read(StateKey, Take);

    private void Take(string told)
    {
        switch (_words.StateOf(told))
        {
            case RecordingStates.Recording: Seen(RecordingStates.Recording, Told.Recording); break;
            case RecordingStates.Paused: Seen(RecordingStates.Paused, Told.Paused); break;
            case RecordingStates.Stopped: Seen(RecordingStates.Stopped, Told.Stopped); break;
            default: Strange(told); break;
        }
    }

    private void Seen(string state, Told told)
    {
        _wasInStep = true;
        Device.Clear(StrangeState.Code);
        _mode.Fire(told);
        Device.Report(RecorderWords.RecordingState, state);
        Device.Synchronised();
        if (_mode.State is not Mode.Stopped) Device.StartTimer(WatchTimer, WatchesEvery);
    }

    /// <summary>A state that nobody has named must pass for none of the others. Orders are still taken: the court may want to record all the same.</summary>
    private void Strange(string told)
    {
        Device.Raise(StrangeState.Code, $"\"{told}\"");
        Device.Report(RecorderWords.RecordingState, RecordingStates.Unknown);
        _mode.Fire(Told.Strange);
        if (!_wasInStep) Device.Unusable(StatusReasons.ProtocolError);
        else Device.StartTimer(WatchTimer, WatchesEvery);
    }

    private void ReadCounters()
    {
        ReadNumber(TrialHostWords.Recorded, number => Device.Report(RecorderWords.RecordedTime, (long)number));
        ReadNumber(TrialHostWords.Left, ShowLeft);
        ReadNumber(TrialHostWords.Level, number => Device.Report(RecorderWords.LoudestLevel, number));
    }

    private void ShowLeft(double seconds)
    {
        Device.Report(RecorderWords.StorageTime, (long)seconds);
        if (seconds < StorageLowBelow.TotalSeconds) Device.Raise(RecorderWords.StorageLow.Code, string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s left"), string.Create(CultureInfo.InvariantCulture, $"还可录制 {seconds:0} 秒"));
        else Device.Clear(RecorderWords.StorageLow.Code);
    }

    private void ReadNumber(string option, Action<double> take)
    {
        if (_words[option] is not { } key) return;
        Read(key, told =>
        {
            if (double.TryParse(told, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)) take(number);
        });
    }

    private void Read(string key, Action<string> take)
    {
        if (!CanAsk(key)) return;
        Device.Ask(key, reply =>
        {
            if (reply.IsWrite || !IsAbout(reply, key)) return false;
            take(reply.Value);
            return true;
        });
    }

    private static bool CanAsk(string key) => !key.Contains('=', StringComparison.Ordinal) && TrialHostCodec.CanWrite(key);

    private static bool IsAbout(TrialHostReply reply, string key) => string.Equals(reply.Key, key, StringComparison.OrdinalIgnoreCase);

    private void IsRecording()
    {
        Device.Clear(RecorderWords.StoppedByItself.Code);
        Device.Clear(RecorderWords.NotFollowing.Code);
    }

    private void Moved(StateMachine<Mode, Told>.Transition move)
    {
        Device.SetMode(move.Destination.ToString());
        if (move is { Source: Mode.Stopping, Destination: Mode.Stopped }) Device.Clear(RecorderWords.NotFollowing.Code);
        if (move.Trigger is Told.Stopped && IsHolding(move.Source)) StoppedByItself("", "");
        if (move is { Trigger: Told.Stopped, Source: Mode.Reading } && _wasRecording && !IsStopOurs) StoppedByItself(" after a time in which nothing was known of it", "（一段时间状态未知之后）");
        if (move.Source > Mode.Known && move.Destination < Mode.Known) _wasRecording |= IsHolding(move.Source);
        else if (move.Destination > Mode.Known) _wasRecording = false;
    }

    // The link may have been lost behind our wish to stop, before the answer: older hosts close it themselves.
    private bool IsStopOurs => _stopWished is { } at && Device.Now - at < StopIsOursWithin;

    // A file is open and no wish to end it was made.
    private static bool IsHolding(Mode mode) => mode is Mode.Recording or Mode.Pausing or Mode.Paused or Mode.Resuming;

    private void StoppedByItself(string when, string whenZh) =>
        Device.Raise(RecorderWords.StoppedByItself.Code, $"the host shows {RecordingStates.Stopped}{when}", $"庭审主机显示已停止{whenZh}");
}
