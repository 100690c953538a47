using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Links;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Faults.Clocks;
using AvGateway.Operations.Inspections;
using AvGateway.Operations.Journal;
using AvGateway.Operations.Parties;
using AvGateway.Operations.Probes;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Release;

/// <summary>Where the facts of a report come from.</summary>
public sealed record FactSources(ReleaseSite Site, FaultWatch Faults, IDeviceDirectory Devices, PartyBook Parties, SiteGraph Graph, IJournalReader Journal, TimeProvider Time)
{
    public Func<IReadOnlyList<ProbeView>> Probes { get; init; } = static () => [];
    public Func<string, (ImmutableArray<ProbePoint> Points, ImmutableArray<ProbeResult> Failures)> HistoryOf { get; init; } = static _ => ([], []);
    public Func<IReadOnlyList<Inspection>> Inspections { get; init; } = static () => [];
    public Func<Fault, string?> PartyOf { get; init; } = static fault => fault.Party;
    public Func<Fault, ImmutableArray<ContractClock>> ClocksOf { get; init; } = static _ => [];

    /// <summary>What passed on a device's link last.</summary>
    public Func<DeviceId, IReadOnlyList<LinkFrame>> FramesOf { get; init; } = static _ => [];
    public ILineMeasurements? Lines { get; init; }
}

/// <summary>Gathers what is known of a fault, and keeps the frames of the moment at which it was opened: later ones push them out.</summary>
public sealed partial class FactGathering
{
    private const int MostKept = 500;
    private const int MostRows = 200;
    private const int MostLinked = 12;
    private const int MostMeasures = 12;

    // A change is looked for in the working day before, a hearing in the days since.
    private static readonly TimeSpan Before = TimeSpan.FromHours(24);
    private static readonly TimeSpan LongestHearing = TimeSpan.FromDays(3);

    private readonly FactSources _from;
    private readonly ConcurrentDictionary<string, IReadOnlyList<LinkFrame>> _then = new(StringComparer.Ordinal);

    public FactGathering(FactSources from)
    {
        _from = from;
        from.Faults.Changed += change =>
        {
            if (change.Fault.IsClosed) _then.TryRemove(change.Fault.Id, out _);
            else if (change.Line.What == FaultWords.Opened && _then.Count < MostKept && DeviceOf(change.Fault) is { } device) _then[change.Fault.Id] = from.FramesOf(device.Id);
        };
    }

    public ReleaseSite Site => _from.Site;

    public async Task<ReportFacts> OfAsync(Fault fault, CancellationToken cancellation)
    {
        var now = _from.Time.GetUtcNow();
        var device = DeviceOf(fault);
        var running = device is null ? null : _from.Devices.Find(device.Id);
        var snapshot = running?.Snapshot();
        var branch = _from.Graph.Find(fault.Subject);
        var party = fault.Party ?? _from.PartyOf(fault);
        var states = device is null ? [] : await StatesAsync(device, fault, now, cancellation);
        var facts = new ReportFacts(fault, _from.Faults.Kinds.Of(fault.Code), _from.Site, now)
        {
            Kind = branch?.Kind is BranchKind.Line ? ReportKind.Carrier : ReportKind.Repair,
            Party = party,
            Supplier = party is null ? null : _from.Parties.Supplier(party),
            Device = device,
            State = snapshot is null ? null : Code(snapshot.Status.State.ToString().ToLowerInvariant()),
            Reason = snapshot is null ? null : Code(snapshot.Status.Reason),
            Model = Plain(snapshot, CommonWords.ModelName) ?? device?.Model,
            Serial = Plain(snapshot, CommonWords.SerialNumber) ?? device?.Serial,
            Firmware = Plain(snapshot, CommonWords.FirmwareVersion),
            States = states,
            LastGood = fault.LastGood ?? LastGoodOf(states, fault),
            Changes = await ChangesAsync(fault, cancellation),
            Surroundings = Surroundings(fault),
            Linked = Linked(device),
            Impact = await ImpactAsync(fault, now, cancellation),
            Inspection = InspectionOf(fault.Subject),
            Clocks = _from.ClocksOf(fault),
            Line = branch is null ? null : _from.Lines?.Of(branch.Id, fault.Since),
            Alike = _from.Faults.Open.Count(f => f.Code == fault.Code && f.Id != fault.Id && f.IsPresent),
            StillThere = branch is null ? null : _from.Graph.DevicesOn(branch.Id).Count(IsThere),
            FramesNow = device is null ? [] : FrameRedactor.Lines(_from.FramesOf(device.Id), device.Manifest.Frames, _from.Site.Zone),
            FramesThen = device is null || !_then.TryGetValue(fault.Id, out var then) ? [] : FrameRedactor.Lines(then, device.Manifest.Frames, _from.Site.Zone),
            Probes = ProbesOf(fault),
        };
        return facts with { ClockOffsetMilliseconds = OwnClock.Offset(_from.Probes())?.TotalMilliseconds };
    }

