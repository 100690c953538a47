using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Rooms;
using AvGateway.Testing.Commands;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Operations.Tests.Rooms;

/// <summary>Passing the guard: a role that may, a reason, a second person from the own session, and the record before the frame.</summary>
public sealed class OverrideDeskTests : IAsyncLifetime
{
    private readonly FakeDevice _matrix = FakeDevice.Matrix();
    private readonly RoomBench _bench;
    private readonly OverrideDesk _desk;

    public OverrideDeskTests()
    {
        _bench = new(devices: _matrix);
        var acts = new ActDesk(new(), _bench.Users, _bench.Writer, _bench.Ledger, _bench.Journal, _bench.Clock, NullLogger<ActDesk>.Instance);
        _desk = new(_bench.House.Guard, new(_bench.Devices, _bench.Users, _bench.Clock), acts, _bench.Clock);
    }

    public async ValueTask InitializeAsync()
    {
        await _bench.StartAsync();
        await _bench.Ask("open").FinalAsync();
    }

    [Theory]
    [InlineData("admin", 200, "AVG-VERIFIED")]
    [InlineData("judge-1", 200, "AVG-VERIFIED")]
    [InlineData("judge-2", 403, "AVG-AUTH-RIGHTS")]
    [InlineData("clerk-1", 403, "AVG-AUTH-OVERRIDE")]
    [InlineData("panel-1", 403, "AVG-AUTH-OVERRIDE")]
    [InlineData("engineer", 403, "AVG-AUTH-OVERRIDE")]
    [InlineData("scheduler", 403, "AVG-AUTH-RIGHTS")]
    [InlineData("nobody", 403, "AVG-AUTH-USER")]
    public async Task Only_a_role_that_may_is_granted(string caller, int stat, string code)
    {
        var final = await Ask(caller, "route").FinalAsync();

        Assert.Equal((stat, code), (final.Stat, final.Code));
    }

    [Fact]
    public async Task What_is_granted_is_in_the_record_and_lets_this_one_command_of_this_caller_pass()
    {
        Assert.Equal("AVG-GUARD-IN-SESSION", Guarded("admin", "c1", "route"));
        await Ask("admin", "route").FinalAsync();

        Assert.Contains(_bench.Journal.Rows, r => r is { Kind: "guard.override", Subject: "court-1/matrix", Actor: "admin" }
            && r.Details.Contains("\"reason\":\"smoke\"", StringComparison.Ordinal) && r.Details.Contains("AVG-GUARD-IN-SESSION", StringComparison.Ordinal));
        Assert.Null(Guarded("admin", "c1", "route"));
        Assert.Equal("AVG-GUARD-IN-SESSION", Guarded("admin", "c2", "route"));
        Assert.Equal("AVG-GUARD-IN-SESSION", Guarded("engineer", "c1", "route"));
        Assert.Equal("AVG-GUARD-IN-SESSION", Guarded("admin", "c1", PowerWords.OnVerb));
        await PassAsync(61);
        Assert.Equal("AVG-GUARD-IN-SESSION", Guarded("admin", "c1", "route"));
    }

