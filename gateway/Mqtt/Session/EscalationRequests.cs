using System.Globalization;
using AvGateway.Devices;
using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Escalation;
using AvGateway.Operations.Escalation.Silences;

namespace AvGateway.Mqtt.Session;

/// <summary>Requests about silences: <c>$silence/do/{set,lift}</c>.</summary>
/// <param name="zone">In which a beginning without an offset is meant.</param>
public sealed class SilenceRequests(EscalationDesk desk, AnswerWriter writer, TimeZoneInfo zone, TimeProvider time) : IRequestFamily
{
    public static IReadOnlyList<string> Verbs { get; } = ["set", "lift"];

    private const int Longest = 200;

    public string Name => TopicTable.SilenceFamily;

    public void Ask(MqttRequest request, IAnswers answers)
    {
        var verb = request.Target.Name;
        if (EscalationArguments.Refusal(verb, Verbs) is { } unknown)
        {
            EscalationArguments.Refuse(request, unknown, writer, time, answers);
            return;
        }

        string[] known = verb == "set" ? ["subject", "code", "fault", "reason", "minutes", "from"] : ["silence"];
        if (EscalationArguments.Read(request.Body.Args, known, Longest, out var texts) is { } refusal)
        {
            EscalationArguments.Refuse(request, refusal, writer, time, answers);
            return;
        }

        var ask = EscalationArguments.AskOf(request);
        if (verb == "lift")
        {
            if (texts.TryGetValue("silence", out var silence)) desk.Lift(ask, silence, answers);
            else EscalationArguments.Refuse(request, new(AnswerCodes.BadArgument, "\"silence\" is missing: the id of one"), writer, time, answers);
            return;
        }

        if (Wish(texts, out var wish) is { } wrong) EscalationArguments.Refuse(request, wrong, writer, time, answers);
        else desk.Silence(ask, wish, answers);
    }

    private Refusal? Wish(Dictionary<string, string> texts, out SilenceWish wish)
    {
        wish = null!;
        if (!texts.TryGetValue("reason", out var reason)) return new(AnswerCodes.BadArgument, "\"reason\" is missing: why nobody needs to be called");
        if (!texts.TryGetValue("minutes", out var minutes) || !int.TryParse(minutes, out var whole) || whole < 1 || whole > Silence.Longest.TotalMinutes)
            return new(AnswerCodes.OutOfRange, $"\"minutes\" is a whole number from 1 to {Silence.Longest.TotalMinutes:0}: nothing is silent for ever");
        DateTimeOffset? from = null;
        if (texts.TryGetValue("from", out var begins))
        {
            if (LocalTime.Read(begins, zone) is not { } at) return new(AnswerCodes.BadArgument, "\"from\" is a time of the site such as 2026-12-01T20:00, or one with an offset");
            from = at;
        }

        wish = new(reason, from, TimeSpan.FromMinutes(whole)) { Fault = texts.GetValueOrDefault("fault"), Subject = texts.GetValueOrDefault("subject"), Code = texts.GetValueOrDefault("code") };
        return wish is { Fault: null, Subject: null, Code: null } ? new(AnswerCodes.BadArgument, "name what is silenced: \"subject\", \"code\" or \"fault\"") : null;
    }
}

/// <summary>A moment as a person writes it.</summary>
internal static class LocalTime
{
    private static readonly string[] Local = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm"];
    private static readonly string[] WithOffset = ["yyyy-MM-dd'T'HH:mmzzz", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.fffK"];

    /// <summary>Null when it is none, or one that the site's clock skips.</summary>
    public static DateTimeOffset? Read(string text, TimeZoneInfo zone)
    {
        if (DateTime.TryParseExact(text, Local, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            return zone.IsInvalidTime(local) ? null : new DateTimeOffset(local, zone.GetUtcOffset(local));
        return DateTimeOffset.TryParseExact(text, WithOffset, CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) ? at : null;
    }
}

/// <summary>Requests about messages to a contact: <c>$notice/CONTACT/do/{retry,discard,trial}</c>.</summary>
public sealed class NoticeRequests(EscalationDesk desk, AnswerWriter writer, TimeProvider time) : IRequestFamily
{
    public static IReadOnlyList<string> Verbs { get; } = ["retry", "discard", "trial"];

    private const int Longest = 200;

    public string Name => TopicTable.NoticeFamily;

    public void Ask(MqttRequest request, IAnswers answers)
    {
        var verb = request.Target.Name;
        var refusal = EscalationArguments.Refusal(verb, Verbs);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        refusal ??= EscalationArguments.Read(request.Body.Args, verb == "trial" ? [] : ["key"], Longest, out texts);
        if (refusal is null && verb != "trial" && !texts.ContainsKey("key")) refusal = new(AnswerCodes.BadArgument, "\"key\" is missing: that of a dead letter");
        if (refusal is not null)
        {
            EscalationArguments.Refuse(request, refusal, writer, time, answers);
            return;
        }

        var (ask, contact) = (EscalationArguments.AskOf(request), request.Target["contact"]!);
        if (verb == "trial") desk.Try(ask, contact, answers);
        else desk.Settle(ask, contact, texts["key"], verb == "retry", answers);
    }
}

internal static class EscalationArguments
{
    public static Refusal? Refusal(string verb, IReadOnlyList<string> known) =>
        known.Contains(verb) ? null : new(AnswerCodes.Unknown, $"there is no verb \"{SafeText.Shown(verb)}\" here: known are {string.Join(", ", known)}");

    public static Refusal? Read(IReadOnlyList<RawArgument> raw, string[] known, int longest, out Dictionary<string, string> texts)
    {
        texts = new(StringComparer.Ordinal);
        foreach (var argument in raw)
        {
            if (!known.Contains(argument.Name)) return new(AnswerCodes.BadArgument, $"unknown argument \"{SafeText.Shown(argument.Name)}\": known are {string.Join(", ", known)}");
            var text = argument is { Shape: ArgumentShape.Scalar, Value.Kind: ValueKind.Text or ValueKind.Integer } ? argument.Value.Kind is ValueKind.Text ? argument.Value.Text : argument.Value.ToString() : "";
            if (text.Length == 0 || text.Length > longest) return new(AnswerCodes.BadArgument, $"\"{argument.Name}\" is a text of 1 to {longest} characters");
            if (SafeText.FirstForbidden(text) is { } forbidden) return new(AnswerCodes.BadText, $"\"{argument.Name}\" holds {forbidden}");
            texts[argument.Name] = text;
        }

        return null;
    }

    public static ActAsk AskOf(MqttRequest request) => new(
        request.Target.Caller,
        string.Join('/', request.Target.Levels),
        CommandDigest.Canonical(Arguments.Of([.. request.Body.Args.Where(a => a.Shape is ArgumentShape.Scalar).Select(a => (a.Name, a.Value))])),
        request.Arrived)
    {
        Id = request.Id,
        Ttl = request.Ttl,
    };

    public static void Refuse(MqttRequest request, Refusal refusal, AnswerWriter writer, TimeProvider time, IAnswers answers) =>
        answers.Give(writer.Refused(request.Id ?? RequestId.Make(time), null, refusal, time.GetElapsedTime(request.Arrived)));
}
