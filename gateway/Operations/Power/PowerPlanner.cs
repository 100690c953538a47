using System.Collections.Immutable;
using AvGateway.Devices;

namespace AvGateway.Operations.Power;

/// <summary>
/// Graph and rooms to steps with their order. Pure. Off: streams end, recorders are idle, amplifiers go before what sounds through them,
/// devices before what feeds them, outlets of a feeder from the last to the first. On is the reverse.
/// </summary>
public sealed class PowerPlanner
{
    private readonly PowerGraph _graph;
    private readonly PowerAct _act;
    private readonly ImmutableHashSet<string> _rooms;
    private readonly Func<string, RoomSources> _sources;
    private readonly Dictionary<string, Draft> _drafts = new(StringComparer.Ordinal);
    private readonly List<PowerNote> _notes = [];

    private PowerPlanner(PowerGraph graph, PowerAct act, IEnumerable<string> rooms, Func<string, RoomSources> sources)
    {
        _graph = graph;
        _act = act;
        _rooms = [.. rooms];
        _sources = sources;
    }

    private sealed class Draft(PowerStep step)
    {
        public PowerStep Step { get; set; } = step;
        public HashSet<string> Needs { get; } = new(StringComparer.Ordinal);
        public HashSet<string> After { get; } = new(StringComparer.Ordinal);
    }

    public static PowerPlan Plan(PowerGraph graph, PowerAct act, IEnumerable<string> rooms, Func<string, RoomSources> sources) =>
        new PowerPlanner(graph, act, rooms, sources).Make();

    private PowerPlan Make()
    {
        var loads = _graph.Loads.Where(l => _rooms.Contains(l.Id.Room) && l.Kind is not LoadKind.Keep).ToList();
        if (_act is PowerAct.Off) MakeOff(loads);
        else MakeOn(loads);
        return Ordered();
    }

    private void MakeOff(List<PowerLoad> loads)
    {
        foreach (var room in _rooms) Prepare(room);
        foreach (var load in loads.Where(l => l.CanOff && l.Kind is not LoadKind.Feeder)) Add(DeviceStep(load, StepKind.DeviceOff));
        var outlets = _graph.Outlets.Where(MayOpen).ToList();
        foreach (var outlet in outlets) Add(OutletStep(outlet, StepKind.OutletOff));
        foreach (var outlet in outlets) OpenAfterWhatItFeeds(outlet);
        foreach (var amplifier in loads.Where(l => l.Kind is LoadKind.Amplifier))
        {
            var gone = LastOff(amplifier);
            foreach (var source in amplifier.Sources.Select(_graph.Find).OfType<PowerLoad>())
                foreach (var first in FirstOff(source)) first.Needs.UnionWith(gone);
        }

        NameWhatStays(loads);
    }

    private void MakeOn(List<PowerLoad> loads)
    {
        var all = _graph.Loads.Where(l => _rooms.Contains(l.Id.Room)).ToList();
        var outlets = Above(all);
        foreach (var outlet in outlets) Add(OutletStep(outlet, StepKind.OutletOn));
        var feeders = outlets.Select(o => o.Feeder).Select(_graph.Find).OfType<PowerLoad>();
        foreach (var load in loads.Concat(feeders).DistinctBy(l => l.Id).Where(l => l.Manifest is not null))
            Add(DeviceStep(load, load.CanOn && load.Kind is not LoadKind.Feeder ? StepKind.DeviceOn : StepKind.Appear));
        foreach (var draft in _drafts.Values.ToList())
        {
            if (draft.Step.Kind is StepKind.OutletOn) draft.Needs.UnionWith(Existing(IdOf(draft.Step.Device, StepKind.Appear)));
            else draft.Needs.UnionWith(_graph.Find(draft.Step.Device)!.Feeds.SelectMany(f => Existing(IdOf(f, StepKind.OutletOn))));
        }

        foreach (var amplifier in loads.Where(l => l.Kind is LoadKind.Amplifier))
        {
            var sounding = amplifier.Sources.SelectMany(s => LastOn(s)).ToList();
            foreach (var first in FirstOn(amplifier)) first.After.UnionWith(sounding);
        }
    }

    /// <summary>Streams end and recorders are idle before anything of the room goes: a step of this room needs all of these.</summary>
    private void Prepare(string room)
    {
        var sources = _sources(room);
        foreach (var encoder in sources.Streams.Where(e => _graph.Find(e) is { Manifest: not null }))
        {
            var id = $"{encoder}:stop";
            if (!_drafts.TryGetValue(id, out var draft)) Add(new(id, StepKind.StopStream, encoder, [room]) { Within = TimeSpan.FromSeconds(10) });
            else draft.Step = draft.Step with { Rooms = draft.Step.Rooms.Add(room) };
        }

        var own = _graph.Loads.Where(l => l.Id.Room == room && l is { Kind: LoadKind.Recorder, Manifest: not null }).Select(l => l.Id);
        foreach (var recorder in sources.Recorders.Concat(own).Distinct().Where(r => _graph.Find(r) is { Manifest: not null }))
            Add(new(IdleOf(room, recorder), StepKind.RecorderIdle, recorder, [room]));
    }

