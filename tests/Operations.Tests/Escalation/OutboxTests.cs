using AvGateway.Operations.Escalation;
using AvGateway.Operations.Faults;

namespace AvGateway.Operations.Tests.Escalation;

/// <summary>Messages to receivers of every mood, over crashes at every step: at least once each, under one key, and nobody waits for another.</summary>
public sealed class OutboxTests
{
    private static readonly string[] Devices = [.. Enumerable.Range(0, 1000).Select(i => $"room-{i / 10}/device-{i % 10}")];

    [Fact]
    public void A_thousand_faults_in_a_second_are_one_message_a_receiver_and_interval()
    {
        var bench = new EscalationBench(devices: Devices);
        bench.Gone(Devices);
        bench.Pass(4);

        Assert.Equal(1000, bench.Open.Count());
        Assert.Equal(1000, bench.Store.All.Count(d => d.Kind == "fault"));
        var (at, lane, notice) = Assert.Single(bench.Arrived);
        Assert.Equal(("zhang/sms", NoticeKind.Digest), (lane, notice.Kind));
        Assert.Equal("[P4] 1000 faults: P4×1000", notice.Subject.En);
        Assert.Contains("and 990 more", notice.Body.En, StringComparison.Ordinal);
        Assert.True(at - bench.Open.First().OpenedAt <= TimeSpan.FromSeconds(60 + 30), $"{at}");

        bench.Pass(56);
        foreach (var receiver in bench.Arrived.GroupBy(a => a.Lane))
        {
            var gaps = receiver.Zip(receiver.Skip(1), (one, next) => next.At - one.At);
            Assert.All(gaps, gap => Assert.True(gap >= TimeSpan.FromMinutes(5), $"{receiver.Key} {gap}"));
        }
    }

    [Theory]
    [InlineData(Mood.Down)]
    [InlineData(Mood.Slow)]
    [InlineData(Mood.Hangs)]
    [InlineData(Mood.Fails)]
    [InlineData(Mood.TooMany)]
    [InlineData(Mood.Redirects)]
    public void A_receiver_of_any_mood_delays_no_other(Mood mood)
    {
        var usual = Played(null);
        var moody = Played(mood);
        foreach (var receiver in new[] { "zhang/mail", "lead/sms", "lead/mail", "head/mail" })
            Assert.True(First(moody, receiver) <= First(usual, receiver), $"{receiver}: {First(moody, receiver)}");

        // What the gateway has to say of a dead letter may stand in the same message.
        static DateTimeOffset First(List<(DateTimeOffset At, string Lane, Notice Notice)> arrived, string receiver) =>
            arrived.First(a => a.Lane == receiver && a.Notice.Kind is NoticeKind.Fault or NoticeKind.Digest && a.Notice.Body.En.Contains("F-2026-000001", StringComparison.Ordinal)).At;

        static List<(DateTimeOffset At, string Lane, Notice Notice)> Played(Mood? mood)
        {
            var bench = new EscalationBench();
            if (mood is { } bad) bench.Is("zhang/sms", bad);
            bench.Use("court-1", Occupancy.InSession);
            bench.Gone("court-1/matrix");
            bench.Pass(60);
            return bench.Arrived;
        }
    }

    /// <summary>Every mood that passes, with a kill at every step of decide, store, send, arrive and note: nothing lost, and one key.</summary>
    [Theory]
    [InlineData(Mood.Well)]
    [InlineData(Mood.Slow)]
    [InlineData(Mood.Hangs)]
    [InlineData(Mood.Down)]
    [InlineData(Mood.Fails)]
    [InlineData(Mood.TooMany)]
    [InlineData(Mood.Redirects)]
    public void Killed_at_any_step_everybody_is_told_at_least_once_under_the_same_key(Mood mood)
    {
        var whole = Played(mood, -1);
        var expected = Told(whole);
        Assert.True(expected.Count >= 5, string.Join('\n', expected));
        for (var at = 1; at <= whole.Steps; at++)
        {
            var killed = Played(mood, at);
            Assert.Equal(1, killed.Kills);
            Assert.Equal(expected, Told(killed));

            // Once, and once more for the crash and for each time that nobody heard the answer.
            var unheard = mood is Mood.Hangs ? 20 : 0;
            foreach (var key in killed.Arrived.GroupBy(a => a.Notice.Key)) Assert.True(key.Count() <= 2 + unheard, $"killed at {at}: {key.Key} arrived {key.Count()} times");
        }

        // After a while the bad receiver is well again; what was refused for good is a dead letter that somebody has tried anew.
        static EscalationBench Played(Mood mood, int diesAt)
        {
            var bench = new EscalationBench(l => l with
            {
                Repeats = 0,
                Interval = TimeSpan.FromMinutes(1),
                Rungs = [l.Rungs[0], l.Rungs[1] with { After = TimeSpan.FromMinutes(3) }, l.Rungs[2] with { After = TimeSpan.FromMinutes(3) }],
            });
            bench.DiesAt = (step, _) => step == diesAt;
            bench.Is("zhang/sms", mood);
            bench.Is("lead/sms", mood);
            bench.Use("court-1", Occupancy.InSession);
            bench.Gone("court-1/matrix");
            bench.Pass(12);
            bench.Is("zhang/sms", Mood.Well);
            bench.Is("lead/sms", Mood.Well);
            foreach (var dead in bench.Board.Notices.Where(n => n.IsDead).ToList()) bench.Board.Settle(dead.Key, retry: true, "engineer");
            bench.Pass(25);
            return bench;
        }

        // Which rung of the device's fault went to whom; and each of them did arrive.
        static List<string> Told(EscalationBench bench)
        {
            var rungs = bench.Told.Where(t => t.Fault == "F-2026-000001" && t.Step.StartsWith("r1", StringComparison.Ordinal)).ToList();
            Assert.All(rungs, t => Assert.Contains(bench.Arrived, a => a.Lane == t.Lane && a.Notice.Body.En.Contains(t.Fault, StringComparison.Ordinal)));
            return [.. rungs.Select(t => $"{t.Step} {t.Lane}").Distinct().Order(StringComparer.Ordinal)];
        }
    }

