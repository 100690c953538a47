using AvGateway.Operations.Faults;
using AvGateway.Operations.Probes;

namespace AvGateway.Operations.Tests.Probes;

/// <summary>When probes run, and what becomes of a run.</summary>
public sealed class ProbeWatchTests
{
    private const string Matrix = "court-1/matrix";

    [Fact]
    public async Task A_probe_comes_once_a_period()
    {
        await using var bench = new ProbeBench();
        bench.Add("a");
        bench.Start();

        await bench.PassAsync(TimeSpan.FromHours(1));

        Assert.InRange(bench.Began.Count, 59, 62);
        Assert.Equal(ProbeQuality.Ok, bench.Watch.Find("a")!.Quality);
        Assert.Equal(bench.Began.Count, bench.Shown.Count);
    }

    [Fact]
    public async Task Two_thousand_probes_share_one_timer_and_are_spread()
    {
        await using var bench = new ProbeBench();
        for (var i = 0; i < 2000; i++) bench.Add($"probe-{i}", host: $"10.1.{i / 250}.{i % 250}");
        bench.Start();

        await bench.PassAsync(TimeSpan.FromMinutes(5));

        Assert.InRange(bench.Began.Count, 9_600, 12_400);
        var last = bench.Began.Where(b => bench.Clock.GetUtcNow() - b.At < TimeSpan.FromMinutes(1)).ToList();
        Assert.All(last.GroupBy(b => b.At.Second), second => Assert.InRange(second.Count(), 1, 160));
        Assert.All(bench.Watch.Views, v => Assert.Equal(ProbeQuality.Ok, v.Quality));
    }

    [Fact]
    public async Task At_one_host_few_run_at_once_and_not_in_one_moment()
    {
        await using var bench = new ProbeBench();
        for (var i = 0; i < 20; i++) bench.Add($"p{i}");
        bench.Hangs.UnionWith(Enumerable.Range(0, 20).Select(i => $"p{i}"));
        bench.Start();

        await bench.PassAsync(TimeSpan.FromMinutes(3));

        Assert.Equal(ProbeWatch.MostAtOneHost, bench.MostAtOnce);
        Assert.Equal(20, bench.Began.Select(b => b.Probe).Distinct().Count());
        Assert.All(bench.Began.Zip(bench.Began.Skip(1)), pair => Assert.True(pair.Second.At - pair.First.At >= ProbeWatch.HostGap));
    }

    [Fact]
    public async Task In_all_no_more_run_than_the_gateway_can_bear()
    {
        await using var bench = new ProbeBench();
        for (var i = 0; i < 300; i++) bench.Hangs.Add(bench.Add($"p{i}", host: $"10.1.1.{i}", every: TimeSpan.FromSeconds(10)).Id);
        bench.Start();
        var most = 0;

        for (var i = 0; i < 120; i++)
        {
            await bench.PassAsync(0.5);
            most = Math.Max(most, bench.Watch.Running);
        }

        Assert.Equal(ProbeWatch.MostRunning, most);
        Assert.Equal(300, bench.Began.Select(b => b.Probe).Distinct().Count());
    }

    [Fact]
    public async Task A_run_ends_at_its_deadline_and_is_silence()
    {
        await using var bench = new ProbeBench();
        bench.Hangs.Add(bench.Add("a").Id);
        bench.Start();

        await bench.PassAsync(20);

        var view = bench.Watch.Find("a")!;
        Assert.Equal(ProbeOutcome.Silent, view.Last!.Sight.Outcome);
        Assert.InRange(view.Last.Took, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(11));
        Assert.NotEmpty(view.Last.Log);
    }

    [Fact]
    public async Task A_run_that_does_not_let_go_is_not_joined_by_another()
    {
        await using var bench = new ProbeBench();
        bench.Deaf.Add(bench.Add("a").Id);
        bench.Start();

        await bench.PassAsync(TimeSpan.FromMinutes(5));

        Assert.Single(bench.Began);
        Assert.Equal(ProbeQuality.Unknown, bench.Watch.Find("a")!.Quality);
        Assert.Contains("has not ended", bench.Watch.Find("a")!.Last!.Sight.Says.En, StringComparison.Ordinal);

        bench.Deaf.Clear();
        bench.Released.SetResult();

        // The run ends on a thread of its own, in real time.
        var patience = TimeProvider.System.GetTimestamp();
        while (bench.Began.Count < 2 && TimeProvider.System.GetElapsedTime(patience) < TimeSpan.FromSeconds(30)) await bench.PassAsync(60);
        Assert.True(bench.Began.Count >= 2);
        Assert.Equal(ProbeQuality.Ok, bench.Watch.Find("a")!.Quality);
    }