    private SiteDevice? DeviceOf(Fault fault) => _from.Site.Devices.GetValueOrDefault(fault.Subject);

    private bool IsThere(string id) => _from.Site.Devices.TryGetValue(id, out var device) && _from.Devices.Find(device.Id) is { Status.IsUsable: true };

    private async Task<ImmutableArray<SeenState>> StatesAsync(SiteDevice device, Fault fault, DateTimeOffset now, CancellationToken cancellation)
    {
        var seen = new List<SeenState>();
        await foreach (var row in _from.Journal.ReadAsync(new("device.", device.Id.ToString(), fault.Since - Before, now.AddSeconds(1), Limit: MostRows * 5), cancellation))
        {
            var details = Details(row.Entry);
            var state = row.Entry.Kind["device.".Length..];
            if (state is "fault-raised" or "fault-cleared") seen.Add(new(row.Entry.At, state, Code(Text(details, "code")) ?? "", null));
            else seen.Add(new(row.Entry.At, Code(state) ?? "", Code(Text(details, "reason")) ?? "", device.Manifest.Modes.Contains(Text(details, "mode")) ? Text(details, "mode") : null));
        }

        return [.. seen.TakeLast(MostRows)];
    }

    private static DateTimeOffset? LastGoodOf(ImmutableArray<SeenState> states, Fault fault)
    {
        DateTimeOffset? good = null;
        var isGood = false;
        foreach (var state in states.Where(s => s.At <= fault.Since && s.State is not ("fault-raised" or "fault-cleared")))
        {
            // It was well until it stopped being so.
            if (isGood) good = state.At;
            isGood = state.State == "online";
        }

        return isGood ? fault.Since : good;
    }

    private async Task<ImmutableArray<SeenChange>> ChangesAsync(Fault fault, CancellationToken cancellation)
    {
        var seen = new List<SeenChange>();
        foreach (var subject in new[] { fault.Subject, fault.Room }.OfType<string>().Distinct())
        {
            await foreach (var row in _from.Journal.ReadAsync(new(null, subject, fault.Since - Before, fault.Since, Limit: MostRows * 5), cancellation))
                if (!row.Entry.Kind.StartsWith("device.", StringComparison.Ordinal) && !row.Entry.Kind.StartsWith("fault.", StringComparison.Ordinal) && Code(row.Entry.Kind) is { } kind) seen.Add(new(row.Entry.At, kind));
        }

        return [.. seen.OrderBy(c => c.At).ThenBy(c => c.Kind, StringComparer.Ordinal).TakeLast(20)];
    }

