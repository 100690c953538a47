using System.Globalization;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Scenes.Hearings.Guard;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Inspections.Checks;

/// <summary>
/// Records for some seconds and believes the recorder by what grows and by what is heard, never by its word alone (N3). The file is named as a
/// test where the recorder takes a name. When the room becomes guarded in the middle nothing is sent any more: what runs then is the court's.
/// </summary>
internal sealed class RecordingCheck() : FunctionCheck(CheckWords.Recording)
{
    private const string NameArgument = "name";

    // A recorder that is asked every few seconds shows its growth with that delay.
    private static readonly TimeSpan GrowthSlack = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan StoppedWithin = TimeSpan.FromSeconds(15);

    private string? _name;

    public override CheckRow? Prepare(CheckSession session)
    {
        if (session.Good(RecorderWords.RecordingState) is not { Kind: ValueKind.Text } shown || shown.Text != RecordingStates.Stopped)
            return session.Found(Name, RowState.Skipped, "not-stopped", new("录制设备不在停止状态", "it is not seen stopped"), null);
        var takesName = session.Device.Manifest.Verbs.First(v => v.Name == RecorderWords.RecordVerb).Arguments.Any(a => a.Name == NameArgument);
        _name = takesName ? string.Create(CultureInfo.InvariantCulture, $"test-{session.Now:yyyyMMdd-HHmmss}") : null;
        Left = _name is null ? new("测试录制", "test recording") : new($"测试录制“{_name}”", $"test recording \"{_name}\"");
        return null;
    }

    public override async Task<CheckRow> RunAsync(CheckSession session)
    {
        var started = await session.AskAsync(RecorderWords.RecordVerb, AskWithin, _name is null ? [] : [new(NameArgument, _name)]);
        if (!started.IsDone && started.IsGuarded) return session.NotDone(Name, started, "REC_NOT_STARTED", new("未能开始录制", "it did not record"));

        var watched = new Growth(session, session.Settings.RecordingLength);
        var end = started.IsDone ? await session.UntilAsync(watched.IsEnough, session.Settings.RecordingLength + GrowthSlack) : WaitEnd.TooLate;
        if (end is WaitEnd.Guarded) return session.Skipped(Name, session.WhyNotGoOn() is var why and not GuardReason.None ? why : GuardReason.Reserved, new($"{Left.Zh}未停止：庭审已开始，由法庭决定何时停止", $"{Left.En} left running: its end is the court's"));

        // Also one that refused, or whose answer was lost, may have begun.
        var stopped = await session.AskAsync(RecorderWords.StopVerb, AskWithin);
        var detail = Left.Then(watched.Say());
        if (!stopped.IsDone || await session.UntilAsync(() => session.Shows(RecorderWords.RecordingState, RecordingStates.Stopped), StoppedWithin) is not (WaitEnd.Seen or WaitEnd.Stopping))
        {
            var row = session.NotDone(Name, stopped, "REC_NOT_STOPPED", new("测试录制未能停止", "the test recording did not stop"));
            return row with { State = RowState.Fault, Detail = row.Detail is { } why ? detail.Then(why) : detail };
        }

        if (!started.IsDone) return session.NotDone(Name, started, "REC_NOT_STARTED", new("未能开始录制", "it did not record"));
        if (end is WaitEnd.Stopping) return session.Found(Name, RowState.Skipped, SightReasons.Interrupted, SightReasons.Says(SightReasons.Interrupted), detail);
        if (end is WaitEnd.TooLate) return session.Found(Name, RowState.Fault, "REC_NO_GROWTH", new("录制时长不增长", "the recording does not grow"), detail);
        return watched.IsSilent ? session.Found(Name, RowState.Fault, "REC_SILENT", new("录制无声音", "the recording is silent"), detail)
            : session.Found(Name, RowState.Ok, SightReasons.Seen, SightReasons.Says(SightReasons.Seen), detail);
    }

    /// <summary>What was seen to grow, and the loudest that was heard.</summary>
    private sealed class Growth(CheckSession session, TimeSpan length)
    {
        private long? _first;
        private long _last;
        private double? _loudest;
        private DateTimeOffset _began = session.Now;

        // Half of it seen is enough: the rest may be told after the next question.
        private long Least => Math.Max(1, (long)(length.TotalSeconds / 2));

        public bool IsSilent => _loudest is { } heard && heard < session.Settings.Floor;

        public bool IsEnough()
        {
            if (session.Good(RecorderWords.RecordedTime) is { Kind: ValueKind.Integer } recorded)
            {
                // A counter that goes back has begun anew with this recording.
                if (_first is null || recorded.Integer < _last) _first = recorded.Integer;
                _last = recorded.Integer;
            }

            if (session.Good(RecorderWords.LoudestLevel) is { Kind: ValueKind.Number } level) _loudest = Math.Max(_loudest ?? double.MinValue, level.Number);
            return session.Now - _began >= length && _last - (_first ?? 0) >= Least && session.Shows(RecorderWords.RecordingState, RecordingStates.Recording);
        }

        public Wording Say()
        {
            var level = _loudest is { } heard ? FormattableString.Invariant($"{heard:0} dBFS") : null;
            return new($"增长 {_last - (_first ?? 0)} 秒{(level is null ? "" : $"，{level}")}", $"+{_last - (_first ?? 0)} s{(level is null ? "" : $", {level}")}");
        }
    }
}