    [Fact]
    public async Task Switching_off_waits_for_a_second_person_and_goes_when_one_agrees()
    {
        var first = Ask("admin", PowerWords.OffVerb);
        Assert.Equal(["accepted", "accepted"], [Phase(await first.NextAsync()), Phase(await first.NextAsync())]);
        Assert.NotNull(Guarded("admin", "c1", PowerWords.OffVerb));

        var second = await Agree("judge-1", PowerWords.OffVerb).FinalAsync();

        Assert.Equal((200, 200), ((await first.FinalAsync()).Stat, second.Stat));
        Assert.Null(Guarded("admin", "c1", PowerWords.OffVerb));
        Assert.Contains(_bench.Journal.Rows, r => r.Kind == "guard.override" && r.Details.Contains("\"second\":\"judge-1\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Neither_the_same_person_nor_one_who_may_not_is_a_second_and_the_wish_waits_on()
    {
        var first = Ask("admin", PowerWords.OffVerb);
        await first.NextAsync();
        await first.NextAsync();

        Assert.Equal("AVG-GUARD-SECOND-PERSON", (await Agree("admin", PowerWords.OffVerb).FinalAsync()).Code);
        Assert.Equal("AVG-GUARD-SECOND-PERSON", (await Agree("engineer", PowerWords.OffVerb, id: "g2").FinalAsync()).Code);
        Assert.Equal("AVG-GUARD-SECOND-PERSON", (await Agree("panel-1", PowerWords.OffVerb, id: "g3").FinalAsync()).Code);
        Assert.Equal("AVG-AUTH-RIGHTS", (await Agree("clerk-2", PowerWords.OffVerb, id: "g4").FinalAsync()).Code);
        Assert.NotNull(Guarded("admin", "c1", PowerWords.OffVerb));
        Assert.DoesNotContain(_bench.Journal.Rows, r => r.Kind == "guard.override");

        Assert.Equal(200, (await Agree("clerk-1", PowerWords.OffVerb).FinalAsync()).Stat);
        Assert.Equal(200, (await first.FinalAsync()).Stat);
    }

    [Fact]
    public async Task Without_a_second_person_it_ends_with_its_time_and_nothing_passes()
    {
        var first = Ask("admin", PowerWords.OffVerb);
        await first.NextAsync();
        await first.NextAsync();
        await PassAsync(61);

        Assert.Equal("AVG-GUARD-SECOND-PERSON", (await first.FinalAsync()).Code);
        Assert.Equal("AVG-REQ-UNKNOWN", (await Agree("judge-1", PowerWords.OffVerb).FinalAsync()).Code);
        Assert.NotNull(Guarded("admin", "c1", PowerWords.OffVerb));
    }

    [Fact]
    public async Task Agreement_is_to_what_was_asked_and_to_nothing_else()
    {
        var first = Ask("admin", PowerWords.OffVerb);
        await first.NextAsync();
        await first.NextAsync();

        Assert.Equal("AVG-REQ-UNKNOWN", (await Agree("judge-1", PowerWords.RestartVerb).FinalAsync()).Code);
        Assert.Equal("AVG-REQ-UNKNOWN", (await Agree("judge-1", PowerWords.OffVerb, by: "judge-1", id: "g2").FinalAsync()).Code);
    }

    [Fact]
    public async Task What_cannot_be_recorded_does_not_pass()
    {
        _bench.Ledger.IsUnavailable = true;

        Assert.Equal("AVG-STORE", (await Ask("admin", "route").FinalAsync()).Code);
        Assert.NotNull(Guarded("admin", "c1", "route"));
    }

    [Fact]
    public async Task One_id_grants_once()
    {
        await Ask("admin", "route").FinalAsync();

        Assert.Equal("AVG-REQ-ID-REUSED", (await Ask("admin", "route", reason: "another").FinalAsync()).Code);
        Assert.Equal(200, (await Ask("admin", "route").FinalAsync()).Stat);
        Assert.Single(_bench.Journal.Rows, r => r.Kind == "guard.override");
    }

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private Listener Ask(string caller, string verb, string id = "o1", string reason = "smoke")
    {
        var heard = new Listener();
        _desk.Ask(Wish(caller, "do", verb, id, reason), "c1", reason, heard);
        return heard;
    }

    private Listener Agree(string caller, string verb, string by = "admin", string id = "g1")
    {
        var heard = new Listener();
        _desk.Agree(Wish(caller, "agree", verb, id, by), by, heard);
        return heard;
    }

    private OverrideAsk Wish(string caller, string word, string verb, string id, string canonical) => new(
        new(caller, $"court-1/matrix/$override/{word}/{verb}", $"\"{canonical}\"", _bench.Clock.GetTimestamp()) { Id = id, Ttl = TimeSpan.FromSeconds(60) }, _matrix.Id, verb);

    private string? Guarded(string caller, string command, string verb) =>
        _bench.Gate.Refusal(_matrix, new(command, verb, Arguments.None.With("input", 1).With("output", 2), Deadline.In(TimeSpan.FromSeconds(5), _bench.Clock), caller))?.Code;

    private Task PassAsync(int seconds) => _bench.Clock.PassAsync(TimeSpan.FromSeconds(seconds), static () => Task.CompletedTask);

    private static string? Phase(Answer answer) => Listener.Json(answer).GetProperty("phase").GetString();
}