    private async Task<HearingImpact> ImpactAsync(Fault fault, DateTimeOffset now, CancellationToken cancellation)
    {
        var rooms = fault.Room is { } room ? [room] : fault.Affected.Select(d => d.Split('/')[0]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var end = fault.RecoveredAt ?? now;
        var (hearings, lasting) = (0, TimeSpan.Zero);
        foreach (var one in rooms)
        {
            DateTimeOffset? since = null;
            var isFirst = true;
            await foreach (var row in _from.Journal.ReadAsync(new("hearing.stage", one, fault.Since - LongestHearing, end, Limit: MostRows * 5), cancellation))
            {
                var details = Details(row.Entry);
                if (isFirst && IsOpen(Text(details, "from"))) since = fault.Since - LongestHearing;
                isFirst = false;
                var isOpen = IsOpen(Text(details, "to"));
                if (isOpen) since ??= row.Entry.At;
                else if (since is { } begun) Count(begun, row.Entry.At);
                if (!isOpen) since = null;
            }

            if (since is { } still) Count(still, end);
        }

        return new(hearings, lasting);

        void Count(DateTimeOffset from, DateTimeOffset until)
        {
            var (begin, over) = (from > fault.Since ? from : fault.Since, until < end ? until : end);
            if (over <= begin) return;
            hearings++;
            lasting += over - begin;
        }
    }

    private static readonly ImmutableHashSet<string> OpenStages =
        [.. Enum.GetValues<Stage>().Where(s => StageSet.InSession.Has(s) || StageSet.Suspended.Has(s)).Select(s => s.Word())];

    private static bool IsOpen(string stage) => OpenStages.Contains(stage);

    // Climate and power of the fault's room; of the whole site where that has none of its own.
    private ImmutableArray<SeenMeasure> Surroundings(Fault fault)
    {
        var all = new List<(string? Room, SeenMeasure Measure)>();
        foreach (var device in _from.Site.Devices.Values.Where(d => d.Manifest.Class is DeviceClass.Sensor or DeviceClass.Power).OrderBy(d => d.Id.ToString(), StringComparer.Ordinal))
        {
            if (_from.Devices.Find(device.Id)?.Snapshot() is not { } snapshot) continue;
            foreach (var spec in device.Manifest.Properties.Where(p => IsOfClimate(p.Name) || IsOfPower(p.Name)))
            {
                if (!snapshot.Readings.TryGetValue(spec.Name, out var reading) || reading.Quality is not Quality.Good) continue;
                var isWord = reading.Value.Kind is not ValueKind.Text || spec.OneOf?.Contains(reading.Value.Text) == true;
                if (isWord) all.Add((device.Id.Room, new(device.Id.ToString(), spec.Name, reading.Value.ToString(), spec.Unit, reading.At, IsOfPower(spec.Name))));
            }
        }

        foreach (var probe in _from.Probes().Where(p => p.Plan.Kind.Name is not "device"))
        {
            foreach (var (seen, measure, _, _) in probe.Values.IsDefault ? [] : probe.Values)
            {
                if (!IsOfClimate(measure.Name) && !IsOfPower(measure.Name)) continue;
                var (value, at) = At(probe, seen, fault.Since);
                all.Add((probe.Plan.Subject.Room, new($"$probe/{probe.Plan.Id}", measure.Name, value.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture), measure.Unit.Length > 0 ? measure.Unit : null, at, IsOfPower(measure.Name))));
            }
        }

        return
        [
            .. Nearest(all.FindAll(m => !m.Measure.IsPower), fault.Room),
            .. Nearest(all.FindAll(m => m.Measure.IsPower), fault.Room),
        ];
    }

    private static IEnumerable<SeenMeasure> Nearest(List<(string? Room, SeenMeasure Measure)> all, string? room)
    {
        var near = all.FindAll(m => m.Room == room);
        return (near.Count > 0 ? near : all).Select(m => m.Measure).Take(MostMeasures);
    }

    // The chart holds the first measure of a kind; of others only the last value is known.
    private (double Value, DateTimeOffset At) At(ProbeView probe, Measured seen, DateTimeOffset since)
    {
        if (probe.Plan.Kind.Measures is [var first, ..] && first.Name == seen.Name)
        {
            var then = _from.HistoryOf(probe.Plan.Id).Points.Where(p => p.At <= since && p.Value is not null).ToList();
            if (then.Count > 0) return (then[^1].Value!.Value, then[^1].At);
        }

        return (seen.Value, probe.Last!.At);
    }

