using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers;
using AvGateway.Links;
using AvGateway.Operations.Access;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Inspections;
using AvGateway.Operations.Journal;
using AvGateway.Operations.Parties;
using AvGateway.Operations.Probes;
using AvGateway.Operations.Release;
using AvGateway.Scenes.Model;
using AvGateway.Testing;
using AvGateway.Testing.Commands;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Operations.Tests.Release;

/// <summary>A courtroom with a silent matrix and, in every place from which a report is made, things that may never leave.</summary>
internal sealed class ReleaseBench : IAsyncDisposable
{
    public const string Subject = "court-1/matrix";

    /// <summary>Names, a case number, a password, addresses: as they might be written anywhere.</summary>
    public static readonly string[] Canaries = ["张三", "Zhang San", "浙01刑初", "(2026)浙01刑初123号", "s3cr3t-pw", "10.9.8.7", "zhang@court.example", "judge-line", "sip:", "rtsp:", "330106199001011234"];

    private const string Everything = "张三 Zhang San (2026)浙01刑初123号 s3cr3t-pw 10.9.8.7 zhang@court.example sip:judge-line@10.9.8.7 rtsp://10.9.8.7/a 330106199001011234";

    private static readonly CancellationToken Test = TestContext.Current.CancellationToken;

    private readonly Directory _devices;

    public ReleaseBench(FakeState? state = null, params string[] approvers)
    {
        State = state ?? new();
        var manifest = Manifests.Matrix with { Frames = FrameRelease.Of("video output routing status ok"), Modes = ["Ready"], Properties = [CommonWords.Model, CommonWords.Serial, CommonWords.Firmware] };
        Matrix = new(new("court-1", "matrix"), manifest);
        Matrix.Readings[CommonWords.ModelName] = Shown("MX-40");
        Matrix.Readings[CommonWords.SerialNumber] = Shown("A1B2C3");
        Matrix.Readings[CommonWords.FirmwareVersion] = Shown("9.15.0.19");
        var codec = new FakeDevice(new("court-1", "codec"), manifest);
        codec.Readings[CommonWords.ModelName] = Shown("张三的终端");
        _devices = new([Matrix, codec]);
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
        var graph = new SiteGraph([new("line-1", BranchKind.Line, "专线", "Leased line", [Subject, "court-1/codec"], "carrier-a", "CIRCUIT-1")], [Subject, "court-1/codec"]);
        Faults = new(new(new([]), graph, new NobodyKnows(), zone) { PartyOf = static code => code == FaultKinds.LineDown ? "carrier-a" : null }, State, Journal, Clock, NullLogger<FaultWatch>.Instance);
        Parties = new(
            [new("zhang", new("张三", "Zhang San"), null, [new("mail", "zhang@court.example", null, null)])],
            [],
            [new("acme", new("艾克美", "Acme"), "zhang", "K-1", null, [new(Subject, new(2027, 3, 31), null)]), new("carrier-a", new("运营商", "Carrier"), "zhang", "K-7", null, [])]);
        var site = new ReleaseSite("city", new("示例市中级人民法院", "Example City Intermediate Court"), zone, new string('a', 64), "1.0.0")
        {
            Rooms = new Dictionary<string, Wording> { ["court-1"] = new("第一审判庭", "Courtroom 1") }.ToFrozenDictionary(),
            Devices = _devices.All.ToFrozenDictionary(d => d.Id.ToString(), d => new SiteDevice(d.Id, d.Manifest, "tcp") { Rack = d == Matrix ? "A3-12U" : null }),
            Approvers = approvers.ToFrozenSet(),
        };
        var facts = new FactGathering(new(site, Faults, _devices, Parties, graph, new Record(this), Clock)
        {
            Probes = () => Probes,
            HistoryOf = _ => ([new(Clock.GetUtcNow(), ProbeQuality.Ok, 12, 3)], [Bad()]),
            Inspections = () => [Inspected()],
            PartyOf = fault => fault.Subject == "line-1" ? "carrier-a" : "acme",
            FramesOf = _ => Frames,
            Lines = new ProbedLines(() => Probes),
        });
        Book = new(new(facts, Faults, State, Shelf, new(["张三", "Zhang San"], ["s3cr3t-pw", "10.9.8.7", "zhang@court.example"]), Clock)
        {
            WindowsOf = fault => Windows,
            Hand = (fault, revision) =>
            {
                if (DiesWhenHanding) throw new OperationCanceledException("killed");
                Handed.Add((fault.Id, revision));
                return Task.FromResult(true);
            },
        });
        var users = new FakeUsers(
            new("engineer", Role.Engineer, []), new("admin", Role.Admin, []), new("admin-2", Role.Admin, []), new("auditor", Role.Auditor, []), new("clerk-1", Role.Clerk, ["court-1"]),
            new("scheduler", Role.Scheduler, []), new("vendor-acme", Role.Vendor, [], "acme"));
        var acts = new ActDesk(new(), users, new("city"), new FakeLedger(Journal), Journal, Clock, NullLogger<ActDesk>.Instance);
        Desk = new(Book, acts, new("city"), Clock);
    }

