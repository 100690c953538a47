using System.Collections.Immutable;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers;
using AvGateway.Scenes.Model;
using AvGateway.Scenes.Policy;

namespace AvGateway.Scenes.Planning;

/// <summary>The difference between what a scene wishes and what is seen, in order. Pure: it reads, and sends nothing.</summary>
public sealed class ScenePlanner(RoomRoutes routes, IDeviceDirectory devices)
{
    /// <param name="present">The rules that hold now.</param>
    /// <param name="after">The rules that must hold when the hearing has moved on.</param>
    public ScenePlan Plan(Scene scene, IRoomSight sight, Situation present, Situation after)
    {
        var (wishes, notes) = new SceneResolver(routes.Layout, ManifestOf).Resolve(scene, after.IsPublic);
        var silence = new List<SceneStep>();
        var make = new List<SceneStep>();
        var untested = new List<Finding>();
        foreach (var wish in wishes)
        {
            // A test recording is made only on a recorder that is seen idle: it must never end somebody's real one.
            if (wish.IsTest && !sight.Of(new(wish.Point.Device, RecorderWords.RecordingState)).Shows(RecordingStates.Stopped))
            {
                if (wish.Rank is StepRank.Prove) untested.Add(NotTested(wish));
                continue;
            }

            if (wish.Rank is StepRank.Prove)
            {
                make.Add(Step(wish, sight));
                continue;
            }

            if (!wish.IsTest && sight.Of(wish.Point).Shows(wish.Value)) continue;
            if (wish.Rank is StepRank.Route && NeedsBlank(wish, sight)) silence.Add(Blank(wish, sight));
            (wish.Rank.IsSilence() ? silence : make).Add(Step(wish, sight));
        }

        foreach (var missing in MissingSilence(sight, after, silence).ToList())
        {
            silence.Add(missing);

            // What was so already and has to be silent on the way (an open changed voice before its mask is seen) is brought back afterwards.
            if (make.All(s => s.Point != missing.Point) && wishes.LastOrDefault(w => w.Point == missing.Point) is { } wish) make.Add(Step(wish, sight));
        }

        return new(
            [.. silence.OrderBy(s => s.Rank)],
            [.. make.OrderBy(s => s.Rank)],
            [.. wishes.Where(w => w.Rank is not StepRank.Prove).GroupBy(w => w.Point).Select(w => new Wish(w.Key, w.Last().Value))],
            [.. notes, .. untested])
        {
            NeedsTurnFirst = make.Any(s => IsForbidden(s, present, sight) && !IsForbidden(s, after, sight)),
        };
    }

    private static Finding NotTested(RankedWish wish) =>
        new(wish.Subject, "SCENE-NOT-TESTED", new("录制设备并非确知空闲，未做测试录制", "not known to be idle, so no test recording is made"));

    private bool IsForbidden(SceneStep step, Situation situation, IRoomSight sight) =>
        routes.JudgeFrame(step.Point, step.Wished, situation, sight) is not null;

    /// <summary>The steps that still stand between what is seen and what these rules allow.</summary>
    /// <param name="seenOnly">Leaves out what is not seen: a dead device would only cost time.</param>
    public ImmutableArray<SceneStep> Silence(IRoomSight sight, Situation situation, bool seenOnly = false) =>
        [.. MissingSilence(sight, situation, [], seenOnly).OrderBy(s => s.Rank)];

    /// <summary>The way back from one step.</summary>
    public SceneStep UndoOf(SceneStep step, IRoomSight sight) =>
        new($"undo:{step.Name}", step.Rank, step.Point, step.Undo, default, VerbFor(step.Point, step.Undo, sight.Of(step.Point)));

    // The scene may have forgotten what the rules do not: whatever they forbid, or might forbid if it could be seen, is taken away first.
    private IEnumerable<SceneStep> MissingSilence(IRoomSight sight, Situation situation, List<SceneStep> planned, bool seenOnly = false)
    {
        var findings = routes.Judge(situation, sight);
        foreach (var found in seenOnly ? findings.Conflicts : findings.Conflicts.Concat(findings.Unconfirmed))
        {
            if (planned.Any(s => s.Point == found.Point)) continue;
            var value = routes.SilenceOf(found.Point)!.Value;
            var rank = routes.Layout.Sinks.Any(s => s.Point == found.Point) ? StepRank.Blank : StepRank.Mute;
            yield return Step(new(found.Point, value, rank, found.Point.ToString()), sight);
        }
    }

    // A delicate sink goes dark between two sources: a matrix may pass through a third one, and a lost reply leaves it dark instead of
    // wrong.
    private bool NeedsBlank(RankedWish wish, IRoomSight sight)
    {
        var sink = routes.Layout.Sinks.First(s => s.Point == wish.Point);
        var seen = sight.Of(wish.Point);
        if (seen.Shows(sink.Blank)) return false;
        return !seen.Known || routes.IsDelicate(sink, wish.Value) || routes.IsDelicate(sink, seen.Value);
    }

    private SceneStep Blank(RankedWish wish, IRoomSight sight) =>
        Step(new(wish.Point, routes.SilenceOf(wish.Point)!.Value, StepRank.Blank, wish.Subject), sight);

    private SceneStep Step(RankedWish wish, IRoomSight sight)
    {
        var seen = sight.Of(wish.Point);
        if (wish.Rank is StepRank.Prove) return new($"{wish.Rank.Word()}:{wish.Subject}", wish.Rank, wish.Point, wish.Value, default, "");

        var undo = MayUndo(wish.Rank) && seen.Known ? seen.Value : default;
        if (wish.Rank is StepRank.Route && NeedsBlank(wish, sight)) undo = routes.SilenceOf(wish.Point)!.Value;
        return new($"{wish.Rank.Word()}:{wish.Subject}", wish.Rank, wish.Point, wish.Value, undo, VerbFor(wish.Point, wish.Value, seen));
    }

    private string? VerbFor(Point point, Value value, Sight seen) =>
        ManifestOf(point.Device) is { } manifest ? PointVerbs.For(manifest, point.Property, value, seen.Value)?.Verb.Name : null;

    // Undoing must not stop a recording, redial a call or take a mask off.
    private static bool MayUndo(StepRank rank) =>
        rank is not (StepRank.Record or StepRank.Prove or StepRank.HangUp or StepRank.PowerOn or StepRank.Veil or StepRank.StopStream);

    private DriverManifest? ManifestOf(DeviceId device) => devices.Find(device)?.Manifest;
}
