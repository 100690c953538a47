using System.Globalization;
using AvGateway.Classes;
using AvGateway.Devices;
using Stateless;

namespace AvGateway.Drivers.Protocols.ExtronSmp;

/// <summary>What the recorder tells of itself.</summary>
public sealed partial class ExtronSmpDriver
{
    private const string WatchTimer = "watch";
    private const string FinaliseTimer = "finalise";

    // At one reading a second while it records.
    private const int StandstillReadings = 5;
    private const int FinalisingReadings = 3;
    private const long AlmostNothing = 1_000_000;

    private static readonly TimeSpan WatchesEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FinalisesWithin = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan StorageLowBelow = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan ClockLimit = TimeSpan.FromSeconds(5);

    private SmpStatus? _status;
    private int _readingsAtStandstill;
    private bool _isLooking;
    private bool _wasRecording;

    /// <summary>One round at rest; while it records the watch asks for state and meters each second besides.</summary>
    public override void OnPoll()
    {
        Look();
        AskClock();
    }

    private void ForgetRecorder()
    {
        _status = null;
        _readingsAtStandstill = 0;
        _isLooking = false;
    }

    private void Look()
    {
        LookAtStatus();
        AskMeters();
    }

    /// <summary>A line that others caused leads to one look, however many come.</summary>
    private void LookOnce()
    {
        if (_isLooking || !_mode.IsInState(Mode.Known)) return;
        _isLooking = true;
        LookAtStatus();
    }

    private void LookAtStatus(CommandRequest? command = null) => Ask(new(ReadStatus, TakeStatus, command)
    {
        Refused = reply =>
        {
            if (_mode.State is Mode.Reading) Device.Reconnect(StatusReasons.ProtocolError, $"no recorder: I is answered {Words(reply)}");
        },
    });

    private void AskMeters()
    {
        if (_hasMeters) Ask(new(ReadMeters, TakeMeters) { Refused = reply => _hasMeters = reply.Number is not (ErrorInvalidCommand or ErrorInvalidValue) });
    }

    private void AskClock()
    {
        if (_hasClock) Ask(new(ReadClock, TakeClock) { Refused = reply => _hasClock = reply.Number is not (ErrorInvalidCommand or ErrorInvalidValue) });
    }

    private bool TakeStatus(SmpReply reply)
    {
        if (reply.Kind is not SmpReplyKind.Status || !SmpValues.TryStatus(reply.Value, out var status)) return false;
        _isLooking = false;
        if (status.State is SmpState.Other)
        {
            Unheard(status.Word);
            return true;
        }

        var before = _status;
        _status = status;
        ShowStorage(status);
        ShowGrowth(status, before);
        Device.Report(RecorderWords.RecordingState, Shown(status));
        _mode.Fire(Heard(status));
        if (_mode.State is not Mode.Stopped) Device.StartTimer(WatchTimer, WatchesEvery);
        return true;
    }

    /// <summary>A word of a firmware that nobody has read about must not pass for any of the others.</summary>
    private void Unheard(string word)
    {
        if (_mode.State is Mode.Reading) Device.Reconnect(StatusReasons.ProtocolError, $"unknown state \"{word}\"");
        else Device.Report(RecorderWords.RecordingState, RecordingStates.Unknown);
    }

    // After the stop the counter stays until the file is finished, and is zero then.
    private static bool IsFinishing(SmpStatus status) => status.State is SmpState.Stopped && status.Elapsed > TimeSpan.Zero;

    private static string Shown(SmpStatus status) => status.State switch
    {
        SmpState.Recording => RecordingStates.Recording,
        SmpState.Paused => RecordingStates.Paused,
        _ => IsFinishing(status) ? RecordingStates.Stopping : RecordingStates.Stopped,
    };

    private Told Heard(SmpStatus status) => status.State switch
    {
        SmpState.Recording => _mode.State is Mode.Finalising && _readingsAtStandstill > 0 ? Told.Finalising : Told.Recording,
        SmpState.Paused => Told.Paused,
        _ => IsFinishing(status) ? Told.Finalising : Told.Stopped,
    };

    /// <summary>
    /// A counter can run beside a file that nobody writes, so that time counts as recorded only when the disk has filled meanwhile.
    /// Where the two disagree the shown time stands still, and whoever watches it sees what a frozen file looks like.
    /// </summary>
    private void ShowGrowth(SmpStatus status, SmpStatus? before)
    {
        if (status.State is not (SmpState.Recording or SmpState.Paused))
        {
            _readingsAtStandstill = 0;
            return;
        }

        var isFirst = before is null || before.State is not (SmpState.Recording or SmpState.Paused) || status.Elapsed < before.Elapsed;
        var counts = before is not null && status.Elapsed > before.Elapsed;
        var writes = before is not null && status.Free < before.Free;
        var grows = counts && (writes || _setup.Options[GrowthOption].Text is not TimeAndStorage);
        if (isFirst || grows) Device.Report(RecorderWords.RecordedTime, (long)status.Elapsed.TotalSeconds);
        _readingsAtStandstill = isFirst || grows || status.State is SmpState.Paused ? 0 : _readingsAtStandstill + 1;
        if (grows) Device.Clear(Standstill.Code);
        if (_readingsAtStandstill < StandstillReadings || _mode.State is not Mode.Recording) return;
        Device.Raise(
            Standstill.Code,
            counts ? $"the time counts and the disk does not fill: {status.Free} kB free" : $"the time stays at {status.Elapsed}",
            counts ? $"计时在走而磁盘未写入：剩余 {status.Free} kB" : $"计时停在 {status.Elapsed}");
    }