    public VirtualClock Clock { get; } = new();
    public FakeState State { get; }
    public FakeJournal Journal { get; } = new();
    public FakeShelf Shelf { get; } = new();
    public FakeDevice Matrix { get; }
    public FaultWatch Faults { get; }
    public PartyBook Parties { get; }
    public ReportBook Book { get; }
    public ReportDesk Desk { get; }
    public List<(string Fault, int Revision)> Handed { get; } = [];
    public bool DiesWhenHanding { get; set; }
    public List<ProbeView> Probes { get; } = [];

    /// <summary>Packets that were kept of every fault.</summary>
    public IReadOnlyList<PacketWindow> Windows { get; set; } = [];

    public IReadOnlyList<LinkFrame> Frames { get; set; } =
        [Frame(true, "VIDEO OUTPUT ROUTING:\r\n0 1\r\n"), Frame(false, $"status: ok\r\nlabel: {Everything}\r\nstatus: ok {Everything}\r\n"), Frame(true, Everything + "\r\n")];

    /// <summary>All that people must say of a device, without anything that may not leave.</summary>
    public static (string Field, string Value)[] Complete { get; } =
    [
        ("case-type", "hardware"), ("description", "输出 3 无图像 no picture on output 3"), ("frequency", "always"), ("reproduce", "切换到输出 3"), ("first-checks", "电源灯亮，网口灯灭"),
        ("tried", "断电重启两次"), ("contact", "AV desk, ext. 8012"), ("access", "工作日 12:00-13:30"), ("request", "visit"), ("loan", "none"), ("deadline", "2026-01-06 18:00"),
    ];

    public async Task<Fault> FaultAsync(string subject = Subject, string code = FaultKinds.Unreachable)
    {
        await Faults.RestoreAsync(Test);
        foreach (var stage in new[] { ("planned", "opened"), ("opened", "closed") })
            Journal.Append(new(Clock.GetUtcNow().AddMinutes(stage.Item2 == "closed" ? 10 : -30), "hearing.stage", "court-1", "张三", $$"""{"from":"{{stage.Item1}}","to":"{{stage.Item2}}","case":"{{Everything}}"}"""));
        Journal.Append(new(Clock.GetUtcNow().AddMinutes(-50), "device.online", Subject, "gateway", $$"""{"reason":"synchronised","mode":"{{Everything}}"}"""));
        Journal.Append(new(Clock.GetUtcNow().AddMinutes(-2), "device.offline", Subject, "gateway", """{"reason":"no-reply","mode":"Ready"}"""));
        Journal.Append(new(Clock.GetUtcNow().AddMinutes(-20), "command.accepted", Subject, "张三", $$"""{"args":"{{Everything}}"}"""));
        Matrix.Status = new(DeviceState.Offline, StatusReasons.NoReply, "Ready", Clock.GetUtcNow());
        foreach (var gone in code == FaultKinds.LineDown ? [Subject, "court-1/codec"] : new[] { subject }) Faults.Tell(new(gone, FaultKinds.Unreachable), true, Wording.Own(Everything));
        Faults.Start();
        await Clock.PassUntilAsync(TimeSpan.FromMinutes(3), () => Faults.Open.Any(f => f.Code == code), Faults.SettleAsync);
        var fault = Assert.Single(Faults.Open, f => f.Code == code);
        await Faults.ActAsync(fault.Id, new(FaultVerb.Note, "zhang-san", Everything), Test);
        return Faults.Find(fault.Id)!;
    }

    public async Task FillAsync(string fault, string by = "engineer", params (string Field, string Value)[] values) =>
        Assert.Null((await Book.FillAsync(fault, values.Length == 0 ? Complete : values, by, Test)).Refusal);

    public async Task<Submission> SubmittedAsync(string fault)
    {
        await FillAsync(fault);
        var (draft, refusal) = await Book.SubmitAsync(fault, "engineer", Test);
        Assert.True(refusal is null, refusal?.Title);
        return draft!.Case.Submitted!;
    }

    public async Task<ReleasedReport> ReleasedAsync(string fault)
    {
        var submission = await SubmittedAsync(fault);
        var (draft, refusal) = await Book.ApproveAsync(fault, submission.Digest, "admin", Test);
        Assert.True(refusal is null, refusal?.Title);
        return draft!.Case.Released!;
    }

    public Task<Answer> AskAsync(string caller, string fault, string verb, params (string Name, string Value)[] args)
    {
        var listener = new Listener();
        Desk.Ask(new(caller, fault, verb, $"$fault/{fault}/do/{verb}", Clock.GetTimestamp()) { Args = [.. args.Select(a => new RawArgument(a.Name, a.Value))] }, listener);
        return listener.FinalAsync();
    }

