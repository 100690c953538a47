using System.Reflection;
using AvGateway.Channels;
using AvGateway.Drivers.Runtime;
using AvGateway.Host.Site;
using AvGateway.LineWatch.TwoEnded;
using AvGateway.Mqtt.Bus;
using AvGateway.Mqtt.Publishing;
using AvGateway.Mqtt.Session;
using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Access;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Escalation;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Faults.Clocks;
using AvGateway.Operations.Inspections;
using AvGateway.Operations.Power;
using AvGateway.Operations.Probes;
using AvGateway.Operations.Records;
using AvGateway.Operations.Records.Service;
using AvGateway.Operations.Release;
using AvGateway.Operations.Rooms;
using AvGateway.Operations.Schedule.Calendars;
using AvGateway.Operations.Schedule.Running;
using AvGateway.Scenes.Hearings.Docket;
using AvGateway.Scenes.Model;
using AvGateway.Store;

namespace AvGateway.Host.Hosting;

/// <summary>All parts of a gateway that are neither web nor terminal, put together in one place.</summary>
/// <remarks>This file: what it is made of. <c>.Requests</c>: what it can be asked for. <c>.Life</c>: how it starts and ends, and what tells that it is well.</remarks>
internal sealed partial class Gateway : IAsyncDisposable
{
    public const string GatewayId = "gw-1";

    private readonly MqttGateway _mqtt;
    private readonly SnapshotPublisher _publisher;
    private readonly CommandRouter _router;
    private readonly IMqttBus _bus;
    private readonly GatewayStore _store;
    private readonly DeviceMetrics _metrics;
    private readonly DocketFile? _docketFile;
    private readonly ScheduleLoop _schedules;
    private readonly PowerRuns _power;
    private readonly PowerPublisher _powerTopics;
    private readonly ReadinessWatch _readiness;
    private readonly EscalationBoard _escalation;
    private readonly NoticeLanes _notices;
    private readonly ProbeMetrics _probeMetrics;
    private readonly SiteLines _lines;
    private readonly ChannelTable _channels;
    private readonly Inspector _inspector;
    private readonly RecordKeeper _records;
    private readonly ServiceDesk _service;
    private readonly HoursWatch _hours;
    private readonly SiteCapture _capture;
    private readonly List<ReportDraft> _drafts = [];

