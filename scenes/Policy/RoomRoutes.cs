using System.Collections.Immutable;
using AvGateway.Devices;
using AvGateway.Scenes.Model;

namespace AvGateway.Scenes.Policy;

/// <summary>What was seen of a point. Not known: never seen, seen before the link went, assumed, or in doubt because a frame may still take
/// effect.</summary>
public readonly record struct Sight(bool Known, Value Value)
{
    public bool Shows(Value value) => Known && Value == value;
}

/// <summary>The room as it was seen.</summary>
public interface IRoomSight
{
    Sight Of(Point point);
}

/// <summary>A connection that a rule forbids.</summary>
/// <param name="Point">Where it is made, and where it can be broken.</param>
public sealed record RouteConflict(Point Point, string From, string To, RouteRule Rule);

/// <summary>What a look at the whole room found.</summary>
/// <param name="Conflicts">Forbidden and seen.</param>
/// <param name="Unconfirmed">Not seen, and forbidden if it is what it may be.</param>
public sealed record RouteFindings(ImmutableArray<RouteConflict> Conflicts, ImmutableArray<RouteConflict> Unconfirmed)
{
    public bool AreClear => Conflicts.IsEmpty && Unconfirmed.IsEmpty;
}

/// <summary>The policy applied to one room. Pure: the same room seen, the same answer.</summary>
public sealed class RoomRoutes
{
    private readonly TagBook _tags;
    private readonly CompiledRule[] _rules;
    private readonly Dictionary<Point, Sink> _sinks;
    private readonly Dictionary<Point, Gate> _gates;
    private readonly Dictionary<Point, Veil> _veils;
    private readonly Dictionary<(DeviceId, Value), Source> _sources;

    public RoomRoutes(RoomLayout layout, RoutePolicy policy)
    {
        Layout = layout;
        _tags = new(layout);
        _rules = [.. policy.Rules.Select(r => new CompiledRule(r, _tags.Bits(r.From), _tags.Bits(r.To)))];
        _sinks = layout.Sinks.ToDictionary(s => s.Point);
        _gates = layout.Gates.ToDictionary(g => g.Point);
        _veils = layout.Veils.ToDictionary(v => v.Point);
        _sources = layout.Sources.ToDictionary(s => (s.Device, s.Input));
    }

    public RoomLayout Layout { get; }

    /// <summary>The value that connects nothing at this point; null when it is no point of a route.</summary>
    public Value? SilenceOf(Point point) =>
        _sinks.TryGetValue(point, out var sink) ? sink.Blank : _gates.TryGetValue(point, out var gate) ? gate.Closed : (Value?)null;

    public bool Owns(Point point) => _sinks.ContainsKey(point) || _gates.ContainsKey(point) || _veils.ContainsKey(point);

    /// <summary>Whether this device carries any point that a rule speaks of, so that a frame without a known effect cannot be
    /// judged.</summary>
    public bool Touches(DeviceId device) =>
        _sinks.Keys.Any(p => p.Device == device) || _gates.Keys.Any(p => p.Device == device) || _veils.Keys.Any(p => p.Device == device);

    /// <summary>Judges one frame before it goes: may this point show this value now?</summary>
    public RouteConflict? JudgeFrame(Point point, Value value, Situation situation, IRoomSight sight)
    {
        if (_sinks.TryGetValue(point, out var sink)) return value == sink.Blank ? null : OnSink(sink, value, situation, sight);
        if (_gates.TryGetValue(point, out var gate)) return value == gate.Closed ? null : OnGate(gate, situation, sight);
        return _veils.TryGetValue(point, out var veil) && value != veil.On ? OnUnveiling(veil, situation, sight) : null;
    }

    /// <summary>Looks at every connection that is seen or may be.</summary>
    public RouteFindings Judge(Situation situation, IRoomSight sight)
    {
        ImmutableArray<RouteConflict>.Builder? conflicts = null, unconfirmed = null;
        foreach (var sink in Layout.Sinks)
        {
            var seen = sight.Of(sink.Point);
            if (seen.Shows(sink.Blank)) continue;
            if (seen.Known) Keep(ref conflicts, OnSink(sink, seen.Value, situation, sight));
            else Keep(ref unconfirmed, OnAnything(sink, situation, sight));
        }

        foreach (var gate in Layout.Gates)
        {
            var seen = sight.Of(gate.Point);
            if (seen.Shows(gate.Closed)) continue;
            if (seen.Known) Keep(ref conflicts, OnGate(gate, situation, sight));
            else Keep(ref unconfirmed, OnGate(gate, situation, sight));
        }

        return new(conflicts?.ToImmutable() ?? [], unconfirmed?.ToImmutable() ?? []);
    }

