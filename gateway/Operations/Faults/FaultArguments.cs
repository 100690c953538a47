using System.Security.Cryptography;
using System.Text;
using AvGateway.Devices;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Faults.Clocks;

namespace AvGateway.Operations.Faults;

/// <summary>What somebody wishes to report, its form checked.</summary>
internal sealed record ReportWish(string Subject, string What, string? Reporter, string? Contact, bool IsUnusable);

/// <summary>The arguments of requests about faults.</summary>
internal static class FaultArguments
{
    private const int LongestText = 500;
    private const int LongestParty = 48;
    private const int LongestName = 80;

    private const string Well = "ok", NotWell = "not-ok";

    private static string Reasons => string.Join(", ", PauseWords.Given.Keys.Order(StringComparer.Ordinal));

    /// <summary>For the digest, which tells two wishes apart. What people said is in the fault; ledger and digest need no second copy of it.</summary>
    public static string Canonical(IReadOnlyList<RawArgument> raw) => CommandDigest.Canonical(Arguments.Of(
        [.. raw.Where(a => a.Shape is ArgumentShape.Scalar).Select(a => (a.Name, a.Name is "reporter" or "what" or "word" ? (Value)Digest(a.Value.ToString() ?? "") : a.Value))]));

    public static Refusal? Read(IReadOnlyList<RawArgument> raw, FaultVerb verb, string caller, out FaultAct act)
    {
        act = new(verb, caller);
        foreach (var argument in raw)
        {
            if (argument is not { Shape: ArgumentShape.Scalar, Value.Kind: ValueKind.Text }) return Unknown(argument.Name);
            var text = argument.Value.Text;
            switch (argument.Name)
            {
                case "text" or "proof" or "word" when Takes(verb, argument.Name) && text.Length is > 0 and <= LongestText:
                    if (SafeText.FirstForbidden(text) is { } forbidden) return new(AnswerCodes.BadText, $"\"{argument.Name}\" holds {forbidden}");
                    act = argument.Name switch
                    {
                        "text" => act with { Text = text },
                        "proof" => act with { Proof = text },
                        _ => act with { Word = text },
                    };
                    break;
                case "to" when verb is FaultVerb.Assign && IsReceiver(text): act = act with { To = text }; break;
                case "reason" when verb is FaultVerb.Pause && PauseWords.Given.TryGetValue(text, out var reason): act = act with { Reason = reason }; break;
                case "result" when verb is FaultVerb.FollowUp && text is Well or NotWell: act = act with { IsWell = text == Well }; break;
                default: return Unknown(argument.Name);
            }
        }

        return verb switch
        {
            FaultVerb.Assign when act.To is null => Missing("\"to\" is missing: a user, vendor:ID, carrier:ID, part, hearing or dispatch"),
            FaultVerb.Pause when act.Reason is null => Missing($"\"reason\" is missing: {Reasons}"),
            FaultVerb.Pause when act is { Reason: not PauseReason.Hearing, Proof: null } => Missing("\"proof\" is missing: what shows that it is so, for example an order number"),
            FaultVerb.FollowUp when act.IsWell is null => Missing($"\"result\" is missing: {Well}, or {NotWell}, which opens it again"),
            FaultVerb.Note or FaultVerb.Answer or FaultVerb.FollowUp when act.Text is null => Missing("\"text\" is missing"),
            _ => null,
        };
    }

    public static Refusal? ReadReport(IReadOnlyList<RawArgument> raw, out ReportWish wish)
    {
        wish = null!;
        string? room = null, device = null, what = null, reporter = null, contact = null;
        var isUnusable = false;
        foreach (var argument in raw)
        {
            if (argument is { Name: "unusable", Shape: ArgumentShape.Scalar, Value.Kind: ValueKind.Flag })
            {
                isUnusable = argument.Value.Flag;
                continue;
            }

            // A telephone number is read as a number by whoever makes JSON of it.
            if (argument is not { Shape: ArgumentShape.Scalar, Value.Kind: ValueKind.Text or ValueKind.Integer }) return UnknownOfReport(argument.Name);
            var text = argument.Value.Kind is ValueKind.Text ? argument.Value.Text : argument.Value.ToString() ?? "";
            if (text.Length == 0 || text.Length > (argument.Name == "what" ? LongestText : LongestName)) return UnknownOfReport(argument.Name);
            if (SafeText.FirstForbidden(text) is { } forbidden) return new(AnswerCodes.BadText, $"\"{argument.Name}\" holds {forbidden}");
            switch (argument.Name)
            {
                case "room": room = text; break;
                case "device": device = text; break;
                case "what": what = text; break;
                case "reporter": reporter = text; break;
                case "contact": contact = text; break;
                default: return UnknownOfReport(argument.Name);
            }
        }

        if ((device ?? room) is not { } subject || (device is not null && room is not null)) return Missing("name either a \"room\" or a \"device\" (ROOM/DEVICE)");
        if (what is null) return Missing("\"what\" is missing: what is wrong, in the words of whoever saw it");
        wish = new(subject, what, reporter, contact, isUnusable);
        return null;
    }

    private static bool Takes(FaultVerb verb, string argument) => argument switch
    {
        "proof" => verb is FaultVerb.Pause,
        "word" => verb is FaultVerb.Close,
        _ => true,
    };

    private static bool IsReceiver(string to) => to.Length is > 0 and <= LongestParty && to.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '-' or ':');

    private static Refusal Missing(string title) => new(AnswerCodes.BadArgument, title);

    private static Refusal Unknown(string name) => new(AnswerCodes.BadArgument,
        $"\"{SafeText.Shown(name)}\": known are text (1 to {LongestText} characters) and, for assign, to (a user, vendor:ID, carrier:ID, part, hearing or dispatch), for pause reason ({Reasons}) and proof, for close word, for follow-up result ({Well}, {NotWell})");

    private static Refusal UnknownOfReport(string name) => new(AnswerCodes.BadArgument,
        $"\"{SafeText.Shown(name)}\": known are room or device, what (1 to {LongestText} characters), reporter and contact (1 to {LongestName}), unusable (true or false)");

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
}
