using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Operations.Access;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Faults;
using AvGateway.Testing;
using AvGateway.Testing.Commands;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Operations.Tests.Faults;

/// <summary>Faults from the devices' own words to the desk: stored before they are told, who may do what, once.</summary>
public sealed class FaultDeskTests : IAsyncLifetime
{
    private static readonly CancellationToken Test = TestContext.Current.CancellationToken;

    private readonly VirtualClock _clock = new();
    private readonly FakeState _state = new();
    private readonly FakeJournal _journal = new();
    private readonly FakeLedger _ledger = new();
    private readonly FakeDevice _matrix = FakeDevice.Matrix();
    private readonly List<FaultChange> _told = [];
    private readonly FaultWatch _watch;
    private readonly FaultDesk _desk;

    public FaultDeskTests()
    {
        (_watch, _desk) = Make();
        _watch.Changed += _told.Add;
    }

    public async ValueTask InitializeAsync() => await _watch.RestoreAsync(Test);

    [Fact]
    public async Task A_device_that_falls_silent_becomes_a_stored_fault_and_is_told_once()
    {
        var id = await OpenAsync(_watch);

        Assert.Equal([FaultWords.Opened], _told.Select(c => c.Line.What));
        Assert.Equal(id, Assert.Single(_state.All, d => d.Kind == "fault").Key);
        Assert.Equal("fault.opened", Assert.Single(_state.Records, r => r.Subject == id).Kind);
    }

    [Fact]
    public async Task A_store_that_is_away_delays_no_telling_and_has_it_later()
    {
        _state.IsUnavailable = true;
        var id = await OpenAsync(_watch);
        Assert.Equal(id, Assert.Single(_told).Fault.Id);
        Assert.Contains(_journal.Rows, r => r.Subject == id);

        _state.IsUnavailable = false;
        await _clock.PassAsync(TimeSpan.FromMinutes(1), _watch.SettleAsync);

        Assert.Equal(id, Assert.Single(_state.All, d => d.Kind == "fault").Key);
    }

    [Fact]
    public async Task The_next_start_takes_it_up_and_the_device_in_step_ends_it()
    {
        var id = await OpenAsync(_watch);
        await _watch.StopAsync();
        var (next, _) = Make();
        await using (next)
        {
            await next.RestoreAsync(Test);
            next.Start();
            Assert.Equal(id, Assert.Single(next.Open).Id);

            next.StatusChanged(_matrix, Status(DeviceState.Online, StatusReasons.Synchronised));
            await _clock.PassUntilAsync(TimeSpan.FromMinutes(3), () => next.Open[0].Step is FaultStep.Restored, next.SettleAsync);

            Assert.Equal(FaultStep.Restored, next.Open[0].Step);
        }
    }

    [Fact]
    public async Task An_engineer_acknowledges_and_the_same_id_does_it_once()
    {
        var id = await OpenAsync(_watch);

        var first = await AskAsync("engineer", id, "ack").FinalAsync();
        var second = await AskAsync("engineer", id, "ack").FinalAsync();

        Assert.Equal(200, first.Stat);
        Assert.Equal(first.Json.ToArray(), second.Json.ToArray());
        Assert.Equal(FaultStep.Acknowledged, _watch.Find(id)!.Step);
        Assert.Single(_told, c => c.Line.What == FaultWords.Acknowledged);
    }

    [Theory]
    [InlineData("panel-1", "ack", 403)]
    [InlineData("auditor", "note", 403)]
    [InlineData("vendor-acme", "ack", 403)]
    [InlineData("vendor-acme", "answer", 403)]
    [InlineData("nobody", "ack", 403)]
    [InlineData("engineer", "dance", 400)]
    [InlineData("engineer", "note", 422)]
    [InlineData("engineer", "assign", 422)]
    [InlineData("engineer", "close", 409)]
    [InlineData("engineer", "follow-up", 422)]
    public async Task What_may_not_be_is_refused(string caller, string verb, int stat)
    {
        var id = await OpenAsync(_watch);

        Assert.Equal(stat, (await AskAsync(caller, id, verb).FinalAsync()).Stat);
        Assert.Equal(FaultStep.Open, _watch.Find(id)!.Step);
    }

    [Fact]
    public async Task A_vendor_answers_what_it_was_given_and_nothing_else()
    {
        var id = await OpenAsync(_watch);
        await AskAsync("engineer", id, "assign", ("to", "vendor:acme")).FinalAsync();

        Assert.Equal(200, (await AskAsync("vendor-acme", id, "answer", ("text", "on our way")).FinalAsync()).Stat);
        Assert.Equal(403, (await AskAsync("vendor-other", id, "answer", ("text", "we too")).FinalAsync()).Stat);
        Assert.Equal(403, (await AskAsync("vendor-acme", id, "close").FinalAsync()).Stat);
    }