    /// <summary>
    /// What stands between the room and the next stage: findings under rules that hold then and do not hold now. What is forbidden where
    /// the hearing stands already is an alarm of its own and keeps nothing from going on: a matrix that is dead at the opening must not
    /// keep the recorders from being started.
    /// </summary>
    public RouteFindings JudgeStep(Situation present, Situation next, IRoomSight sight) => Judge(next.After(present), sight);

    /// <summary>Whether a rule in any stage speaks of this source at this sink, so that a change there goes over a blank.</summary>
    public bool IsDelicate(Sink sink, Value value)
    {
        var to = _tags.Of(sink.Tags);
        var from = _sources.TryGetValue((sink.Point.Device, value), out var source) ? _tags.Worst(source.Tags, source.Veil)
            : _tags.Unlisted;
        foreach (var rule in _rules)
            if (rule.Speaks(from, to)) return true;
        return false;
    }

    private RouteConflict? OnSink(Sink sink, Value value, Situation situation, IRoomSight sight)
    {
        if (!_sources.TryGetValue((sink.Point.Device, value), out var source))
            return Find(_tags.Unlisted, _tags.Of(sink.Tags), situation) is { } unlisted
                ? new(sink.Point, value.ToString(), sink.Name, unlisted) : null;

        var from = _tags.Now(source.Tags, source.Veil, sight);
        return Find(from, _tags.Of(sink.Tags), situation) is { } rule ? new(sink.Point, source.Name, sink.Name, rule) : null;
    }

    private RouteConflict? OnGate(Gate gate, Situation situation, IRoomSight sight)
    {
        var from = _tags.Now(gate.From, gate.Veil, sight);
        return Find(from, _tags.Of(gate.To), situation) is { } rule ? new(gate.Point, gate.Name, string.Join('+', gate.To), rule) : null;
    }

    private RouteConflict? OnAnything(Sink sink, Situation situation, IRoomSight sight)
    {
        foreach (var source in Layout.Sources)
        {
            if (source.Device != sink.Point.Device) continue;
            if (OnSink(sink, source.Input, situation, sight) is { } conflict) return conflict;
        }

        return Find(_tags.Unlisted, _tags.Of(sink.Tags), situation) is { } rule ? new(sink.Point, "?", sink.Name, rule) : null;
    }

    private RouteConflict? OnUnveiling(Veil veil, Situation situation, IRoomSight sight)
    {
        foreach (var source in Layout.Sources)
        {
            if (source.Veil != veil) continue;
            foreach (var sink in Layout.Sinks)
            {
                if (sink.Point.Device != source.Device) continue;
                var seen = sight.Of(sink.Point);
                if (seen.Known && seen.Value != source.Input) continue;
                if (Find(_tags.Worst(source.Tags, veil), _tags.Of(sink.Tags), situation) is { } rule) return new(veil.Point, source.Name,
                    sink.Name, rule);
            }
        }

        foreach (var gate in Layout.Gates)
        {
            if (gate.Veil != veil || sight.Of(gate.Point).Shows(gate.Closed)) continue;
            if (Find(_tags.Worst(gate.From, veil), _tags.Of(gate.To), situation) is { } rule) return new(veil.Point, gate.Name,
                string.Join('+', gate.To), rule);
        }

        return null;
    }

    private RouteRule? Find(ulong from, ulong to, Situation situation)
    {
        foreach (var rule in _rules)
            if (rule.Speaks(from, to) && situation.Holds(rule.Rule) && !HeldBefore(rule, situation)) return rule.Rule;
        return null;
    }

    // The same prohibition may stand in two rules with different stages, as those of a stream do.
    private bool HeldBefore(CompiledRule rule, Situation situation)
    {
        if (situation.BeforeStages == StageSet.None) return false;
        foreach (var other in _rules)
            if (other.From == rule.From && other.To == rule.To && situation.HeldBefore(other.Rule)) return true;
        return false;
    }

    private static void Keep(ref ImmutableArray<RouteConflict>.Builder? list, RouteConflict? found)
    {
        if (found is not null) (list ??= ImmutableArray.CreateBuilder<RouteConflict>()).Add(found);
    }

    private readonly record struct CompiledRule(RouteRule Rule, ulong From, ulong To)
    {
        public bool Speaks(ulong from, ulong to) => (From & from) != 0 && (To & to) != 0;
    }
}
