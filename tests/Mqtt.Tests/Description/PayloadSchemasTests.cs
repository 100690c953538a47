using System.Collections.Immutable;
using System.Text.Json;
using AvGateway.Devices;
using AvGateway.Links;
using AvGateway.Mqtt.Description;
using AvGateway.Mqtt.Publishing;
using AvGateway.Mqtt.Tests.Session;
using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Escalation;
using AvGateway.Operations.Escalation.Outbox;
using AvGateway.Operations.Escalation.Silences;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Lines;
using AvGateway.Operations.Power;
using AvGateway.Operations.Probes;
using AvGateway.Operations.Release;
using AvGateway.Operations.Schedule.Calendars;
using AvGateway.Operations.Schedule.Rules;
using AvGateway.Operations.Schedule.Running;
using AvGateway.Scenes.Hearings.Docket;
using AvGateway.Scenes.Model;
using AvGateway.Testing.Commands;
using AvGateway.Testing.Power;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Mqtt.Tests.Description;

/// <summary>What the gateway really publishes has the members that its documents tell, and no others.</summary>
public sealed class PayloadSchemasTests
{
    // What the capture process sees is published by the host, and held against its description there.
    private static readonly string[] OfTheHost = ["watch", "watchedCall"];

    [Fact]
    public void Every_payload_that_a_topic_names_is_described() =>
        Assert.All(TopicTable.Published.Concat(TopicTable.Requests), row => Assert.Single(PayloadSchemas.All, s => s.Name == row.Payload));

    [Fact]
    public async Task Published_payloads_are_as_described()
    {
        using var bench = new GatewayBench();
        bench.Device.Readings["output-3"] = new(7, DateTimeOffset.UnixEpoch, Quality.Good, ReadingSource.Poll, 12);
        bench.Device.Targets["output-3"] = new(8, "a0", "engineer", DateTimeOffset.UnixEpoch);
        bench.Device.EndsWith = new(CommandOutcome.NoReply, "late", 3, true, bench.Device.Readings["output-3"], "F-2026-000001");
        await bench.Gateway.StartAsync(GatewayBench.Test);
        bench.Publisher.FaultChanged(bench.Device, "recorder.no-medium", true, null);
        await bench.AskAsync(bench.Message("court-1/matrix/do/power-on", """{"id":"a1"}"""), bench.Topics.Answer("engineer", "a1"));

        await using var rooms = new RoomBench();
        var publisher = new RoomPublisher(bench.Topics, bench.Retained, rooms.House, new FakeNames());
        await rooms.StartAsync();
        await rooms.Ask("broken").FinalAsync();
        publisher.ShowAll();
        await using var schedules = Schedules(rooms);
        new SchedulePublisher(bench.Topics, bench.Retained, schedules).ShowAll();

        await using var power = new PowerHouse(hasDocket: true);
        using var powerTopics = new PowerPublisher(bench.Topics, bench.Retained, power.Runs, power.Clock);
        await power.StartAsync();
        await power.Ask(PowerWish.Off, args: ("room", "court-1")).FinalAsync();
        await using var watch = new ReadinessWatch(new(power.Runs, power.House, power.Docket, power.World, power.Journal, power.Clock, NullLogger<ReadinessWatch>.Instance));
        _ = new ReadinessPublisher(bench.Topics, bench.Retained, watch);
        power.Docket.Accept(DocketSource.File, new([new("court-1", "h1", power.Clock.GetUtcNow().AddMinutes(20), power.Clock.GetUtcNow().AddMinutes(80), false)], []));
        watch.Look();

        await PublishFaultAsync(bench);
        await PublishProbesAsync(bench);
        PublishLines(bench);
        PublishEscalation(bench);
        PublishReport(bench);
        await PublishInspectionAsync(bench, rooms);

        var seen = new HashSet<string>();
        foreach (var publication in bench.Fake.All)
        {
            Assert.True(bench.Topics.TryReadPublished(publication.Topic, out var row, out _), publication.Topic);
            var schema = PayloadSchemas.All.Single(s => s.Name == row.Payload);
            if (publication.Payload.IsEmpty)
            {
                // What is over is taken away from its topic.
                Assert.True(publication.Retain, publication.Topic);
                continue;
            }

            var payload = FakeBus.Json(publication);
            Assert.Equal(JsonValueKind.Object, payload.ValueKind);
            foreach (var member in payload.EnumerateObject()) Assert.True(schema.IsOpen || schema.Members.Any(m => m.Name == member.Name), $"{row.Name}.{member.Name}");
            Assert.All(schema.Members.Where(m => !m.Optional), m => Assert.True(payload.TryGetProperty(m.Name, out _), $"{row.Name}.{m.Name}"));
            foreach (var member in schema.Members.Where(m => m.Words is not null)) Assert.Contains(payload.GetProperty(member.Name).GetString(), member.Words!);
            Assert.Equal(row.Retained, publication.Retain);
            seen.Add(row.Name);
        }

        Assert.Equal(TopicTable.Published.Where(r => r.Served).Select(r => r.Name).Except(OfTheHost).Order(), seen.Order());
    }