    private static bool IsOfClimate(string name) => name is "temperature" or "humidity" or "leak";
    private static bool IsOfPower(string name) => name is "battery" or "battery-minutes" or "battery-charge" or "on-battery" or "load" or "voltage" or "current" or "frequency";

    private ImmutableArray<LinkedProduct> Linked(SiteDevice? device) => device is null ? [] :
    [
        .. _from.Site.Devices.Values.Where(d => d.Id.Room == device.Id.Room && d.Id != device.Id).OrderBy(d => d.Id.Name, StringComparer.Ordinal).Take(MostLinked).Select(d =>
        {
            var snapshot = _from.Devices.Find(d.Id)?.Snapshot();
            return new LinkedProduct(d.Id.ToString(), d.Manifest.Class.ToString().ToLowerInvariant(), Plain(snapshot, CommonWords.ModelName) ?? d.Model, Plain(snapshot, CommonWords.FirmwareVersion));
        }),
    ];

    private InspectedState? InspectionOf(string subject)
    {
        foreach (var inspection in _from.Inspections().OrderByDescending(i => i.StartedAt))
        {
            if (inspection.Rows.FirstOrDefault(r => r.Device == subject) is not { } row) continue;
            var checks = row.Checks.IsDefault ? [] : row.Checks;
            return new(
                inspection.Id, row.At, Code(Kebab(row.State)) ?? "", Code(row.Reason) ?? "", inspection.SignedBy is not null,
                [.. checks.Select(c => (Code(c.Check) ?? "", Kebab(c.State), Code(c.Reason) ?? ""))]);
        }

        return null;
    }

    private ImmutableArray<ProbeEvidence> ProbesOf(Fault fault)
    {
        var failing = ProbeFaults.ProbeOf(fault.Code);
        var above = _from.Graph.Find(fault.Subject) is null
            ? _from.Graph.Branches.Where(b => _from.Graph.DevicesOn(b.Id).Contains(fault.Subject)).Select(b => b.Id).ToHashSet(StringComparer.Ordinal)
            : [fault.Subject, .. _from.Graph.BranchesAbove(fault.Subject)];
        return
        [
            .. _from.Probes().Where(p => p.Plan.Id == failing || p.Plan.Subject.Device?.ToString() == fault.Subject || (fault.Room is { } room && p.Plan.Subject.OfRoom == room) || (p.Plan.Subject.Branch is { } branch && above.Contains(branch)))
                .OrderBy(p => p.Plan.Id, StringComparer.Ordinal)
                .Select(p =>
                {
                    var (points, failures) = _from.HistoryOf(p.Plan.Id);
                    return new ProbeEvidence(p, points, failures);
                }),
        ];
    }

    private static string Kebab<T>(T word) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(word.ToString());

    private static JsonElement Details(JournalEntry entry)
    {
        using var document = JsonDocument.Parse(entry.Details);
        return document.RootElement.Clone();
    }

    private static string Text(JsonElement details, string name) => details.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString()! : "";

    /// <summary>A word of ours; whatever else stands there does not leave.</summary>
    private static string? Code(string text) => OurCode().IsMatch(text) ? text : null;

    // A model, a serial number, a version: no script in which people of this court are named, and no address.
    private static string? Plain(DeviceSnapshot? snapshot, string property) =>
        snapshot?[property] is { Kind: ValueKind.Text or ValueKind.Integer } value && Designation().IsMatch(value.ToString()) ? value.ToString() : null;

    [GeneratedRegex(@"^[a-z0-9][a-z0-9.:\-]{0,79}$")]
    private static partial Regex OurCode();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9 ._/+()\-]{0,63}$")]
    private static partial Regex Designation();
}