    private bool MayOpen(OutletRef outlet)
    {
        var behind = _graph.AllBehind(outlet);
        if (!behind.Any(l => _rooms.Contains(l.Id.Room))) return false;
        if (behind.FirstOrDefault(l => l.Kind is LoadKind.Keep) is { } kept)
        {
            Note(outlet.ToString(), $"保持供电：{kept.Id}", $"stays on: {kept.Id} is kept");
            return false;
        }

        if (behind.FirstOrDefault(l => !_rooms.Contains(l.Id.Room)) is { } foreign)
        {
            Note(outlet.ToString(), $"保持供电：还为 {foreign.Id} 供电", $"stays on: it also feeds {foreign.Id}");
            return false;
        }

        return true;
    }

    private void OpenAfterWhatItFeeds(OutletRef outlet)
    {
        var draft = _drafts[IdOf(outlet, StepKind.OutletOff)];
        foreach (var load in _graph.Behind(outlet))
        {
            (load.Force ? draft.After : draft.Needs).UnionWith(Existing(IdOf(load.Id, StepKind.DeviceOff)));
            foreach (var below in _graph.OutletsOf(load.Id)) draft.Needs.UnionWith(Existing(IdOf(below, StepKind.OutletOff)));
        }
    }

    /// <summary>The steps after which a load is off.</summary>
    private IEnumerable<string> LastOff(PowerLoad load) =>
        Existing(IdOf(load.Id, StepKind.DeviceOff)) is { Count: > 0 } own ? own : load.Feeds.SelectMany(f => Existing(IdOf(f, StepKind.OutletOff)));

    private IEnumerable<Draft> FirstOff(PowerLoad load) => LastOff(load).Select(id => _drafts[id]);

    private IEnumerable<string> LastOn(DeviceId load)
    {
        if (_graph.Find(load) is not { } known) return [];
        string[] own = [.. Existing(IdOf(load, StepKind.DeviceOn)), .. Existing(IdOf(load, StepKind.Appear))];
        return own.Length > 0 ? own : known.Feeds.SelectMany(f => Existing(IdOf(f, StepKind.OutletOn)));
    }

    private IEnumerable<Draft> FirstOn(PowerLoad load)
    {
        string[] feeds = [.. load.Feeds.SelectMany(f => Existing(IdOf(f, StepKind.OutletOn)))];
        return (feeds.Length > 0 ? feeds : Existing(IdOf(load.Id, StepKind.DeviceOn))).Select(id => _drafts[id]);
    }

    private List<OutletRef> Above(IEnumerable<PowerLoad> loads)
    {
        var found = new List<OutletRef>();
        var open = new Queue<PowerLoad>(loads);
        while (open.TryDequeue(out var load))
        {
            foreach (var feed in load.Feeds.Where(f => !found.Contains(f)))
            {
                found.Add(feed);
                if (_graph.Find(feed.Feeder) is { } feeder) open.Enqueue(feeder);
            }
        }

        return found;
    }

    private PowerStep DeviceStep(PowerLoad load, StepKind kind) => new(IdOf(load.Id, kind), kind, load.Id, [load.Id.Room])
    {
        Branches = kind is StepKind.DeviceOn ? _graph.BranchesOf(load.Id) : [],
        Inrush = kind is StepKind.DeviceOn ? load.Inrush : 0,
        Within = load.Within,
        Cooling = load.Cooling,
        Standby = load.Standby,
        Load = load.Kind,
        Above = _graph.Above(load),
        Meter = load.Feeds is [var only] && _graph.Behind(only).Count == 1 ? only : null,
        Recorders = kind is StepKind.DeviceOff && load.Kind is LoadKind.Recorder ? [load.Id] : [],
    };

    private PowerStep OutletStep(OutletRef outlet, StepKind kind)
    {
        var direct = _graph.Behind(outlet);
        var all = _graph.AllBehind(outlet);
        return new(IdOf(outlet, kind), kind, outlet.Feeder, [.. all.Select(l => l.Id.Room).Where(_rooms.Contains).Distinct().Order(StringComparer.Ordinal)])
        {
            Outlet = outlet.Number,
            Branches = kind is StepKind.OutletOn ? _graph.BranchesOf(outlet.Feeder, outlet) : [],
            Inrush = kind is StepKind.OutletOn ? direct.Sum(l => l.Inrush) : 0,
            Gap = _graph.GapOf(outlet.Feeder.Room),
            Rest = direct.Where(l => l is { CanOff: true, ShowsPower: false }).Select(l => l.Cooling).DefaultIfEmpty().Max(),
            Within = TimeSpan.FromSeconds(15),
            Standby = direct.Select(l => l.Standby).DefaultIfEmpty().Max(),
            Load = direct.Select(l => l.Kind).FirstOrDefault(),
            Above = _graph.Find(outlet.Feeder) is { } feeder ? _graph.Above(feeder) : [],
            Meter = outlet,
            Fed = [.. direct.Where(l => l.Manifest is not null && l.Feeds.Length == 1).Select(l => l.Id)],
            Recorders = kind is StepKind.OutletOff ? [.. all.Where(l => l.Kind is LoadKind.Recorder).Select(l => l.Id)] : [],
        };
    }