    [Theory]
    [InlineData("text", "a\nb")]
    [InlineData("to", "Vendor:ACME")]
    [InlineData("colour", "red")]
    public async Task Arguments_that_cannot_be_are_named(string name, string value)
    {
        var id = await OpenAsync(_watch);

        var answer = await AskAsync("engineer", id, "assign", (name, value)).FinalAsync();

        Assert.Equal(422, answer.Stat);
        Assert.Contains(name, Listener.Json(answer).GetProperty("title").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_store_nothing_is_done_and_the_caller_is_told()
    {
        var id = await OpenAsync(_watch);
        _ledger.IsUnavailable = true;

        Assert.Equal(503, (await AskAsync("engineer", id, "ack").FinalAsync()).Stat);
        Assert.Equal(FaultStep.Open, _watch.Find(id)!.Step);
    }

    [Theory]
    [InlineData("engineer", "room", "court-2", 200)]
    [InlineData("engineer", "device", "court-1/matrix", 200)]
    [InlineData("panel-1", "room", "court-1", 200)]
    [InlineData("panel-1", "room", "court-2", 403)]
    [InlineData("vendor-acme", "room", "court-1", 403)]
    [InlineData("auditor", "room", "court-1", 403)]
    [InlineData("engineer", "room", "court-9", 422)]
    [InlineData("engineer", "device", "court-1/coffee", 422)]
    [InlineData("engineer", "colour", "red", 422)]
    public async Task Who_works_in_a_room_reports_what_is_wrong_with_it(string caller, string where, string what, int stat)
    {
        _watch.Start();
        var answer = await RaiseAsync(caller, (where, what), ("what", "the screen flickers"));

        Assert.Equal(stat, answer.Stat);
        Assert.Equal(stat == 200 ? 1 : 0, _watch.Open.Count);
        if (stat == 200) Assert.Equal((_watch.Open[0].Id, caller), (Listener.Json(answer).GetProperty("fault").GetString(), _watch.Open[0].Reporters[0].Name));
    }

    [Fact]
    public async Task A_reporter_who_is_to_be_told_stands_in_the_contact_book_and_his_number_in_no_ledger()
    {
        _watch.Start();

        Assert.Equal(422, (await RaiseAsync("engineer", ("room", "court-1"), ("what", "dark"), ("contact", "stranger"))).Stat);
        Assert.Equal(200, (await RaiseAsync("engineer", ("room", "court-2"), ("what", "dark"), ("contact", "zhang"), ("reporter", "Wang 13912345678"))).Stat);

        Assert.Equal("zhang", _watch.Open[0].Reporters[0].Contact);
        Assert.DoesNotContain(_ledger.Entries, e => e.Arguments.Contains("13912345678", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whoever_reported_it_says_whether_it_is_mended_and_nobody_else_at_a_panel()
    {
        _watch.Start();
        var id = Listener.Json(await RaiseAsync("panel-1", ("room", "court-1"), ("what", "dark"))).GetProperty("fault").GetString()!;
        Assert.Equal(200, (await AskAsync("engineer", id, "resolve", ("text", "lamp replaced")).FinalAsync()).Stat);

        Assert.Equal(403, (await AskAsync("panel-2", id, "close").FinalAsync()).Stat);
        Assert.Equal(409, (await AskAsync("engineer", id, "close").FinalAsync()).Stat);
        Assert.Equal(200, (await AskAsync("panel-1", id, "close").FinalAsync()).Stat);
        Assert.Equal(FaultStep.Closed, _watch.Find(id)!.Step);
    }

    [Fact]
    public async Task A_panel_does_not_report_without_end()
    {
        _watch.Start();
        var stats = new List<int>();
        for (var i = 0; i < 50; i++) stats.Add((await RaiseAsync("panel-1", ("room", "court-1"), ("what", $"noise {i}"))).Stat);

        Assert.Contains(429, stats);
        Assert.Single(_watch.Open);
    }

    public ValueTask DisposeAsync() => _watch.DisposeAsync();

    private async Task<Answer> RaiseAsync(string caller, params (string Name, string Value)[] args)
    {
        var listener = new Listener();
        _desk.Ask(new(caller, "", "raise", "$fault/do/raise", _clock.GetTimestamp()) { Args = [.. args.Select(a => new RawArgument(a.Name, a.Value))] }, listener);
        return await listener.FinalAsync();
    }

    private (FaultWatch Watch, FaultDesk Desk) Make()
    {
        var users = new FakeUsers(
            new("engineer", Role.Engineer, []), new("panel-1", Role.Panel, ["court-1"]), new("panel-2", Role.Panel, ["court-1"]), new("auditor", Role.Auditor, []),
            new("vendor-acme", Role.Vendor, [], "acme"), new("vendor-other", Role.Vendor, [], "other"));
        var rules = new FaultRules(new([RecorderWords.StorageLow]), SiteGraph.Empty, new NobodyKnows(), TimeZoneInfo.Utc);
        var watch = new FaultWatch(rules, _state, _journal, _clock, NullLogger<FaultWatch>.Instance);
        var acts = new ActDesk(new(), users, new("city"), _ledger, _journal, _clock, NullLogger<ActDesk>.Instance);
        return (watch, new(watch, new(r => r is "court-1" or "court-2", d => d == "court-1/matrix", c => c == "zhang"), acts, _clock));
    }

    private async Task<string> OpenAsync(FaultWatch watch)
    {
        watch.Start();
        watch.StatusChanged(_matrix, Status(DeviceState.Offline, StatusReasons.NoReply));
        await _clock.PassUntilAsync(TimeSpan.FromMinutes(3), () => watch.Open.Count > 0 && _told.Count > 0, watch.SettleAsync);
        return Assert.Single(watch.Open).Id;
    }

    private Listener AskAsync(string caller, string fault, string verb, params (string Name, string Value)[] args)
    {
        var listener = new Listener();
        _desk.Ask(new(caller, fault, verb, $"$fault/{fault}/do/{verb}", _clock.GetTimestamp()) { Id = $"id-{caller}-{verb}", Args = [.. args.Select(a => new RawArgument(a.Name, a.Value))] }, listener);
        return listener;
    }

    private DeviceStatus Status(DeviceState state, string reason) => new(state, reason, "Ready", _clock.GetUtcNow());

    private sealed class NobodyKnows : IRoomUse
    {
        public Occupancy Of(string? room) => Occupancy.Unknown;
    }
}
