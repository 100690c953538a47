using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AvGateway.Operations.Escalation.Ladders;
using AvGateway.Operations.Escalation.Outbox;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Lines;
using AvGateway.Operations.Parties;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Escalation;

// From whom a rung names to messages: who is on duty, which way leads there, and what is told in one.
public sealed partial class EscalationBoard
{
    private TimeSpan? _gatesLeft;

    // What waits until it is in a message is withdrawn when nobody needs it any more.
    private static void Withdraw(CaseRun run, params ReadOnlySpan<NoticeKind> kinds)
    {
        foreach (var kind in kinds)
        {
            if (run.Case.Waiting.Any(w => w.Kind == kind)) run.Put(run.Case with { Waiting = run.Case.Waiting.RemoveAll(w => w.Kind == kind) });
        }
    }

    private static void Queue(CaseRun run, DueNotice due)
    {
        if (!run.Case.Waiting.Contains(due)) run.Put(run.Case with { Waiting = run.Case.Waiting.Add(due) });
    }

    private (bool Reached, List<Wording> Missing) Reach(FaultBoard board, CaseRun run, Fault fault, Rung rung, string step, NoticeKind kind)
    {
        var reached = false;
        var missing = new List<Wording>();
        foreach (var target in rung.To)
        {
            var (contact, why) = Resolve(board, target, ref fault);
            var ways = contact is null ? [] : WaysTo(contact, fault, rung);
            foreach (var way in ways) Queue(run, new(step, kind, contact!.Id, way.Channel) { IsOneOfSeveral = ways.Count > 1 });
            reached |= ways.Count > 0;
            if (ways.Count == 0) missing.Add(why ?? new($"今天无法联系 {target}", $"{target} cannot be reached today"));
        }

        return (reached, missing);
    }

    private (Contact? Contact, Wording? Why) Resolve(FaultBoard board, string target, ref Fault fault)
    {
        var now = time.GetUtcNow();
        switch (target.Split(':', 2))
        {
            case ["contact", var id]:
                return (rules.Parties.Contact(id), NotInBook(id));
            case ["roster", var id]:
                return rules.Parties.Roster(id)?.At(now) is { } onDuty ? (rules.Parties.Contact(onDuty), NotInBook(onDuty)) : (null, new($"值班表 {id} 当前无人值班", $"nobody is on duty in roster {id}"));
            default:
                if (fault.Party is null && fault.Verdict is { Side: not LineSide.Carrier } verdict) return OfVerdict(fault, verdict);
                if (rules.PartyOf(fault) is not { } party || rules.Parties.Supplier(party) is not { } supplier) return (null, new("没有厂商或运营商对其负责", "no vendor or carrier answers for it"));
                if (supplier.Of(fault.Subject, rules.DateOf(now)) is CoverState.Ended) return (null, new($"{party} 的质保与合同均已到期：请询价", $"warranty and contract of {party} have ended: ask for an offer"));
                if (supplier.Contact is null) return (null, new($"{party} 没有联系人", $"{party} has no contact"));

                // From now on its account may read the report.
                if (fault.Party != party && !fault.IsClosed)
                {
                    fault = fault with { Party = party };
                    Say(board, fault, FaultWords.Told, party);
                    fault = board.Find(fault.Id)!;
                }

                return (rules.Parties.Contact(supplier.Contact), NotInBook(supplier.Contact));
        }
    }

    private static Wording NotInBook(string contact) => new($"通讯录中没有联系人 {contact}", $"contact {contact} stands in no book");

    // A carrier is called for what is the carrier's: the far court's trouble is told to the far court's own duty, ours to the next rung.
    private (Contact? Contact, Wording? Why) OfVerdict(Fault fault, LineVerdict verdict) => verdict.Side switch
    {
        LineSide.FarSide when rules.FarContactOf(fault.Subject) is { } far => (rules.Parties.Contact(far), NotInBook(far)),
        LineSide.FarSide => (null, new("故障在对端法院，而该线路未填写“farContact”", "the trouble is the far court's, and \"farContact\" of the line names nobody")),
        LineSide.Local => (null, new("故障在本方，不呼叫运营商", "the trouble is our own: no carrier is called")),
        _ => (null, new("责任方未定，暂不呼叫运营商", "whose trouble it is is not known: no carrier is called before it is")),
    };

    private List<Reach> WaysTo(Contact contact, Fault fault, Rung rung)
    {
        var ways = contact.On(rules.DateOf(time.GetUtcNow()));
        if (!rung.By.IsEmpty) return [.. ways.Where(w => rung.By.Contains(w.Channel))];
        return fault.Severity is Severity.P1 ? [.. ways] : [.. ways.Take(1)];
    }

