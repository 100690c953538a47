using System.Globalization;
using AvGateway.Operations.Escalation.Ladders;
using AvGateway.Operations.Escalation.Outbox;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Faults.Clocks;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Escalation;

// One fault: what of it holds, moves or ends its telling.
public sealed partial class EscalationBoard
{
    private void Begin(Fault fault)
    {
        var run = new CaseRun(new(fault.Id, LadderStage.Gathering, null), time);
        _cases.Add(fault.Id, run);
        _ended.Remove(fault.Id);
        Enter(run, LadderStage.Gathering, fault);
    }

    private void LookAt(FaultBoard board, CaseRun run)
    {
        if (board.Find(run.Case.Fault) is not { } fault)
        {
            Forget(run);
            return;
        }

        Follow(board, run, fault);
        Climb(board, run);
        TellReporters(board, run);
        Remind(board, run);
        if (board.Find(fault.Id) is { IsClosed: true } last && run.Case.Waiting.IsEmpty && !IsToBeFollowedUp(run, last)) Forget(run);
    }

    private void Forget(CaseRun run)
    {
        _cases.Remove(run.Case.Fault);
        _ended.Add(run.Case.Fault);
    }

    // What the fault shows is asked anew each time: nothing is missed by not having been told of it.
    private void Follow(FaultBoard board, CaseRun run, Fault fault)
    {
        if (Fact(fault, run.Case.Stage) is { } told && LadderCycle.Next(run.Case.Stage, told) is { } next && next != run.Case.Stage)
        {
            Enter(run, next, fault);
            if (next is LadderStage.Silenced && HeldBy(fault) is { } silence)
                Say(board, fault, FaultWords.Held, new Wording($"静默 {silence.Id}（{silence.By}）：{silence.Reason}", $"silence {silence.Id} by {silence.By}: {silence.Reason}"));
            return;
        }

        if (fault.Severity < run.Case.ToldAs && !fault.IsClosed) Rerate(run, fault);

        // Another has to be called than whoever was: while nobody works on it, it is told from the first rung.
        if (fault.Verdict?.Side != run.Case.JudgedAs && !fault.IsClosed && LadderCycle.Next(run.Case.Stage, LadderTold.Graver) is { } anew)
        {
            Withdraw(run, NoticeKind.Fault);
            Enter(run, anew, fault);
        }
    }

    private LadderTold? Fact(Fault fault, LadderStage at) => fault.Step switch
    {
        FaultStep.Restored or FaultStep.Solved or FaultStep.Closed or FaultStep.FollowedUp => LadderTold.Restored,
        _ when fault.CausedBy is not null => LadderTold.Explained,
        FaultStep.Open or FaultStep.Acknowledged when HeldBy(fault) is not null => LadderTold.Silenced,
        FaultStep.Open => at switch
        {
            LadderStage.Over or LadderStage.AtWork => LadderTold.Back,
            LadderStage.Explained or LadderStage.Silenced => LadderTold.Freed,
            LadderStage.Acknowledged => LadderTold.TakenBack,
            _ => null,
        },
        FaultStep.Acknowledged => LadderTold.Acknowledged,
        _ => LadderTold.Worked,
    };

    private void Enter(CaseRun run, LadderStage stage, Fault fault)
    {
        run.Put(run.Case with { Stage = stage });
        switch (stage)
        {
            case LadderStage.Gathering:
                // Whoever was not told of the end yet need not hear of it: it goes on.
                var unheard = run.Case.Waiting.Where(w => w.Kind is NoticeKind.Over).Select(w => w.Lane);
                run.Put(run.Case with { Told = [.. run.Case.Told.Union(unheard)] });
                Withdraw(run, NoticeKind.Over);
                var ladder = rules.Ladders.FirstOrDefault(l => l.IsFor(fault));
                run.Put(run.Case with { Ladder = ladder, Round = run.Case.Round + 1, Repeat = 0, Rung = 0, ToldAs = fault.Severity, JudgedAs = fault.Verdict?.Side });
                run.WakeIn(ladder?.Wait ?? TimeSpan.Zero);
                break;
            case LadderStage.Climbing:
                run.WakeIn(TimeSpan.Zero);
                break;
            case LadderStage.Acknowledged:
                Withdraw(run, NoticeKind.Fault);
                run.WakeIn(run.Case.Ladder?.WorkWithin);
                break;
            case LadderStage.Over:
                Withdraw(run, NoticeKind.Fault, NoticeKind.Clock);
                run.WakeIn(null);
                foreach (var receiver in run.Case.Told)
                {
                    if (receiver.Split('/') is [var contact, var channel]) Queue(run, new($"over-{run.Case.Round}", NoticeKind.Over, contact, channel));
                }

                run.Put(run.Case with { Told = [] });
                break;
            default:
                if (stage is not LadderStage.Exhausted) Withdraw(run, NoticeKind.Fault);
                run.WakeIn(null);
                break;
        }
    }