    private static ScheduleLoop Schedules(RoomBench rooms)
    {
        JobPlan job = new("holiday-off", new("关", "off"), Acts.PowerOff, new ScheduleRule.EveningBefore(3, new(18, 0)), ["court-1"]);
        var calendar = new CalendarBook(BuiltInCalendar.Lists, OwnDays.None, null, rooms.State, rooms.Journal, rooms.Clock, NullLogger<CalendarBook>.Instance);
        return new(new(
            [job], new(TimeZoneInfo.Utc), calendar, _ => DocketView.NotUsed, rooms.House.Guard.WhyGuarded, new(), rooms.State, rooms.Journal, rooms.Clock, NullLogger<ScheduleLoop>.Instance));
    }

    private static async Task PublishFaultAsync(GatewayBench bench)
    {
        await using var faults = new FaultWatch(
            new(new([]), SiteGraph.Empty, new NobodyKnows(), TimeZoneInfo.Utc), new FakeState(), bench.Around.Journal, bench.Around.Clock, NullLogger<FaultWatch>.Instance);
        _ = new FaultPublisher(bench.Topics, bench.Fake, bench.Retained, faults);
        var opened = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        faults.Changed += change => opened.TrySetResult(change.Fault.Id);
        faults.Tell(new("court-1/recorder", "recording.no-growth"), true, Wording.Own("12 s"));
        faults.Start();
        var id = await opened.Task.WaitAsync(TimeSpan.FromSeconds(20), GatewayBench.Test);
        await faults.ActAsync(id, new(FaultVerb.Assign, "engineer", "see output 3", "vendor:acme"), GatewayBench.Test);

        // Closed, and somebody has still to ask how it went.
        var reported = await faults.RaiseAsync(new("court-1", "dark", new("Wang", "engineer", null, bench.Around.Clock.GetUtcNow())), GatewayBench.Test);
        await faults.ActAsync(reported.Fault!.Id, new(FaultVerb.Resolve, "engineer", "lamp"), GatewayBench.Test);
        await faults.ActAsync(reported.Fault.Id, new(FaultVerb.Close, "engineer") { Word = "well" }, GatewayBench.Test);
    }

    // In trouble, and with everything measured: it has every member.
    private static void PublishLines(GatewayBench bench)
    {
        var lines = new OneLine(new LineView(
            new("line-1", "jia", new(System.Net.IPAddress.Loopback, 1), new("secret")) { Carrier = "carrier-a", Circuit = "CIRCUIT-1" }, LineState.Degraded, DateTimeOffset.UnixEpoch,
            new(LineSide.Carrier, [LineReasons.CarrierPoor]), new(100, 95, 5, 0, 3, 4, 12, 6, 6), new(LineEnd.Unseen, LegState.Good, LegState.Poor), DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddSeconds(30))
        { LossIn = 1 });
        new LinePublisher(bench.Topics, bench.Retained, lines).ShowAll();
    }

    private sealed class OneLine(LineView view) : ILineWatch
    {
        public IReadOnlyList<LineView> Views => [view];
        public event Action<string>? Changed { add { } remove { } }
        public LineView? Find(string line) => line == view.Plan.Line ? view : null;
    }

