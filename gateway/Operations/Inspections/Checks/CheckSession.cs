using AvGateway.Devices;
using AvGateway.Operations.Commands;
using AvGateway.Scenes.Hearings.Guard;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Inspections.Checks;

/// <summary>How a wait of a check ended.</summary>
internal enum WaitEnd { Seen, TooLate, Guarded, Stopping }

/// <summary>What a device was asked, and the final answer.</summary>
internal readonly record struct CheckAnswer(int Stat, string Code, Wording Title)
{
    public bool IsDone => Stat is 200 or 203;
    public bool IsGuarded => Stat == 409;
}

/// <summary>What function checks stand on.</summary>
internal sealed record CheckGround(CommandRouter Router, HearingGuard Guard, InspectionSettings Settings, TimeProvider Time)
{
    /// <summary>A check is over long before this; a hearing that is reserved so soon after the guard's window keeps it from beginning.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);
}

/// <summary>
/// One function check's way to its device: every wish goes through the command router in the name of whoever ordered the inspection, so that
/// rights, guard, ledger and service record hold for it as for anybody else. The guard decides right before each frame; beside that the check
/// looks at the rooms by itself and ends as soon as one of them is guarded.
/// </summary>
internal sealed class CheckSession(CheckGround ground, IDevice device, string[] rooms, string caller, string prefix, CancellationToken stopping)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AnswerGrace = TimeSpan.FromSeconds(15);

    private int _asked;

    public IDevice Device => device;
    public string[] Rooms => rooms;
    public InspectionSettings Settings => ground.Settings;
    public DateTimeOffset Now => ground.Time.GetUtcNow();
    public bool IsStopping => stopping.IsCancellationRequested;

    /// <summary>Why the check must not begin now.</summary>
    public GuardReason WhyNotBegin() => rooms.Select(r => ground.Guard.WhyGuarded(r, CheckGround.Margin)).FirstOrDefault(r => r is not GuardReason.None);

    /// <summary>Why the check must not go on now.</summary>
    public GuardReason WhyNotGoOn() => rooms.Select(ground.Guard.WhyReserved).FirstOrDefault(r => r is not GuardReason.None);

    public async Task<CheckAnswer> AskAsync(string verb, TimeSpan within, params RawArgument[] args)
    {
        var answers = new FinalAnswer();
        ground.Router.Ask(
            new(caller, device.Id, AskKind.Do, verb, ground.Time.GetTimestamp())
            {
                Id = $"{prefix}.{verb}.{++_asked}",
                Ttl = within,
                Args = args,
                IsOfInspection = true,
            },
            answers);
        return await answers.Task.WaitAsync(within + AnswerGrace, ground.Time);
    }

    /// <summary>Looks until it is seen, the time is over, a room becomes guarded, or somebody ends the inspection.</summary>
    public async Task<WaitEnd> UntilAsync(Func<bool> isSeen, TimeSpan within)
    {
        var deadline = Deadline.In(within, ground.Time);
        while (!isSeen())
        {
            if (WhyNotGoOn() is not GuardReason.None) return WaitEnd.Guarded;
            if (stopping.IsCancellationRequested) return WaitEnd.Stopping;
            if (deadline.HasPassed(ground.Time)) return WaitEnd.TooLate;
            await Task.Delay(LookEvery, ground.Time, CancellationToken.None);
        }

        return WaitEnd.Seen;
    }

    public bool Shows(string property, Value value) => Good(property) is { } shown && shown == value;

    /// <summary>What is seen now; null when it is not to be believed.</summary>
    public Value? Good(string property) => device.TryGetReading(property, out var reading) && reading.Quality is Quality.Good ? reading.Value : null;

    public CheckRow Found(string check, RowState state, string reason, Wording says, Wording? detail) => new(check, state, reason, says, detail, Now);

    public CheckRow Skipped(string check, GuardReason why, Wording? detail = null) => Found(check, RowState.Skipped, GuardTexts.Code(why), GuardTexts.Says(why), detail);

    /// <summary>The row of an answer that did not do what was asked: a guard's word is no fault of the device.</summary>
    public CheckRow NotDone(string check, CheckAnswer answer, string reason, Wording says) => answer.IsGuarded
        ? Found(check, RowState.Skipped, answer.Code, new(GuardZh(answer), answer.Title.En), null)
        : Found(check, RowState.Fault, reason, says, new($"{answer.Title.Zh}（{answer.Code}）", $"{answer.Code}: {answer.Title.En}"));

    private static string GuardZh(CheckAnswer answer) =>
        Enum.GetValues<GuardReason>().Where(r => r is not GuardReason.None && GuardTexts.Code(r) == answer.Code).Select(r => GuardTexts.Says(r).Zh).FirstOrDefault() ?? answer.Title.Zh;

    private sealed class FinalAnswer : IAnswers
    {
        private readonly TaskCompletionSource<CheckAnswer> _final = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<CheckAnswer> Task => _final.Task;

        public void Give(in Answer answer)
        {
            if (!answer.Final) return;
            using var json = System.Text.Json.JsonDocument.Parse(answer.Json);
            var en = json.RootElement.GetProperty("title").GetString() ?? "";
            _final.TrySetResult(new(answer.Stat, answer.Code, new(json.RootElement.TryGetProperty("titleZh", out var zh) ? zh.GetString() ?? en : en, en)));
        }
    }
}