    public Gateway(SiteModel site, IUserDirectory users, IMqttBus bus, GatewayStore store, DataDirectory data, TimeProvider time, ILoggerFactory logs)
    {
        (_bus, _store) = (bus, store);
        var topics = new TopicMap(site.Mqtt.Root, site.Id);
        var retained = new RetainedTopics(bus, store.Retained);
        var names = new SiteNames(site);
        _publisher = new(topics, bus, retained, names, time);
        var gate = new FrameGuard();
        var observers = new Observers(_publisher, new DeviceRecord(store.Journal));
        var links = Parts.Links(time, logs);
        Fleet = new(site.Devices.Select(d => d.Plan), new(time, links, observers, new(store.Boot), new(), logs) { Guard = gate });
        _channels = new(site.Channels, new(site.Id, data.Path, links, Fleet, time, logs));
        var docket = new DocketBook(time, site.Docket?.Sources ?? []) { SilentAfter = site.Docket?.SilentAfter ?? TimeSpan.FromHours(26) };
        House = new(site.Rooms.Select(r => r.Plan), new(Fleet, users, store.State, store.Journal, docket, gate, time, logs.CreateLogger<Courthouse>()) { RoomsHit = site.Power.RoomsHit, Guarding = site.Guard });
        observers.Add(House);
        _power = new(new(site.Power, House, Fleet, store.State, store.Journal, new(), time, logs.CreateLogger<PowerRuns>()));
        _powerTopics = new(topics, retained, _power, time);
        Months = new(store.JournalReader, store.Journal, site.Catalog, data.Path, time);
        observers.Add(_power);
        _readiness = new(new(_power, House, docket, Fleet, store.Journal, time, logs.CreateLogger<ReadinessWatch>()) { Inspect = device => _inspector!.LookNow(device)?.Reason });
        _ = new ReadinessPublisher(topics, retained, _readiness);
        var kinds = new FaultKinds(site.Devices.SelectMany(d => d.Plan.Manifest.Faults).Concat(RuntimeFaults.All).Concat(PowerFaults.All));
        var graph = new SiteGraph(site.Network, [.. site.Devices.Select(d => d.Plan.Id.ToString())]);
        var calendar = new CalendarBook(site.Calendar.Given, site.Calendar.Own, new(data.Calendars), store.State, store.Journal, time, logs.CreateLogger<CalendarBook>());
        _records = new(new(SiteRegister.Of(site), () => calendar.Current, store.State, store.Journal, time, logs.CreateLogger<RecordKeeper>()));
        _service = new(SiteRegister.Of(site), store.JournalReader, store.Journal, time);
        _power.Changed += run => _records.Look(run, _power.IsOffOnPurpose);
        var hours = new ServiceHours(new(site.Zone), () => calendar.Current, site.Service.Office);
        var clocks = new ContractClocks(site.Service.Terms, hours);
        DateTimeOffset ThirdWorkday(DateTimeOffset at) => hours.EndOfWorkday(at, FaultRules.WorkdaysAfter);
        var faultRules = new FaultRules(kinds, graph, new RoomUse(House, docket, time), site.Zone) { ClosesBy = ThirdWorkday, FollowUpBy = ThirdWorkday, IsPlannedAway = IsOff, NeedsDispatch = clocks.NeedsDispatch, PartyOf = code => SiteProbes.PartyOf(site, code), VerdictOf = line => Lines!.VerdictOf(line), LastWell = line => Lines!.LastWell(line) };
        Faults = new(faultRules, store.State, store.Journal, time, logs.CreateLogger<FaultWatch>());
        var vendors = site.Devices.Where(d => d.Vendor is not null).ToDictionary(d => d.Plan.Id.ToString(), d => d.Vendor, StringComparer.Ordinal);
        _escalation = new(
            new(site.Ladders, site.Parties, clocks, kinds, site.Zone)
            {
                PartyOf = fault => fault.Party ?? SiteProbes.PartyOf(site, fault.Code) ?? graph.Find(fault.Subject)?.Party ?? vendors.GetValueOrDefault(fault.Subject),
                FarContactOf = line => site.Lines.FirstOrDefault(l => l.Line == line)?.FarContact,
                Outbox = new() { Jitter = Random.Shared.NextDouble },
                ReleasedOf = fault => Reports!.ReleasedOf(fault),
            },
            time);
        _notices = new(_escalation, _channels.All, time, logs.CreateLogger<NoticeLanes>());
        Faults.Follower = _notices;
        _notices.Ended += Faults.Nudge;
        Faults.Hear(House);
        observers.Add(Faults);
        _power.Faulted += fault => Faults.Tell(new(fault.Device.ToString(), fault.Code), true, fault.Detail);
        _power.Mended += device =>
        {
            foreach (var kind in PowerFaults.All) Faults.Tell(new(device.ToString(), kind.Code), false);
        };
        Probes = SiteProbes.Of(site, Parts.ProbeTools(links, time, logs) with { Devices = Fleet }, Faults, House, store.State, time, logs);
        observers.Add(Probes);
        _probeMetrics = new(Probes, time);
        _lines = new(site, Faults, Probes, store.Journal, data, time, logs);
        _capture = new(site, new(data.Path, Faults, topics, retained, () => OwnClock.Offset(Probes.Views)), time, logs);
        if (site.Docket is { File: { } path } file) _docketFile = new(path, file.Every, site.Zone, docket, store.Journal, time, logs.CreateLogger<DocketFile>());
        _metrics = new(Fleet);
        Docket = new(new(docket, site.Zone, store.State, store.Journal, time));
        var writer = Answers = new AnswerWriter(site.Id);
        var options = new RouterOptions { DefaultExpiry = site.Mqtt.DefaultExpiry, LongestExpiry = site.Mqtt.MaximumExpiry };
        var judge = new CommandGate(Fleet, users, time);
        _router = new(options, judge, writer, store.Ledger, store.Journal, time, logs.CreateLogger<CommandRouter>());
        _inspector = InspectorOf(site, store, data, time, logs);
        var counted = Fleet.Devices.Where(d => site.Inspection.Hours.Any(h => h.Property == HoursLimit.OnHours && h.IsFor(d))).Select(d => d.Id);
        _hours = new([.. counted], _inspector, Fleet, Faults, store.State, time, logs.CreateLogger<HoursWatch>());
        Reports = SiteReports.Of(site, Version, new(store, data, Faults, Fleet, graph, clocks, _escalation, Probes, _lines.Watch, () => _inspector.All) { WindowsOf = fault => _capture.Watcher.WindowsOf(fault.Id, fault.Since) }, time);
        var reportTopics = new ReportPublisher(topics, retained, Faults, Reports);
        _schedules = SchedulesOf(site, docket, users, calendar, store, time, logs);
        _schedules.Reminded += TellHolidays;
        Faults.Changed += Quieten;
        var families = Families(site, users, judge, options, writer, time, logs);
        var desk = new RequestDesk(topics, bus, families, store.Journal, time, logs.CreateLogger<RequestDesk>());
        _mqtt = new(
            new()
            {
                Topics = topics,
                Bus = bus,
                Retained = retained,
                Publisher = _publisher,
                Rooms = new(topics, retained, House, names),
                Schedules = new(topics, retained, _schedules),
                Power = _powerTopics,
                Escalation = new(topics, retained, _escalation, _notices, time),
                Faults = new(topics, bus, retained, Faults, fault => clocks.Of(fault, time.GetUtcNow()), Reports.ReleasedOf),
                ShowReports = () => _drafts.ForEach(reportTopics.Show),
                Probes = new(topics, retained, Probes),
                Lines = new(topics, retained, _lines.Watch),
                Inspections = new(topics, retained, _inspector),
                ShowMore = _capture.ShowAll,
                Presence = new(new(GatewayId, Version, site.Hash, ["devices", "hearings", "scenes", "faults", "schedules", "power", "probes", "lines", "capture", "inspections", "escalation"]), topics, retained, time),
                Desk = desk,
                Router = _router,
                Recovery = new(store.Ledger, writer, time),
                Health = new HealthSource(Fleet, _router, desk, _publisher, moreOf: d => Counters((RunningDevice)d)),
                Devices = Fleet,
            },
            time,
            logs.CreateLogger<MqttGateway>());
    }

