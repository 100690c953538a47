using System.Security.Cryptography;
using System.Text;
using AvGateway.Devices;
using AvGateway.Operations.Access;
using AvGateway.Operations.Commands;

namespace AvGateway.Operations.Release;

/// <summary>A wish about the report of a fault, as somebody uttered it.</summary>
/// <param name="Target">The topic levels after the caller, for ledger and digest.</param>
public sealed record ReportAsk(string Caller, string Fault, string Verb, string Target, long Arrived)
{
    public string? Id { get; init; }
    public TimeSpan? Ttl { get; init; }
    public IReadOnlyList<RawArgument> Args { get; init; } = [];
}

/// <summary>Takes wishes about reports: to write one, to submit it, and the court's word on it.</summary>
public sealed class ReportDesk(ReportBook book, ActDesk acts, AnswerWriter writer, TimeProvider time)
{
    public const string Write = "report";
    public const string Submit = "submit";
    public const string Approve = "approve";
    public const string Refuse = "refuse";

    private const string Digest = "digest";
    private const string Text = "text";

    public static IReadOnlyList<string> Verbs { get; } = [Write, Submit, Approve, Refuse];

    public void Ask(ReportAsk ask, IAnswers answers)
    {
        if (Read(ask, out var values) is { } wrong)
        {
            answers.Give(writer.Refused(ask.Id ?? RequestId.Make(time), null, wrong, time.GetElapsedTime(ask.Arrived)));
            return;
        }

        // Ledger and journal get a digest: what people write may hold what must not be kept before it was looked at.
        var canonical = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', values.Select(v => $"{v.Field}={v.Value}")))).AsSpan(0, 8));
        acts.Ask(new(ask.Caller, ask.Target, $"\"{canonical}\"", ask.Arrived) { Id = ask.Id, Ttl = ask.Ttl }, user => Judge(user, ask.Verb), turn => ActAsync(ask, values, turn), answers);
    }

    private Refusal? Judge(User user, string verb)
    {
        if (verb is Write or Submit) return Rights.MayWriteReport(user) ? null : new(AnswerCodes.NoRight, $"{user.Name} may not write reports");
        return Rights.MayApproveReport(user, book.Approvers) ? null
            : new(AnswerCodes.NoRight, $"{user.Name} may not decide what leaves: {(book.Approvers.Count == 0 ? "an admin does" : string.Join(", ", book.Approvers.Order(StringComparer.Ordinal)))}");
    }

    private async Task<ActEnd> ActAsync(ReportAsk ask, List<(string Field, string Value)> values, ActTurn turn)
    {
        var by = turn.By.Name;
        var (draft, refusal) = ask.Verb switch
        {
            Write => await book.FillAsync(ask.Fault, values, by, CancellationToken.None),
            Submit => await book.SubmitAsync(ask.Fault, by, CancellationToken.None),
            Approve => await book.ApproveAsync(ask.Fault, values[0].Value, by, CancellationToken.None),
            _ => await book.RefuseAsync(ask.Fault, values[0].Value, by, CancellationToken.None),
        };
        var title = refusal is not null || draft is null ? "" : draft.Missing.IsEmpty ? ReportJson.Word(draft.Case.Step) : $"missing: {string.Join(", ", draft.Missing.Select(f => f.Name))}";
        return new(refusal ?? new(AnswerCodes.Verified, title), draft is null ? null : json =>
        {
            json.WriteStartObject("report"u8);
            ReportJson.Show(json, draft);
            json.WriteEndObject();
        });
    }

    private static Refusal? Read(ReportAsk ask, out List<(string Field, string Value)> values)
    {
        values = [];
        foreach (var argument in ask.Args)
        {
            if (argument.Shape is not ArgumentShape.Scalar || argument.Value.Kind is ValueKind.None) return new(AnswerCodes.BadArgument, $"\"{SafeText.Shown(argument.Name)}\" is a text");
            values.Add((argument.Name, argument.Value.ToString()));
        }

        if (ask.Verb is Write) return null;
        string[] known = ask.Verb switch { Approve => [Digest], Refuse => [Text], _ => [] };
        if (values.Count != known.Length || (known.Length == 1 && values[0].Field != known[0]))
            return new(AnswerCodes.BadArgument, known.Length == 0 ? "nothing is said here: \"report\" writes fields" : $"\"{known[0]}\" is needed, and nothing else");
        if (known.Length == 1 && (values[0].Value.Length is 0 or > ReportBook.LongestText || SafeText.FirstForbidden(values[0].Value) is not null))
            return new(AnswerCodes.BadText, $"\"{known[0]}\" is a text of 1 to {ReportBook.LongestText} characters without control characters");
        return null;
    }
}