    // Who was told of a reminder hears when it has become a matter of a hearing.
    private void Rerate(CaseRun run, Fault fault)
    {
        if (LadderCycle.Next(run.Case.Stage, LadderTold.Graver) is { } again)
        {
            Withdraw(run, NoticeKind.Fault);
            Enter(run, again, fault);
            return;
        }

        run.Put(run.Case with { ToldAs = fault.Severity });
        if (run.Case.Stage is not (LadderStage.Acknowledged or LadderStage.AtWork)) return;
        foreach (var receiver in run.Case.Told)
        {
            if (receiver.Split('/') is [var contact, var channel]) Queue(run, new($"rated-{fault.Severity}", NoticeKind.Fault, contact, channel));
        }
    }

    private void Climb(FaultBoard board, CaseRun run)
    {
        // Each turn sets another timer; a ladder whose rungs reach nobody must not turn for ever.
        for (var turns = 0; run.IsDue && turns <= (Ladder.MostRepeats + 1) * 20; turns++)
        {
            var fault = board.Find(run.Case.Fault)!;
            switch (run.Case.Stage)
            {
                case LadderStage.Gathering:
                    Enter(run, run.Case.Ladder is { Rungs.IsEmpty: false } ? LadderStage.Climbing : LadderStage.Exhausted, fault);
                    break;
                case LadderStage.Climbing:
                    TellRung(board, run, fault);
                    break;
                case LadderStage.Acknowledged when board.TakeBack(fault, new($"{run.Case.Ladder!.WorkWithin.TotalMinutes:0} 分钟内未开始处理", $"no work followed within {run.Case.Ladder!.WorkWithin.TotalMinutes:0} min")) is { } taken:
                    _said.Add(taken);
                    Enter(run, LadderStage.Climbing, taken.Fault);
                    break;
                default:
                    run.WakeIn(null);
                    break;
            }
        }
    }

    private void TellRung(FaultBoard board, CaseRun run, Fault fault)
    {
        var ladder = run.Case.Ladder!;
        var rung = ladder.Rungs[run.Case.Rung];
        var step = string.Create(CultureInfo.InvariantCulture, $"r{run.Case.Round}-{run.Case.Repeat + 1}-{run.Case.Rung + 1}");
        var (reached, missing) = Reach(board, run, fault, rung, step, NoticeKind.Fault);
        if (missing.Count > 0) Say(board, board.Find(fault.Id)!, FaultWords.Held, new Wording($"第 {run.Case.Rung + 1} 级", $"rung {run.Case.Rung + 1}").Colon(Wording.Joined(missing)));
        if (run.Case.Rung + 1 < ladder.Rungs.Length)
        {
            run.Put(run.Case with { Rung = run.Case.Rung + 1 });

            // Nobody heard of it, so nobody is given time to come.
            run.WakeIn(reached ? ladder.Rungs[run.Case.Rung].After : TimeSpan.Zero);
        }
        else if (run.Case.Repeat < ladder.Repeats)
        {
            run.Put(run.Case with { Rung = 0, Repeat = run.Case.Repeat + 1 });
            run.WakeIn(ladder.Every);
        }
        else
        {
            Enter(run, LadderStage.Exhausted, fault);
        }
    }

    private void Remind(FaultBoard board, CaseRun run)
    {
        var now = time.GetUtcNow();
        var fault = board.Find(run.Case.Fault)!;
        if (run.NextMark > now && ReferenceEquals(run.Seen, fault)) return;
        if (fault.AwaitsFollowUp)
        {
            RemindOfFollowUp(board, run, fault);
            return;
        }

        if (fault.IsClosed || run.Case.Stage is LadderStage.Over)
        {
            (run.NextMark, run.Seen) = (DateTimeOffset.MaxValue, fault);
            return;
        }

        foreach (var clock in rules.Clocks.Of(fault, now).Where(c => c.IsOpen))
        {
            var reached = ContractClocks.Marks.Where(m => clock.Percent >= m && !run.Case.Marks.Contains(MarkOf(clock, m, fault))).ToList();
            if (reached.Count == 0) continue;
            run.Put(run.Case with { Marks = run.Case.Marks.AddRange(reached.Select(m => MarkOf(clock, m, fault))) });
            var mark = reached[^1];
            Say(board, board.Find(fault.Id)!, FaultWords.Clock, new Wording($"{NoticeText.ClockZh(clock.Word)} {mark} %", $"{clock.Word} {mark} %"));
            if (run.Case.Ladder is not { } ladder || run.Case.Stage is LadderStage.Explained or LadderStage.Silenced) continue;

            // Half of the time concerns who works on it; the end of it, who answers for it.
            foreach (var rung in ladder.Rungs.Take(ContractClocks.Marks.IndexOf(mark) + 1)) Reach(board, run, board.Find(fault.Id)!, rung, MarkOf(clock, mark, fault), NoticeKind.Clock);
        }

        run.Seen = board.Find(fault.Id)!;
        run.NextMark = rules.Clocks.NextMark(run.Seen, now) ?? DateTimeOffset.MaxValue;
    }

    private static string MarkOf(ContractClock clock, int mark, Fault fault) => string.Create(CultureInfo.InvariantCulture, $"{clock.Word}-{mark}-{fault.Severity}");
}