    public static string Version { get; } =
        typeof(Gateway).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    public DeviceFleet Fleet { get; }
    public Courthouse House { get; }
    public DocketIntake Docket { get; }
    public AnswerWriter Answers { get; }
    public FaultWatch Faults { get; }
    public ProbeWatch Probes { get; }
    public MonthReports Months { get; }
    public TwoEndedWatch Lines => _lines.Watch;
    public ReportBook Reports { get; }
    public ScheduleLoop Schedules => _schedules;

    /// <summary>The ways out of the house, in the order of the site file.</summary>
    public IReadOnlyList<IChannel> Channels => _channels.All;

    private ScheduleLoop SchedulesOf(SiteModel site, DocketBook docket, IUserDirectory users, CalendarBook calendar, GatewayStore store, TimeProvider time, ILoggerFactory logs)
    {
        // A job whose act nobody serves is refused aloud.
        string[] rooms = [.. site.Rooms.Select(r => r.Id)];
        string ProfileOf(string job) => site.Schedules.FirstOrDefault(j => j.Id == job)?.Profile ?? InspectionSettings.DailyProfile;
        var acts = new ActTable(new ScheduledPower(PowerAct.Off, _power, users, rooms), new ScheduledPower(PowerAct.On, _power, users, rooms), new ScheduledInspection(_inspector, users, ProfileOf, rooms), new ScheduledReport(Months));
        return new(new(
            site.Schedules, new(site.Zone), calendar, docket.Of, House.Guard.WhyGuarded, acts, store.State, store.Journal, time, logs.CreateLogger<ScheduleLoop>()));
    }

    private void Quieten(FaultChange change)
    {
        if (change.Fault.IsClosed || change.Fault.Step is not FaultStep.Open) _channels.Silence(change.Fault.Id);
    }

    private Inspector InspectorOf(SiteModel site, GatewayStore store, DataDirectory data, TimeProvider time, ILoggerFactory logs)
    {
        var devices = site.Devices.Select(d => new RegisteredDevice(d.Plan.Id, new(d.Name.Zh, d.Name.En), d.IsOptional, d.Plan.Poll ?? d.Plan.Manifest.Poll));
        var inspected = new InspectionSite([.. site.Rooms.Select(r => new InspectedRoom(r.Id, new(r.Name.Zh, r.Name.En)))], [.. devices])
        {
            Name = new(site.Name.Zh, site.Name.En),
            Zone = site.Zone,
            Settings = site.Inspection,
        };
        return new(new(inspected, Fleet, House, Faults, _router, store.State, store.Journal, time, logs.CreateLogger<Inspector>())
        {
            Said = static device => (((RunningDevice)device).Counters.Polls, ((RunningDevice)device).Counters.RepliesReceived),
            LookAround = static device => ((RunningDevice)device).LookAround(),
            IsOff = _power.IsOffOnPurpose,
            OnHours = device => _hours?.Of(device),
            File = new InspectionFiles(data.Path, inspected, logs.CreateLogger<InspectionFiles>()).File,
        });
    }

    private void TellHolidays(int year, CalendarReminder? due) =>
        Faults.Tell(new($"calendar-{year}", FaultKinds.HolidaysMissing), due is not null, due is null ? null : new Wording($"自 {due.Since:yyyy-MM-dd} 起", $"since {due.Since:yyyy-MM-dd}"), due is null ? null : Enum.Parse<Operations.Faults.Severity>(due.Severity));

    // Asked at each look, not once: what does not come back after the power has is a fault although it went on purpose.
    private bool IsOff(string device) => device.Split('/', 2) is [var room, var name] && _power.IsOffOnPurpose(new(room, name));

    private static IEnumerable<KeyValuePair<string, long>> Counters(RunningDevice device) =>
    [
        new("sent", device.Counters.RequestsSent),
        new("received", device.Counters.RepliesReceived),
        new("timeouts", device.Counters.Timeouts),
        new("links", device.Counters.LinksOpened),
        new("protocolErrors", device.Counters.ProtocolErrors),
        new("crashes", device.Counters.DriverCrashes),
    ];
}