    /// <summary>At rest the device tells no time left; only a time that it tells is shown.</summary>
    private void ShowStorage(SmpStatus status)
    {
        Device.Report(Destination, status.Destination);
        Device.Report(FreeSpace, status.Free);
        var isTold = status.Left > TimeSpan.Zero || (status.State is SmpState.Recording && status.Free < AlmostNothing);
        if (isTold) Device.Report(RecorderWords.StorageTime, (long)status.Left.TotalSeconds);
        else Device.Forget(RecorderWords.StorageTime);

        if (status.Destination is "N/A" or "") Device.Raise(RecorderWords.NoMedium.Code, $"destination \"{status.Destination}\"", $"录制目标为“{status.Destination}”");
        else Device.Clear(RecorderWords.NoMedium.Code);
        if (isTold ? status.Left < StorageLowBelow : status.Free < AlmostNothing) Device.Raise(RecorderWords.StorageLow.Code, $"{status.Free} kB free", $"剩余 {status.Free} kB");
        else Device.Clear(RecorderWords.StorageLow.Code);
    }

    private bool TakeMeters(SmpReply reply)
    {
        if (reply.Kind is not SmpReplyKind.Meters || !SmpValues.TryMeters(reply.Value, out var loudest)) return false;
        Device.Report(RecorderWords.LoudestLevel, _setup.Options[MeterOption].Text is Tenths ? loudest / 10.0 : (double)loudest);
        return true;
    }

    /// <summary>The device tells whole seconds of its local time; half a second is what it has passed them by on the average.</summary>
    private bool TakeClock(SmpReply reply)
    {
        if (reply.Kind is not SmpReplyKind.Clock || !SmpValues.TryDate(reply.Value, out var local)) return false;
        var utc = local - TimeSpan.FromMinutes(_setup.Options[OffsetOption].Integer) + TimeSpan.FromMilliseconds(500);
        var offset = Math.Round((utc - Device.Now.UtcDateTime).TotalSeconds);
        Device.Report(RecorderWords.ClockDifference, offset);
        if (Math.Abs(offset) > ClockLimit.TotalSeconds) Device.Raise(ClockWrong.Code, string.Create(CultureInfo.InvariantCulture, $"{offset:+0;-0} s"));
        else Device.Clear(ClockWrong.Code);
        return true;
    }

    private void IsRecording()
    {
        Device.Clear(RecorderWords.StoppedByItself.Code);
        Device.Clear(RecorderWords.NotFollowing.Code);
    }

    private void StartFinalising() => Device.StartTimer(FinaliseTimer, FinalisesWithin);

    private void StopFinalising()
    {
        Device.StopTimer(FinaliseTimer);
        Device.Clear(NotFinalised.Code);
    }

    private void Moved(StateMachine<Mode, Told>.Transition move)
    {
        Device.SetMode(move.Destination.ToString());
        if (IsHolding(move.Source) && !IsHolding(move.Destination)) Device.Clear(Standstill.Code);
        if (move.Destination is Mode.Stopped && move.Source is Mode.Stopping or Mode.Finalising) Device.Clear(RecorderWords.NotFollowing.Code);

        var hasEnded = move.Trigger is Told.Stopped or Told.Finalising;
        if (hasEnded && IsHolding(move.Source)) StoppedByItself("", "");
        if (hasEnded && move.Source is Mode.Reading && _wasRecording) StoppedByItself(" after a time without a link", "（链路中断之后）");
        if (IsKnown(move.Source) && !IsKnown(move.Destination)) _wasRecording = IsHolding(move.Source);
        else if (IsKnown(move.Destination)) _wasRecording = false;
    }

    // A file is open and no wish to end it was made.
    private static bool IsHolding(Mode mode) => mode is Mode.Recording or Mode.Pausing or Mode.Paused or Mode.Resuming;

    private static bool IsKnown(Mode mode) => mode >= Mode.Known;

    private void StoppedByItself(string when, string whenZh) =>
        Device.Raise(RecorderWords.StoppedByItself.Code, $"the recorder shows {_status?.Word}{when}", $"录制设备显示 {_status?.Word}{whenZh}");
}