    /// <summary>A probe of the line or of the room whose target, text and log hold what may not leave.</summary>
    public void Probe(ProbeSubject subject, ProbeOutcome outcome = ProbeOutcome.Silent, params Measured[] measures)
    {
        Assert.True(LinkAddress.TryParse("icmp://10.9.8.7", out var target, out _));
        var kind = new ProbeKind("icmp", "Host", "主机", "icmp://HOST", static (_, _) => Task.FromResult(ProbeSight.Silent(new("实测", "")))) { Schemes = ["icmp"] };
        var plan = new ProbePlan($"p{Probes.Count}", kind, subject, target, ImmutableDictionary<string, MeasureLimits>.Empty) { Zh = "张三", En = "Zhang San" };
        var last = Bad() with { Sight = new(outcome, new($"无应答：{Everything}", $"no echo reply from {Everything}"), [.. measures]) };
        Probes.Add(new(plan, last, ProbeQuality.Alarm, Clock.GetUtcNow(), Clock.GetUtcNow(), 3, [], IsStale: false));
    }

    public void AssertHoldsNoCanary(string what, string text)
    {
        foreach (var canary in Canaries)
        {
            Assert.False(text.Contains(canary, StringComparison.OrdinalIgnoreCase), $"{what} holds {canary}:\n{text}");

            // As the notation of frames would write it, in the two encodings that devices speak.
            if (canary.Any(c => c > 0x7F)) Assert.False(text.Contains(string.Concat(Encoding.UTF8.GetBytes(canary).Select(b => b is > 0x20 and < 0x7F ? ((char)b).ToString() : $"\\x{b:X2}")), StringComparison.OrdinalIgnoreCase), $"{what} holds {canary} as bytes");
        }
    }

    private ProbeResult Bad() => new(Clock.GetUtcNow(), ProbeQuality.Alarm, ProbeSight.Silent(new($"无应答：{Everything}", $"no echo reply from {Everything}")), TimeSpan.FromSeconds(5), [$"     0 ms  connecting to {Everything}", "     5 ms  no answer"]);

    private Inspection Inspected() => new("I-2026-000001", "weekly", new("周巡检", "Weekly"), true, [new("court-1", new("第一审判庭", "Courtroom 1"))], "张三", Clock.GetUtcNow().AddDays(-1))
    {
        Rows = [new(Subject, "court-1", new("张三", "Zhang San"), RowState.Ok, "online", new("正常", "OK"), Clock.GetUtcNow().AddDays(-1)) { Detail = Wording.Own(Everything), Checks = [new("route", RowState.Ok, "seen", new("正常", "OK"), Wording.Own(Everything), Clock.GetUtcNow().AddDays(-1))] }],
        SignedBy = "zhang-san",
    };

    private Reading Shown(Value value) => new(value, Clock.GetUtcNow(), Quality.Good, ReadingSource.Poll, 1);

    private static LinkFrame Frame(bool isSent, string text) => new(VirtualClock.Start, isSent, Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetByteCount(text));

    public async ValueTask DisposeAsync()
    {
        Book.Dispose();
        await Faults.DisposeAsync();
    }

    public sealed class FakeShelf : IReleaseShelf
    {
        public ConcurrentDictionary<(string Fault, int Revision, string Name), byte[]> All { get; } = new();
        public bool IsFull { get; set; }

        public void Put(string fault, int revision, string name, byte[] content)
        {
            if (IsFull) throw new IOException("no space left");
            All[(fault, revision, name)] = content;
        }

        public byte[]? Find(string fault, int revision, string name) => All.GetValueOrDefault((fault, revision, name));
    }

    private sealed class NobodyKnows : IRoomUse
    {
        public Occupancy Of(string? room) => Occupancy.Unknown;
    }

    private sealed class Directory(IReadOnlyList<FakeDevice> devices) : IDeviceDirectory
    {
        public IReadOnlyList<FakeDevice> All => devices;
        public IReadOnlyCollection<IDevice> Devices => devices;
        public IDevice? Find(DeviceId id) => devices.FirstOrDefault(d => d.Id == id);
    }

    /// <summary>The service record as a reader sees it: rows that came alone, and rows that came with a commit.</summary>
    private sealed class Record(ReleaseBench bench) : IJournalReader
    {
        public async IAsyncEnumerable<JournalRecord> ReadAsync(JournalQuery query, [EnumeratorCancellation] CancellationToken cancellation)
        {
            await Task.CompletedTask;
            var rows = bench.Journal.Rows.Concat(bench.State.Records).OrderBy(r => r.At).Select((r, i) => new JournalRecord(i + 1, r));
            foreach (var row in rows.Where(r => Fits(query, r.Entry)).Take(query.Limit)) yield return row;
        }

        private static bool Fits(JournalQuery query, JournalEntry row) =>
            (query.Kind is null || (query.Kind.EndsWith('.') ? row.Kind.StartsWith(query.Kind, StringComparison.Ordinal) : row.Kind == query.Kind))
            && (query.Subject is null || row.Subject == query.Subject) && (query.From is null || row.At >= query.From) && (query.Until is null || row.At < query.Until);
    }
}