    // Each place that a probe can speak of, and a run that could not be carried out: it has every member.
    private static async Task PublishProbesAsync(GatewayBench bench)
    {
        var kind = new ProbeKind("bench", "Bench", "试验", "tcp://HOST:PORT", static (_, _) => Task.FromResult(ProbeSight.Blind(new("无权限", "no right"), new("请授权", "give it one")))) { Schemes = ["tcp"] };
        Assert.True(LinkAddress.TryParse("tcp://127.0.0.1:1", out var target, out _));
        ProbePlan[] plans = [.. new ProbeSubject[] { new(new DeviceId("court-1", "matrix")), new(OfRoom: "court-1"), new(Branch: "line-1") }.Select((s, i) => new ProbePlan($"p{i}", kind, s, target, ImmutableDictionary<string, MeasureLimits>.Empty))];
        await using var probes = new ProbeWatch(plans, new(static (_, _, _) => { }, static _ => false, new FakeState()), TimeProvider.System, NullLogger<ProbeWatch>.Instance);
        _ = new ProbePublisher(bench.Topics, bench.Retained, probes);
        probes.Start([]);
        foreach (var plan in plans) await probes.RunNow(plan.Id)!.WaitAsync(TimeSpan.FromSeconds(30), GatewayBench.Test);
    }

    // With everything that a report can have, so that no member is left untold.
    private static void PublishReport(GatewayBench bench)
    {
        var now = bench.Around.Clock.GetUtcNow();
        var fault = new Fault("F-2026-000001", "device.unreachable", "court-1/matrix", now, now) { Severity = Severity.P3, Party = "acme" };
        var known = new ReportCase(fault.Id, ReportKind.Repair)
        {
            Submitted = new("engineer", now, "d", "r", "acme"),
            Released = new(1, "acme", "engineer", "admin", now, "d", "r", "b", "{}"),
            Refused = new("admin", now, "no"),
        };
        var facts = new ReportFacts(fault, new FaultKinds([]).Of(fault.Code), new("city", new("院", "Court"), TimeZoneInfo.Utc, "hash", "1"), now) { Party = "acme" };
        bench.Retained.Show(bench.Topics.Report(fault.Id), ReportPayload.Of(new(facts, known)));
        bench.Retained.Show(bench.Topics.Escalation("acme", fault.Id), FaultPayload.Report(fault, facts.What, [], known.Released));
    }

    private static void PublishEscalation(GatewayBench bench)
    {
        var now = bench.Around.Clock.GetUtcNow();
        var dead = new OutboxNotice("F-2026-000001.r1-1-1.zhang.mail", 1, "zhang", "mail", NoticeKind.Fault, Severity.P1, now, new("故障", "fault"), new("故障", "fault")) { Tries = 20, Said = "refused", IsDead = true };
        bench.Retained.Show(bench.Topics.Silence("s-1"), EscalationPayload.Of(new Silence("s-1", "engineer", "cabling", now, now.AddHours(2)) { Subject = "court-1", Code = "device.unreachable", Fault = "F-2026-000001" }));
        bench.Retained.Show(bench.Topics.Notice("zhang"), EscalationPayload.Of([dead, dead with { Key = "other", IsDead = false }]));
        bench.Retained.Show(bench.Topics.Roster("duty"), EscalationPayload.OnDuty("zhang"));
    }

    private static async Task PublishInspectionAsync(GatewayBench bench, RoomBench rooms)
    {
        await using var faults = new FaultWatch(
            new(new([]), SiteGraph.Empty, new NobodyKnows(), TimeZoneInfo.Utc), new FakeState(), bench.Around.Journal, bench.Around.Clock, NullLogger<FaultWatch>.Instance);
        await using var inspector = InspectionRequestsTests.Of(rooms, faults, bench.Around.Router);
        _ = new InspectionPublisher(bench.Topics, bench.Retained, inspector);
        var begun = await inspector.StartAsync(new("monthly", [], "engineer"), GatewayBench.Test);
        await inspector.EndOf(begun.Inspection!.Id)!.WaitAsync(TimeSpan.FromSeconds(20), GatewayBench.Test);
    }

    private sealed class NobodyKnows : IRoomUse
    {
        public Occupancy Of(string? room) => Occupancy.Unknown;
    }
}
