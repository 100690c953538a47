using AvGateway.Classes;
using AvGateway.Devices;
using static AvGateway.Drivers.Conformance.Checks;

namespace AvGateway.Drivers.Conformance;

/// <summary>What can be given to the verbs of a driver, and what cannot.</summary>
internal static class ArgumentRules
{
    /// <summary>What ends a frame in one protocol or another.</summary>
    private static readonly string[] MoreThanOneLine = ["a\rb", "a\nb", "a\u001bb", "a\0b"];

    public static async Task BoundsAsync(Subject s)
    {
        var tried = 0;
        foreach (var verb in s.Manifest.Verbs.Where(v => MayBeTried(s, v)))
        {
            foreach (var argument in verb.Arguments)
            {
                if (Others(s, verb, argument) is not { } others) continue;
                foreach (var wrong in Wrong(s, verb, argument))
                {
                    tried++;
                    await RejectedAsync(s, new(verb.Name, others.With(argument.Name, wrong), verb.Name, Value.None));
                }
            }
        }

        if (tried == 0) throw new NotHereException(s.Manifest.Verbs.Any(v => v.Arguments.Count > 0) ? "no argument that may be tried has a limit; what may be touched is named with --set" : "no verb takes an argument");
    }

    public static async Task SettableAsync(Subject s)
    {
        var first = Acts.Find(s.Plan, s.Snapshot);
        var (isSet, notNamed) = (0, new List<string>());
        foreach (var property in s.Manifest.Properties.Where(p => p.Set is not null && !p.Matches(first.Property, out _)))
        {
            if (Acts.Settable(s.Plan, s.Snapshot, property) is not { } act) continue;
            if (!IsNamed(s.Plan, property.Set!))
            {
                notNamed.Add($"--set {property.Set!.IndexArgument ?? property.Set.ValueArgument}=…");
                continue;
            }

            await s.VerifyAsync(act);
            await s.VerifyBackAsync(act);
            isSet++;
        }

        if (isSet == 0) throw new NotHereException(notNamed.Count > 0 ? $"allow it with {string.Join(", ", notNamed)}" : "nothing else can be set and read back");
    }

    /// <summary>Asks for what nobody can mean; what it should have done all the same is taken back.</summary>
    internal static async Task RejectedAsync(Subject s, Act wrong)
    {
        var before = s.Snapshot;
        var result = await s.AskAsync(wrong);
        if (result.Outcome is CommandOutcome.Rejected && result.Attempts == 0) return;
        await UndoAsync(s, wrong, before);
        var given = string.Join(' ', wrong.Arguments.Select(a => $"{a.Key}={(a.Value.Kind is ValueKind.Text ? Runtime.WireText.Of(new(System.Text.Encoding.UTF8.GetBytes(a.Value.Text))) : a.Value)}"));
        Keep(false, $"{wrong.Verb} {given} ended as {result.Outcome} after {result.Attempts} frames");
    }

    private static async Task UndoAsync(Subject s, Act wrong, DeviceSnapshot before)
    {
        if (wrong.Verb == RecorderWords.RecordVerb) await s.AskAsync(new(RecorderWords.StopVerb, Arguments.None, RecorderWords.RecordingState, RecordingStates.Stopped));
        if (wrong.Verb == CodecWords.DialVerb) await s.AskAsync(new(CodecWords.HangUpVerb, Arguments.None, CodecWords.CallState, CallStates.Idle));
        foreach (var (name, reading) in before.Readings.Where(r => r.Value.Value.Kind is not ValueKind.None && r.Value.Value != s.Snapshot[r.Key]))
        {
            if (Acts.To(s.Manifest, s.Snapshot, name, reading.Value) is { } back) await s.AskAsync(back with { Back = null });
        }
    }

    // A driver that does not reject would do it: no further than what may be done at all.
    private static bool MayBeTried(Subject s, VerbSpec verb)
    {
        if (verb.Name == RecorderWords.RecordVerb && s.Manifest.Class is DeviceClass.Recorder) return s.Snapshot[RecorderWords.RecordingState].Text is RecordingStates.Stopped;
        if (verb.Name == CodecWords.DialVerb && s.Snapshot[CodecWords.CallState].Text is not CallStates.Idle) return false;
        return s.Plan.FarEnd is not null || verb.Name switch
        {
            OutletWords.OnVerb or OutletWords.OffVerb => s.Plan.Choices.TryGet(OutletWords.OutletArgument, out _),
            CodecWords.DialVerb => s.Plan.Choices.TryGet("uri", out _),
            CameraWords.RecallVerb or CameraWords.StoreVerb or CameraWords.MoveVerb => s.Plan.Choices.TryGet("preset", out _),
            _ => verb.Idempotent,
        };
    }

    private static bool IsNamed(ConformancePlan plan, SetSpec set) =>
        plan.FarEnd is not null || plan.Choices.TryGet(set.ValueArgument, out _) || (set.IndexArgument is { } index && plan.Choices.TryGet(index, out _));

    /// <summary>Good values for the other arguments; null where none are known.</summary>
    private static Arguments? Others(Subject s, VerbSpec verb, ArgumentSpec tried)
    {
        var given = Arguments.None;
        foreach (var other in verb.Arguments.Where(a => a != tried && !a.Optional))
        {
            if (s.Plan.Choices.TryGet(other.Name, out var chosen)) given = given.With(other.Name, chosen);
            else if (other.Extent is { } extent && s.Snapshot.Extents.TryGetValue(extent, out var count) && count > 0) given = given.With(other.Name, other.First + count - 1);
            else if (other.Kind is ValueKind.Flag) given = given.With(other.Name, false);
            else if (other.OneOf is [var word, ..]) given = given.With(other.Name, word);
            else if (other.Min is { } least) given = given.With(other.Name, other.Kind is ValueKind.Integer ? (long)least : least);
            else return null;
        }

        return given;
    }

    private static IEnumerable<Value> Wrong(Subject s, VerbSpec verb, ArgumentSpec argument)
    {
        switch (argument.Kind)
        {
            case ValueKind.Integer when argument.Extent is { } extent:
                yield return argument.First - (argument.AllowsNone ? 2 : 1);
                if (s.Snapshot.Extents.TryGetValue(extent, out var count)) yield return argument.First + count;
                break;
            case ValueKind.Integer or ValueKind.Number:
                if (argument.Min is { } least) yield return Of(argument, least - 1);

                // Too loud is tried where nobody listens.
                if (argument.Max is { } most && (s.Plan.FarEnd is not null || argument.Kind is ValueKind.Integer)) yield return Of(argument, most + 1);
                break;
            case ValueKind.Text when argument.OneOf is not null:
                yield return "no-such-word";
                break;
            case ValueKind.Text:
                foreach (var text in MoreThanOneLine) yield return text;
                if (verb.Name == DisplayWords.InputVerb) yield return "no such input";
                break;
        }
    }

    private static Value Of(ArgumentSpec argument, double value) => argument.Kind is ValueKind.Integer ? (Value)(long)value : value;
}