    [Fact]
    public async Task Silence_is_a_symptom_after_three_runs_and_gone_with_the_first_answer()
    {
        await using var bench = new ProbeBench { Answer = static _ => ProbeSight.Silent(new("实测", "refused")) };
        bench.Add("a");
        bench.Start();
        Assert.True(await bench.PassUntilAsync(TimeSpan.FromMinutes(2), () => bench.Began.Count == 2));
        Assert.Empty(bench.Symptoms);

        // What is not certain yet is looked at every ten seconds: three misses are told within half a minute.
        await bench.PassAsync(11);
        Assert.Contains("refused", bench.Symptoms[(Matrix, "probe.silent:a")], StringComparison.Ordinal);
        Assert.Equal(["probe.silent"], bench.Watch.Find("a")!.Raised);

        bench.Answer = static _ => ProbeSight.Seen(new("实测", "fine"));
        await bench.PassAsync(61);
        Assert.Empty(bench.Symptoms);
    }

    [Fact]
    public async Task What_cannot_be_carried_out_is_unknown_with_its_remedy_and_never_well()
    {
        await using var bench = new ProbeBench { Answer = static _ => ProbeSight.Blind(new("无权限", "no privilege"), new("请授权", "give it one")) };
        bench.Add("a");
        bench.Start();

        await bench.PassAsync(TimeSpan.FromMinutes(5));

        Assert.Equal(ProbeQuality.Unknown, bench.Watch.Find("a")!.Quality);
        Assert.Contains("give it one", bench.Symptoms[(Matrix, "probe.blind:a")], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_of_a_kind_is_unknown_and_the_next_run_comes()
    {
        await using var bench = new ProbeBench { Answer = static _ => throw new InvalidOperationException("bug") };
        bench.Add("a");
        bench.Start();

        await bench.PassAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(ProbeOutcome.Blind, bench.Watch.Find("a")!.Last!.Sight.Outcome);
        Assert.True(bench.Began.Count > 1);
        Assert.DoesNotContain("bug", bench.Watch.Find("a")!.Last!.Sight.Says.En, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_probe_that_waits_too_long_for_its_host_is_shown_as_stale()
    {
        await using var bench = new ProbeBench();
        bench.Add("starved", every: TimeSpan.FromSeconds(10));
        for (var i = 0; i < 40; i++) bench.Hangs.Add(bench.Add($"h{i}").Id);
        bench.Start();

        Assert.True(await bench.PassUntilAsync(TimeSpan.FromMinutes(10), () => bench.Watch.Find("starved")!.IsStale));

        var view = bench.Watch.Find("starved")!;
        Assert.Equal(ProbeQuality.Unknown, view.Quality);
        Assert.True(bench.Clock.GetUtcNow() > view.Until);
        Assert.Equal("starved", bench.Shown[^1]);
    }

    [Fact]
    public async Task A_recorder_in_session_is_looked_at_every_ten_seconds_as_soon_as_the_session_begins()
    {
        await using var bench = new ProbeBench();
        bench.Add("a");
        bench.Start();
        await bench.PassAsync(TimeSpan.FromMinutes(3));
        bench.Began.Clear();

        bench.Pressing.Add("a");
        await bench.PassAsync(20);
        Assert.NotEmpty(bench.Began);
        bench.Began.Clear();
        await bench.PassAsync(60);
        Assert.InRange(bench.Began.Count, 5, 7);

        bench.Pressing.Clear();
        await bench.PassAsync(60);
        bench.Began.Clear();
        await bench.PassAsync(120);
        Assert.InRange(bench.Began.Count, 1, 3);
    }

    [Fact]
    public async Task It_runs_when_asked_and_tells_what_that_run_saw()
    {
        await using var bench = new ProbeBench();
        bench.Add("a", every: TimeSpan.FromHours(1));
        bench.Start();
        await bench.PassAsync(15);
        bench.Answer = static turn =>
        {
            turn.Note("looked");
            return ProbeSight.Wrong(new("实测", "odd"));
        };

        var running = bench.Watch.RunNow("a")!;
        await bench.PassAsync(1);

        var result = await running;
        Assert.Equal("odd", result.Sight.Says.En);
        Assert.Contains(result.Log, l => l.Contains("looked", StringComparison.Ordinal));
        Assert.Null(bench.Watch.RunNow("nobody"));
    }

    [Fact]
    public async Task Bad_runs_are_kept_when_they_have_rolled_out_of_the_chart()
    {
        await using var bench = new ProbeBench();
        bench.Add("a", every: TimeSpan.FromSeconds(10));
        var bad = false;
        bench.Answer = _ => bad ? ProbeSight.Wrong(new("实测", "odd")) : ProbeSight.Seen(new("实测", "fine"), new Measured("temperature", 20));
        bench.Start();
        await bench.PassAsync(60);
        bad = true;
        await bench.PassAsync(20);
        bad = false;
        await bench.PassAsync(TimeSpan.FromHours(2));

        var (points, failures) = bench.Watch.HistoryOf("a");
        Assert.Equal(ProbeHistory.MostPoints, points.Length);
        Assert.All(points, p => Assert.Equal(ProbeQuality.Ok, p.Quality));
        Assert.NotEmpty(failures);
        Assert.All(failures, f => Assert.NotEmpty(f.Log));
    }

    [Fact]
    public async Task After_a_restart_the_fault_of_a_probe_that_is_gone_is_taken_back_and_that_of_another_stands()
    {
        await using var bench = new ProbeBench { Answer = static _ => ProbeSight.Seen(new("实测", "hot"), new Measured("temperature", 40)) };
        bench.Add("a", limits: new() { AlarmAbove = 30 });
        bench.Symptoms[(Matrix, "probe.alarm:a")] = "old";
        bench.Symptoms[(Matrix, "probe.silent:gone")] = "old";
        var at = bench.Clock.GetUtcNow();

        bench.Start(new Fault("F-1", "probe.alarm:a", Matrix, at, at), new Fault("F-2", "probe.silent:gone", Matrix, at, at), new Fault("F-3", FaultKinds.Unreachable, Matrix, at, at));
        Assert.Equal([(Matrix, "probe.alarm:a")], bench.Symptoms.Keys);

        // The first run confirms it; nothing is told to have come and gone.
        await bench.PassAsync(12);
        Assert.Contains("temperature 40", bench.Symptoms[(Matrix, "probe.alarm:a")], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Days_until_full_follow_from_a_week_of_growth_and_survive_a_restart()
    {
        await using var bench = new ProbeBench();
        var began = bench.Clock.GetUtcNow();
        bench.Answer = _ => ProbeSight.Seen(new("实测", "disk"), new Measured("used", 84 + 2 * (bench.Clock.GetUtcNow() - began).TotalDays));
        bench.Add("disk", every: TimeSpan.FromMinutes(10));
        bench.Start();

        await bench.PassAsync(TimeSpan.FromHours(2));
        Assert.DoesNotContain(bench.Watch.Find("disk")!.Last!.Sight.Measures, m => m.Name == "days");
        await bench.PassAsync(TimeSpan.FromDays(3));

        Assert.InRange(Days(bench), 4.8, 5.2);
        await bench.Watch.StopAsync();
        await using var next = new ProbeBench();
        foreach (var row in bench.State.Rows) next.State.Rows.Add(row.Key, row.Value);
        next.Add("disk");
        await next.Clock.PassAsync(bench.Clock.GetUtcNow() - next.Clock.GetUtcNow(), () => Task.CompletedTask);
        next.Answer = static _ => ProbeSight.Seen(new("实测", "disk"), new Measured("used", 90.1));
        next.Start();
        await next.Watch.RestoreAsync(TestContext.Current.CancellationToken);
        await next.PassAsync(12);
        Assert.InRange(Days(next), 4.5, 5.5);

        static double Days(ProbeBench bench) => bench.Watch.Find("disk")!.Last!.Sight.Measures.Single(m => m.Name == "days").Value;
    }
}