    private void NameWhatStays(List<PowerLoad> loads)
    {
        foreach (var load in loads.Where(l => l.Kind is not LoadKind.Feeder && !LastOff(l).Any()))
            Note(load.Id.ToString(), "无法关闭：设备没有关机指令，也没有可断开的供电回路", "stays on: it has no word for off and no outlet that may be opened");
    }

    /// <summary>Adds the order of a feeder's outlets to one order of all that keeps every other rule, so that the whole stays free of circles.</summary>
    private PowerPlan Ordered()
    {
        var idle = _drafts.Values.Where(d => d.Step.Kind is StepKind.RecorderIdle).SelectMany(d => d.Step.Rooms.Select(r => (Room: r, d.Step.Id))).ToLookup(p => p.Room, p => p.Id, StringComparer.Ordinal);
        foreach (var draft in _drafts.Values.Where(d => d.Step.Kind is StepKind.DeviceOff or StepKind.OutletOff))
        {
            draft.Needs.UnionWith(draft.Step.Rooms.SelectMany(r => idle[r]));
            draft.After.UnionWith(draft.Step.Rooms.SelectMany(r => _sources(r).Streams).SelectMany(s => Existing($"{s}:stop")));
        }

        if (InOrder(out var circle) is not { } order) return new(_act, [.. _rooms.Order(StringComparer.Ordinal)], [], [], circle);
        foreach (var feeder in order.Where(d => d.Step.Outlet is not null).GroupBy(d => (d.Step.Device, d.Step.Rooms.FirstOrDefault())))
            foreach (var (before, after) in feeder.Zip(feeder.Skip(1))) after.Step = after.Step with { Follows = [before.Step.Id] };
        return new(
            _act,
            [.. _rooms.Order(StringComparer.Ordinal)],
            [.. order.Select(d => d.Step with { Needs = [.. d.Needs.Order(StringComparer.Ordinal)], After = [.. d.After.Except(d.Needs).Order(StringComparer.Ordinal)] })],
            [.. _notes]);
    }

    /// <summary>Every step after what it waits for, and among those that could come next the first by turn; null when some wait for each other.</summary>
    private List<Draft>? InOrder(out string? circle)
    {
        var turns = _drafts.Values.OrderBy(d => d, Comparer<Draft>.Create(ByTurn)).ToList();
        var turnOf = turns.Select((d, i) => (d.Step.Id, i)).ToDictionary(p => p.Id, p => p.i, StringComparer.Ordinal);
        var waitsFor = turns.Select(d => d.Needs.Union(d.After).ToList()).ToList();
        var left = waitsFor.Select(w => w.Count).ToArray();
        var letsGo = waitsFor.SelectMany((w, i) => w.Select(id => (Before: turnOf[id], i))).ToLookup(p => p.Before, p => p.i);
        var ready = new PriorityQueue<int, int>(Enumerable.Range(0, turns.Count).Where(i => left[i] == 0).Select(i => (i, i)));
        var order = new List<Draft>(turns.Count);
        while (ready.TryDequeue(out var next, out _))
        {
            order.Add(turns[next]);
            foreach (var then in letsGo[next])
                if (--left[then] == 0) ready.Enqueue(then, then);
        }

        circle = order.Count == turns.Count ? null : turns[Array.FindIndex(left, l => l > 0)].Step.Id;
        return circle is null ? order : null;
    }

    // Rooms in their order, then kinds in theirs, then outlets: from the last to the first when they open, from the first to the last when they close.
    private int ByTurn(Draft left, Draft right)
    {
        var rooms = string.CompareOrdinal(left.Step.Rooms.FirstOrDefault(), right.Step.Rooms.FirstOrDefault());
        if (rooms != 0) return rooms;
        var feeders = string.CompareOrdinal(left.Step.Device.ToString(), right.Step.Device.ToString());
        if (left.Step.Outlet is { } l && right.Step.Outlet is { } r && feeders == 0) return _act is PowerAct.Off ? r.CompareTo(l) : l.CompareTo(r);
        var kinds = left.Step.Kind.CompareTo(right.Step.Kind);
        return kinds != 0 ? kinds : feeders != 0 ? feeders : string.CompareOrdinal(left.Step.Id, right.Step.Id);
    }

    private void Add(PowerStep step) => _drafts[step.Id] = new(step);

    private void Note(string place, string zh, string en) => _notes.Add(new(place, new(zh, en)));

    private IReadOnlyList<string> Existing(string id) => _drafts.ContainsKey(id) ? [id] : [];

    private static string IdleOf(string room, DeviceId recorder) => recorder.Room == room ? $"{recorder}:idle" : $"{recorder}:idle-for-{room}";

    private static string IdOf(DeviceId device, StepKind kind) => kind switch
    {
        StepKind.DeviceOff => $"{device}:off",
        StepKind.DeviceOn => $"{device}:on",
        _ => $"{device}:answers",
    };

    private static string IdOf(OutletRef outlet, StepKind kind) => kind is StepKind.OutletOff ? $"{outlet}:open" : $"{outlet}:close";
}