    // At most one message to a receiver in an interval, whatever happens; what comes meanwhile waits and goes out in the next one.
    private void Compose(FaultBoard board)
    {
        _gatesLeft = null;
        var waiting = _cases.Values.SelectMany(run => run.Case.Waiting.Select(due => (Run: run, Due: due))).GroupBy(w => w.Due.Lane, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal);
        foreach (var lane in waiting.Select(g => g.ToList()).ToList())
        {
            var told = lane.Select(w => (w.Run, w.Due, Fault: board.Find(w.Run.Case.Fault)!)).ToList();
            var isUrgent = told.Exists(t => t.Fault.Severity is Severity.P1 && t.Due.Kind is not NoticeKind.Over);
            var interval = told.Min(t => t.Run.Case.Ladder?.Interval ?? TimeSpan.FromMinutes(5));
            if (isUrgent && interval > rules.UrgentInterval) interval = rules.UrgentInterval;
            var left = _outbox.LeftOf(lane[0].Due.Lane, interval);
            var isFull = _outbox.WaitingIn(lane[0].Due.Lane) >= rules.Outbox.MostWaiting * (isUrgent ? 2 : 1);
            if (left > TimeSpan.Zero || isFull)
            {
                if (!isFull && (_gatesLeft is null || left < _gatesLeft)) _gatesLeft = left;
                continue;
            }

            _outbox.Add(Made(told) with { WentAround = told.TrueForAll(t => t.Due.IsOneOfSeveral) });
            foreach (var each in told.GroupBy(t => t.Run))
            {
                var run = each.Key;
                var receiver = each.First().Due.Lane;
                var isTold = each.Any(t => t.Due.Kind is NoticeKind.Fault or NoticeKind.Clock) && !run.Case.Told.Contains(receiver);
                run.Put(run.Case with { Waiting = [.. run.Case.Waiting.Except(each.Select(t => t.Due))], Told = isTold ? run.Case.Told.Add(receiver) : run.Case.Told });
                Say(board, board.Find(run.Case.Fault)!, FaultWords.Told, $"{string.Join(", ", each.Select(t => t.Due.Step))}: {receiver}");
            }
        }
    }

    private OutboxNotice Made(List<(CaseRun Run, DueNotice Due, Fault Fault)> told)
    {
        var (contact, channel) = (told[0].Due.Contact, told[0].Due.Channel);
        var now = time.GetUtcNow();
        var language = rules.Parties.Contact(contact)?.Language;
        var withClocks = told.Select(t => t.Fault).DistinctBy(f => f.Id).OrderBy(f => f.Severity).Take(NoticeText.MostNamed).Select(f => (f, rules.Clocks.Of(f, now)));
        if (told is [var only])
        {
            var text = _text.Of(only.Fault, only.Due.Kind, only.Due.Step, rules.Clocks.Of(only.Fault, now));
            return new($"{only.Fault.Id}.{only.Due.Step}.{contact}.{channel}", 0, contact, channel, only.Due.Kind, only.Fault.Severity, now, text.Subject, text.Body)
            {
                Faults = [only.Fault.Id],
                Language = language,
                Report = _text.Report(withClocks, isOne: true),
            };
        }

        // The key is that of what it tells, so that a second attempt to tell the same has the same one.
        var all = string.Join('\n', told.Select(t => $"{t.Fault.Id}.{t.Due.Step}").Order(StringComparer.Ordinal));
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)))[..16];
        var many = _text.OfMany([.. told.Select(t => (t.Fault, t.Due.Kind))]);
        return new($"D-{digest}.{contact}.{channel}", 0, contact, channel, NoticeKind.Digest, told.Min(t => t.Fault.Severity), now, many.Subject, many.Body)
        {
            Faults = [.. told.Select(t => t.Fault.Id).Distinct()],
            Language = language,
            Report = _text.Report(withClocks, isOne: false),
        };
    }

    // A way that fails is tried on; the contact's next way is taken beside it.
    private void GoAround(OutboxNotice failing)
    {
        var ways = rules.Parties.Contact(failing.Contact)?.On(rules.DateOf(time.GetUtcNow())) ?? [];
        var next = ways.SkipWhile(w => w.Channel != failing.Channel).Skip(1).FirstOrDefault();
        if (next is null) return;
        var key = failing.Key[..failing.Key.LastIndexOf('.')];
        _outbox.Add(failing with { Key = string.Create(CultureInfo.InvariantCulture, $"{key}.{next.Channel}"), Channel = next.Channel, Tries = 0, Said = null, IsDead = false, WentAround = false });
    }
}
