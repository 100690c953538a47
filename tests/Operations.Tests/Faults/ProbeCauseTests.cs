using AvGateway.Operations.Faults;
using AvGateway.Operations.Probes;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Tests.Faults;

/// <summary>What a probe's silence means for the search of a cause (R11, R15).</summary>
public sealed class ProbeCauseTests
{
    private static readonly string SilentLine = ProbeFaults.CodeOf(ProbeFaults.Silent, "far-router");
    private static readonly string SilentWeb = ProbeFaults.CodeOf(ProbeFaults.Silent, "web");

    [Fact]
    public async Task A_line_without_a_device_of_ours_is_down_when_its_probe_is_silent()
    {
        var bench = Lines();
        bench.Board.Tell(new("wan", SilentLine), true, Wording.Own("no echo reply"));
        await bench.PassAsync(TimeSpan.FromSeconds(30));

        Assert.Equal((FaultKinds.LineDown, "wan", "carrier-a"), (bench.Only.Code, bench.Only.Subject, bench.Only.Owner));

        bench.Board.Tell(new("wan", SilentLine), false);
        await bench.PassAsync(TimeSpan.FromMinutes(9));
        Assert.NotEqual(FaultStep.Restored, bench.Only.Step);
        await bench.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(FaultStep.Restored, bench.Only.Step);
    }

    [Fact]
    public async Task A_line_behind_a_dead_switch_of_the_court_is_no_matter_of_the_carrier()
    {
        var bench = Lines();
        bench.Gone("annex/matrix");
        bench.Board.Tell(new("core", ProbeFaults.CodeOf(ProbeFaults.Silent, "core-switch")), true);
        bench.Board.Tell(new("wan", SilentLine), true);
        await bench.PassAsync(TimeSpan.FromMinutes(2));

        Assert.Equal((FaultKinds.SwitchDown, "core"), (bench.Only.Code, bench.Only.Subject));
    }

    [Fact]
    public async Task One_silent_device_and_a_silent_probe_of_its_switch_are_a_dead_switch()
    {
        var bench = Lines();
        bench.Gone("annex/matrix");
        await bench.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal("annex/matrix", bench.Only.Subject);

        bench.Board.Tell(new("annex-switch", ProbeFaults.CodeOf(ProbeFaults.Silent, "annex-ping")), true);
        await bench.PassAsync(TimeSpan.FromMinutes(1));
        var cause = Assert.Single(bench.Open, f => f.Subject == "annex-switch");
        Assert.Equal(FaultKinds.SwitchDown, cause.Code);
        Assert.Equal(cause.Id, bench.Open.Single(f => f.Subject == "annex/matrix").CausedBy);
    }

    [Fact]
    public async Task A_silent_probe_of_a_branch_whose_devices_answer_is_a_fault_of_its_own()
    {
        var bench = Lines();
        bench.Board.Tell(new("annex-switch", ProbeFaults.CodeOf(ProbeFaults.Silent, "annex-ping")), true);
        await bench.PassAsync(TimeSpan.FromMinutes(1));

        Assert.Equal("probe.silent:annex-ping", bench.Only.Code);
    }

    [Fact]
    public async Task A_device_that_is_gone_has_no_silent_probes_beside()
    {
        var bench = new BoardBench();
        bench.Board.Tell(new("court-1/recorder", SilentWeb), true);
        bench.Gone("court-1/recorder");
        await bench.PassAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(FaultKinds.Unreachable, bench.Only.Code);
    }

    [Fact]
    public async Task A_device_that_is_off_on_purpose_has_none_either()
    {
        var bench = new BoardBench();
        bench.Away.Add("court-1/recorder");
        bench.Board.Tell(new("court-1/recorder", SilentWeb), true);
        await bench.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Empty(bench.Open);

        bench.Away.Clear();
        await bench.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(SilentWeb, bench.Only.Code);
    }

    [Fact]
    public async Task Two_probes_of_one_device_are_two_faults_and_one_of_the_site_belongs_to_no_room()
    {
        var bench = new BoardBench();
        bench.Board.Tell(new("court-1/recorder", SilentWeb), true);
        bench.Board.Tell(new("court-1/recorder", ProbeFaults.CodeOf(ProbeFaults.Alarm, "disk")), true);
        bench.Board.Tell(new("$probe/database", ProbeFaults.CodeOf(ProbeFaults.Wrong, "database")), true);
        await bench.PassAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(3, bench.Open.Count());
        var site = bench.Open.Single(f => f.Subject == "$probe/database");
        Assert.Null(site.Room);
        Assert.Equal("A probe gets a wrong answer", new FaultKinds([]).Of(site.Code).En);
    }

    private static BoardBench Lines()
    {
        Branch[] branches =
        [
            new("core", BranchKind.Switch, "核心", "Core", ["wan", "annex-switch"], "acme"),
            new("wan", BranchKind.Line, "专线", "Line", [], "carrier-a", "CIRCUIT-1"),
            new("annex-switch", BranchKind.Switch, "附楼", "Annex", ["annex"], "acme"),
        ];
        return new(new BoardBench().Rules() with { Graph = new(branches, ["annex/matrix"]) });
    }
}
