using System.Collections.Immutable;
using System.Text.Json;
using AvGateway.Devices;
using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Access;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Inspections;
using AvGateway.Operations.Rooms;

namespace AvGateway.Mqtt.Session;

/// <summary>Requests about inspections: <c>$inspection/do/{run,sign,cancel}</c>.</summary>
public sealed class InspectionRequests(Inspector inspector, ActDesk acts, AnswerWriter writer, TimeProvider time) : IRequestFamily
{
    public const string Run = "run";
    public const string Sign = "sign";
    public const string Cancel = "cancel";

    private const int LongestText = 200;

    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Verbs { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        [Run] = ["profile", "room"],
        [Sign] = ["inspection", "row", "result", "text"],
        [Cancel] = ["inspection"],
    };

    public string Name => TopicTable.InspectionFamily;

    public void Ask(MqttRequest request, IAnswers answers)
    {
        var target = request.Target;
        if (!Verbs.TryGetValue(target.Name, out var known))
        {
            RoomWish.RefuseVerb(request, Verbs.Keys, writer, time, answers);
            return;
        }

        if (Read(request.Body.Args, known, out var args) is { } refusal)
        {
            answers.Give(writer.Refused(request.Id ?? RequestId.Make(time), null, refusal, time.GetElapsedTime(request.Arrived)));
            return;
        }

        var canonical = CommandDigest.Canonical(args.Aggregate(Arguments.None, (all, a) => all.With(a.Key, a.Value)));
        var ask = new ActAsk(target.Caller, string.Join('/', target.Levels), canonical, request.Arrived) { Id = request.Id, Ttl = request.Ttl };
        acts.Ask(ask, user => Judge(user, target.Name), turn => CarryOutAsync(target.Name, args, turn), answers);
    }

    private static Refusal? Judge(User user, string verb) =>
        (verb == Sign ? Rights.MaySignInspection(user) : Rights.MayInspect(user)) ? null
            : new(AnswerCodes.NoRight, verb == Sign ? $"{user.Name} may not sign: an engineer or an admin does" : $"{user.Name} may not inspect: an engineer, a scheduler or an admin does");

    private async Task<ActEnd> CarryOutAsync(string verb, Dictionary<string, string> args, ActTurn turn)
    {
        switch (verb)
        {
            case Run:
                ImmutableArray<string> rooms = args.TryGetValue("room", out var named) ? [.. named.Split(',', StringSplitOptions.RemoveEmptyEntries).Distinct()] : [];
                var begun = await inspector.StartAsync(new(args.GetValueOrDefault("profile", InspectionSettings.DailyProfile), rooms, turn.By.Name), CancellationToken.None);
                if (begun.Inspection is not { } inspection) return new(begun.Refusal!);
                turn.Tell(inspection.Id);
                return EndOf(await inspector.EndOf(inspection.Id)!);
            case Sign:
                var result = args.GetValueOrDefault("result", "ok") == "ok" ? ManualResult.Ok : ManualResult.NotOk;
                var signed = await inspector.SignAsync(new(args["inspection"], args.GetValueOrDefault("row"), result, args.GetValueOrDefault("text"), turn.By.Name), CancellationToken.None);
                return signed.Inspection is { } form ? ActEnd.Done($"signed by {turn.By.Name}", json => Write(json, form)) : new(signed.Refusal!);
            default:
                var cancelled = inspector.Cancel(args["inspection"], turn.By.Name);
                return cancelled.Inspection is { } known ? ActEnd.Done("it ends now", json => Write(json, known)) : new(cancelled.Refusal!);
        }
    }

    private static ActEnd EndOf(Inspection ended) => ended.State is InspectionState.Done
        ? ActEnd.Done(ended.FindingCount == 0 ? "nothing was found" : $"{ended.FindingCount} findings", json => Write(json, ended))
        : new(new(AnswerCodes.Partial, $"{RunJson.Word(ended.State)}: the rows tell what was found until then"), json => Write(json, ended));

    private static void Write(Utf8JsonWriter json, Inspection inspection)
    {
        json.WriteStartObject("inspection"u8);
        json.WriteString("id"u8, inspection.Id);
        json.WriteString("state"u8, RunJson.Word(inspection.State));
        json.WriteNumber("findings"u8, inspection.FindingCount);
        json.WriteBoolean("complete"u8, InspectionJson.IsComplete(inspection));
        json.WriteStartObject("counts"u8);
        foreach (var state in Enum.GetValues<RowState>()) json.WriteNumber(RunJson.Word(state), inspection.Count(state));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static Refusal? Read(IReadOnlyList<RawArgument> given, IReadOnlyList<string> known, out Dictionary<string, string> args)
    {
        args = new(StringComparer.Ordinal);
        foreach (var argument in given)
        {
            if (!known.Contains(argument.Name) || argument is not { Shape: ArgumentShape.Scalar, Value.Kind: ValueKind.Text } || argument.Value.Text.Length is 0 or > LongestText)
                return new(AnswerCodes.BadArgument, $"\"{SafeText.Shown(argument.Name)}\": known are {string.Join(", ", known)}, each a text of 1 to {LongestText} characters");
            if (SafeText.FirstForbidden(argument.Value.Text) is { } forbidden) return new(AnswerCodes.BadText, $"\"{argument.Name}\" holds {forbidden}");
            args[argument.Name] = argument.Value.Text;
        }

        if (known.Contains("inspection") && !args.ContainsKey("inspection")) return new(AnswerCodes.BadArgument, "\"inspection\" is missing: the id, for example I-2026-000001");
        return args.TryGetValue("result", out var result) && result is not ("ok" or "not-ok") ? new(AnswerCodes.BadArgument, "\"result\" is ok or not-ok") : null;
    }
}
