using AvGateway.Operations.Commands;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Faults.Clocks;

namespace AvGateway.Operations.Tests.Faults;

/// <summary>What people do that bears on the contract's clocks, and what is refused to them.</summary>
public sealed class FaultClockActsTests
{
    private BoardBench _bench = new();

    [Fact]
    public async Task Clocks_pause_for_a_hearing_that_the_gateway_sees_and_run_again_when_it_is_over()
    {
        var id = await OpenAsync();
        Assert.Equal(AnswerCodes.FaultStep, Pause(id, PauseReason.Hearing).Refusal!.Code);

        _bench.Use("court-1", Occupancy.InSession);
        Assert.Equal("hearing: seen by the gateway: in session", Pause(id, PauseReason.Hearing).Fault!.TimeLine[^1].Text);
        Assert.Equal(AnswerCodes.FaultStep, Pause(id, PauseReason.Part, "order 7").Refusal!.Code);
        await _bench.PassAsync(TimeSpan.FromMinutes(5));
        Assert.NotNull(_bench.Only.Pause);

        _bench.Use("court-1", Occupancy.Empty);
        await _bench.PassAsync(TimeSpan.FromMinutes(1));

        Assert.Null(_bench.Only.Pause);
        Assert.InRange(Assert.Single(_bench.Only.Pauses).Until!.Value - _bench.Only.Pauses[0].From, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(6));
        Assert.Equal([FaultWords.Paused, FaultWords.Continued], _bench.Told(id).Where(w => w is FaultWords.Paused or FaultWords.Continued));
    }

    [Fact]
    public async Task Other_pauses_end_when_somebody_says_so()
    {
        var id = await OpenAsync();
        Assert.Equal(AnswerCodes.FaultStep, _bench.Act(id, FaultVerb.Continue).Refusal!.Code);
        Pause(id, PauseReason.Part, "order 7");
        await _bench.PassAsync(TimeSpan.FromHours(3));

        Assert.Null(_bench.Act(id, FaultVerb.Continue).Fault!.Pause);
        Assert.Equal("part: order 7", _bench.Only.TimeLine.Single(l => l.What == FaultWords.Paused).Text);
    }

    [Fact]
    public async Task What_was_away_for_a_while_costs_no_repair_time()
    {
        var id = await OpenAsync();
        _bench.Back("court-1/matrix");
        await _bench.PassAsync(TimeSpan.FromMinutes(10));
        _bench.Gone("court-1/matrix");
        await _bench.PassAsync(TimeSpan.FromMinutes(1));

        var away = Assert.Single(_bench.Board.Find(id)!.Pauses);
        Assert.Equal((PauseReason.Recovered, TimeSpan.FromMinutes(10)), (away.Reason, away.Until - away.From));
    }

    [Fact]
    public async Task A_basic_court_waits_for_the_release_of_a_visit()
    {
        _bench = new(new BoardBench().Rules() with { NeedsDispatch = true });
        var id = await OpenAsync();
        _bench.Act(id, FaultVerb.Assign, to: "dispatch");
        Assert.Equal(AnswerCodes.FaultStep, _bench.Act(id, FaultVerb.Arrive).Refusal!.Code);
        Assert.Equal(FaultStep.AwaitingDispatch, _bench.Only.Step);

        var released = _bench.Act(id, FaultVerb.Release, "admin").Fault!;
        Assert.Equal((FaultStep.Diagnosing, true), (released.Step, released.ReleasedAt is not null));
        Assert.Equal(AnswerCodes.FaultStep, _bench.Act(id, FaultVerb.Release, "admin").Refusal!.Code);

        Assert.NotNull(_bench.Act(id, FaultVerb.Arrive).Fault!.ArrivedAt);
        Assert.Equal(AnswerCodes.FaultStep, _bench.Act(id, FaultVerb.Arrive).Refusal!.Code);
    }

    [Fact]
    public async Task Elsewhere_nothing_is_to_be_released()
    {
        var id = await OpenAsync();

        Assert.Equal(AnswerCodes.FaultStep, _bench.Act(id, FaultVerb.Release, "admin").Refusal!.Code);
        Assert.NotNull(_bench.Act(id, FaultVerb.Arrive).Fault!.ArrivedAt);
    }

    [Fact]
    public async Task The_line_remembers_its_circuit_and_until_when_everything_answered()
    {
        var firstSilent = _bench.Clock.GetUtcNow();
        _bench.Gone(BoardBench.Devices[0]);
        await _bench.PassAsync(TimeSpan.FromSeconds(5));
        _bench.Gone(BoardBench.Devices[1..]);
        await _bench.PassAsync(TimeSpan.FromMinutes(2));

        var line = _bench.Open.Single(f => f.Code == FaultKinds.LineDown);
        Assert.Equal(("CIRCUIT-1", firstSilent), (line.Circuit, line.LastGood));
    }

    private FaultAnswer Pause(string id, PauseReason reason, string? proof = null)
    {
        var answer = _bench.Board.Act(id, new(FaultVerb.Pause, "engineer") { Reason = reason, Proof = proof }, out var changes);
        _bench.Changes.AddRange(changes);
        return answer;
    }

    private async Task<string> OpenAsync()
    {
        _bench.Gone("court-1/matrix");
        await _bench.PassAsync(TimeSpan.FromMinutes(1));
        return _bench.Only.Id;
    }
}