    [Fact]
    public void What_a_receiver_said_of_when_to_come_again_is_kept_to()
    {
        var bench = Single(Mood.TooMany);

        var tries = bench.Tried.Where(t => t.Lane == "zhang/sms").ToList();
        Assert.All(tries.Zip(tries.Skip(1)), pair => Assert.True(pair.Second.At - pair.First.At >= TimeSpan.FromMinutes(10), $"{pair}"));
    }

    [Fact]
    public void Tries_become_rarer_and_end_as_a_dead_letter_and_a_fault_of_the_gateway()
    {
        var bench = Single(Mood.Down);
        bench.Is("lead/sms", Mood.Down);
        bench.Pass(6 * 60);

        var first = bench.Tried.Where(t => t.Key == "F-2026-000001.r1-1-1.zhang.sms").ToList();
        Assert.Equal(20, first.Count);
        var gaps = first.Zip(first.Skip(1), (one, next) => (next.At - one.At).TotalSeconds).ToList();
        Assert.Equal([5, 10, 20, 40], gaps.Take(4).Select(g => Math.Round(g)));
        Assert.All(gaps, gap => Assert.True(gap <= 15 * 60 * 1.3, $"{gap}"));
        var dead = Assert.Single(bench.Board.Notices, n => n.IsDead && n.Key == first[0].Key);
        Assert.Equal("connection refused", dead.Said);
        Assert.Contains(bench.Open, f => f.Code == FaultKinds.Undelivered);

        bench.Is("zhang/sms", Mood.Well);
        bench.Is("lead/sms", Mood.Well);
        foreach (var letter in bench.Board.Notices.Where(n => n.IsDead).ToList()) Assert.True(bench.Board.Settle(letter.Key, retry: letter.Key == dead.Key, "engineer"));
        bench.Pass(10);
        Assert.DoesNotContain(bench.Board.Notices, n => n.IsDead);
        Assert.Contains(bench.Arrived, a => a.Notice.Key == dead.Key);
        Assert.Equal(FaultStep.Restored, bench.Open.Single(f => f.Code == FaultKinds.Undelivered).Step);
    }

    [Theory]
    [InlineData(Mood.Redirects, 0)]
    [InlineData(Mood.Down, 1)]
    public void A_way_that_fails_is_gone_around_by_the_next_one_of_the_same_person(Mood mood, int withinMinutes)
    {
        var bench = Single(mood);

        var around = bench.Arrived.First(a => a.Lane == "zhang/mail");
        Assert.Equal("F-2026-000001.r1-1-1.zhang.mail", around.Notice.Key);
        Assert.InRange(around.At - bench.Tried[0].At, TimeSpan.Zero, TimeSpan.FromMinutes(withinMinutes) + TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void What_comes_while_a_receiver_is_down_goes_out_in_few_messages_afterwards_and_the_gravest_first()
    {
        var bench = new EscalationBench(l => l with { Rungs = [new(TimeSpan.Zero, ["contact:head"], [])], Repeats = 0 }, devices: Devices);
        bench.Is("head/mail", Mood.Down);
        for (var i = 0; i < 100; i++)
        {
            bench.Gone(Devices[i * 10]);
            bench.Pass(1);
        }

        bench.Use("room-99", Occupancy.InSession);
        bench.Gone("room-99/device-9");
        bench.Pass(2);
        Assert.InRange(bench.Board.Notices.Count(), 1, 16);
        bench.Is("head/mail", Mood.Well);
        bench.Pass(20);

        Assert.Equal(Severity.P1, bench.Arrived[0].Notice.Severity);
        Assert.Empty(bench.Board.Notices);
        Assert.All(bench.Open, f => Assert.Contains(f.TimeLine, l => l.What == FaultWords.Told));
    }

    [Fact]
    public void A_trial_goes_every_way_of_a_contact_and_to_nobody_else()
    {
        var bench = new EscalationBench();
        Assert.True(bench.Board.Try("lead", "engineer"));
        Assert.False(bench.Board.Try("stranger", "engineer"));
        bench.Pass(1);

        Assert.Equal(["lead/mail", "lead/sms"], bench.LanesOf(NoticeKind.Trial).Order(StringComparer.Ordinal));
    }

    private static EscalationBench Single(Mood mood)
    {
        var bench = new EscalationBench();
        bench.Is("zhang/sms", mood);
        bench.Gone("court-1/matrix");
        bench.Pass(60);
        return bench;
    }
}
