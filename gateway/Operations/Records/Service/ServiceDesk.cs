using System.Globalization;
using System.Text.Json;
using AvGateway.Operations.Access;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Journal;
using AvGateway.Operations.Records.Reading;

namespace AvGateway.Operations.Records.Service;

/// <summary>A wish about the ledger of the service period.</summary>
public sealed record ServiceAsk(string Verb, IReadOnlyDictionary<string, string> Args);

/// <summary>
/// Takes what people enter into the ledger of the service period. Nothing is changed there, only added; what the court must approve is approved by an
/// admin who did not enter it.
/// </summary>
public sealed class ServiceDesk(SiteFacts site, IJournalReader reader, IServiceJournal journal, TimeProvider time) : IDisposable
{
    public const string Add = "add";
    public const string Withdraw = "withdraw";
    public const string Approve = "approve";
    public const string Extend = "extend";
    public const string Sign = "sign";
    public const string Show = "show";

    private const int LongestInterval = 400;

    /// <summary>Entries of one answer, the newest.</summary>
    private const int MostShown = 50;

    /// <summary>The verbs and what each takes.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Verbs { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        [Add] = ["kind", "from", "to", "fromTime", "toTime", "scope", "text"],
        [Withdraw] = ["entry", "text"],
        [Approve] = ["entry"],
        [Extend] = ["end"],
        [Sign] = ["month"],
        [Show] = [],
    };

    public static IReadOnlyList<string> KindWords { get; } = [.. Enum.GetValues<ServiceKind>().Select(Word)];

    private readonly SemaphoreSlim _turn = new(1, 1);

    public static Refusal? Judge(User user, string verb) => verb switch
    {
        Show => Rights.MaySeeSite(user) ? null : new(AnswerCodes.NoRight, $"{user.Name} does not see the site"),
        Approve or Extend => Rights.MayApproveService(user) ? null : new(AnswerCodes.NoRight, $"{user.Name} may not approve for the court: an admin does"),
        _ => Rights.MayKeepService(user) ? null : new(AnswerCodes.NoRight, $"{user.Name} may not write into the ledger: an engineer or an admin does"),
    };

    public async Task<ActEnd> CarryOutAsync(ServiceAsk ask, string by)
    {
        // One after another: the number of an entry and the state that an approval is for must not move meanwhile.
        await _turn.WaitAsync(CancellationToken.None);
        try
        {
            var rows = new List<JournalRecord>();
            await foreach (var row in reader.ReadAsync(new("service."), CancellationToken.None)) rows.Add(row);
            var book = ServiceBook.Of(rows);
            return ask.Verb switch
            {
                Add => await AddAsync(ask, by, rows),
                Withdraw => await WithdrawAsync(ask, by, book),
                Approve => await ApproveAsync(ask, by, book),
                Extend => await ExtendAsync(ask, by, book),
                Sign => await SignAsync(ask, by),
                _ => ActEnd.Done("the ledger as it stands", json => Write(json, book)),
            };
        }
        catch (StoreUnavailableException)
        {
            return new(new(AnswerCodes.NoStore));
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<ActEnd> AddAsync(ServiceAsk ask, string by, List<JournalRecord> rows)
    {
        if (ask.Args.GetValueOrDefault("kind") is not { } kind || !KindWords.Contains(kind)) return Bad($"\"kind\" is one of {string.Join(", ", KindWords)}");
        if (DateOf(ask, "from") is not { } from) return Bad("\"from\" is a date, for example 2026-10-10");
        var to = ask.Args.ContainsKey("to") ? DateOf(ask, "to") : from;
        if (to is not { } last || last < from || last.DayNumber - from.DayNumber > LongestInterval) return Bad($"\"to\" is a date, not before \"from\" and at most {LongestInterval} days after");
        foreach (var name in (string[])["fromTime", "toTime"])
            if (ask.Args.TryGetValue(name, out var text) && !TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)) return Bad($"\"{name}\" is a time of day, for example 09:00");
        if (from == last && ask.Args.TryGetValue("fromTime", out var begins) && ask.Args.TryGetValue("toTime", out var ends) && string.CompareOrdinal(begins, ends) >= 0) return Bad("\"toTime\" comes after \"fromTime\"");
        var scope = ask.Args.GetValueOrDefault("scope", "site");
        if (scope != "site" && !site.Rooms.Any(r => r.Id == scope || r.Devices.Any(d => $"{r.Id}/{d.Id}" == scope))) return Bad($"\"scope\" is site, a room or room/device; there is no {SafeText.Shown(scope)}");
        if (ask.Args.GetValueOrDefault("text") is not { Length: > 0 } remark) return Bad("\"text\" is missing: what it was, without case data");
        var now = time.GetUtcNow();
        var year = TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById(site.Zone)).Year;
        var prefix = string.Create(CultureInfo.InvariantCulture, $"S-{year:0000}-");
        var number = rows.Count(r => r.Entry.Kind == RecordKinds.ServiceAdded && r.Entry.Subject.StartsWith(prefix, StringComparison.Ordinal)) + 1;
        var id = string.Create(CultureInfo.InvariantCulture, $"{prefix}{number:0000}");
        var details = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["kind"] = kind, ["from"] = Text(from), ["to"] = Text(last), ["scope"] = scope, ["text"] = remark };
        foreach (var name in (string[])["fromTime", "toTime"])
            if (ask.Args.TryGetValue(name, out var text)) details[name] = text;
        await KeepAsync(RecordKinds.ServiceAdded, id, by, details);
        return ActEnd.Done(id, json => json.WriteString("entry"u8, id));
    }

    private async Task<ActEnd> WithdrawAsync(ServiceAsk ask, string by, ServiceBook book)
    {
        if (Find(ask, book, out var refusal) is not { } entry) return refusal!;
        if (entry.ApprovedBy is { } approved) return new(new(AnswerCodes.ServiceStep, $"{entry.Id} was approved by {approved}: it stays"));
        if (ask.Args.GetValueOrDefault("text") is not { Length: > 0 } why) return Bad("\"text\" is missing: why it is withdrawn");
        await KeepAsync(RecordKinds.ServiceWithdrawn, entry.Id, by, new { text = why });
        return ActEnd.Done($"{entry.Id} is withdrawn");
    }

    private async Task<ActEnd> ApproveAsync(ServiceAsk ask, string by, ServiceBook book)
    {
        if (Find(ask, book, out var refusal) is not { } entry) return refusal!;
        if (entry.ApprovedBy is { } approved) return new(new(AnswerCodes.ServiceStep, $"{entry.Id} was approved by {approved}"));
        if (entry.By == by) return new(new(AnswerCodes.SecondPerson, $"{by} entered {entry.Id}: somebody else approves it"));
        await KeepAsync(RecordKinds.ServiceApproved, entry.Id, by, new { });
        return ActEnd.Done($"{entry.Id} is approved");
    }

    private async Task<ActEnd> ExtendAsync(ServiceAsk ask, string by, ServiceBook book)
    {
        if (site.Period is not { } contract) return new(new(AnswerCodes.ServiceStep, "the site file names no contract period (service.period)"));
        if (DateOf(ask, "end") is not { } end) return Bad("\"end\" is the proposed end, for example 2026-12-23");
        var term = book.TermOf(contract, contract.To);
        if (term.Waiting != end) return new(new(AnswerCodes.ServiceStep, term.Waiting is { } waiting ? $"proposed is {Text(waiting)}, not {Text(end)}" : "nothing waits for an approval"));
        await KeepAsync(RecordKinds.ServiceExtended, Text(end), by, new { end = Text(end), days = term.MissedDays });
        return ActEnd.Done($"the service period ends on {Text(end)}");
    }

    private async Task<ActEnd> SignAsync(ServiceAsk ask, string by)
    {
        if (!YearMonth.TryParse(ask.Args.GetValueOrDefault("month") ?? "", out var month)) return Bad("\"month\" is missing, for example 2026-10");
        var revision = 0;
        await foreach (var (_, row) in reader.ReadAsync(new(RecordKinds.Reported, month.ToString()), CancellationToken.None)) revision = RowDetails.Of(row.Details).Count("revision");
        if (revision == 0) return new(new(AnswerCodes.ServiceStep, $"there is no report of {month} to sign: make it first"));
        await KeepAsync(RecordKinds.ServiceSigned, month.ToString(), by, new { revision });
        return ActEnd.Done($"{month}, revision {revision}, is signed by {by}");
    }

    private void Write(Utf8JsonWriter json, ServiceBook book)
    {
        if (site.Period is { } contract)
        {
            var term = book.TermOf(contract, contract.To);
            json.WriteStartObject("term"u8);
            json.WriteString("from"u8, Text(contract.From));
            json.WriteString("to"u8, Text(contract.To));
            json.WriteNumber("days"u8, term.Days);
            json.WriteNumber("missedDays"u8, term.MissedDays);
            json.WriteString("proposedEnd"u8, Text(term.ProposedEnd));
            json.WriteString("effectiveEnd"u8, Text(term.EffectiveEnd));
            json.WriteString("remindOn"u8, Text(term.RemindOn));
            json.WriteEndObject();
        }

        json.WriteStartArray("entries"u8);
        foreach (var entry in book.Entries.TakeLast(MostShown))
        {
            json.WriteStartObject();
            json.WriteString("entry"u8, entry.Id);
            json.WriteString("kind"u8, Word(entry.Kind));
            json.WriteString("from"u8, Text(entry.From));
            json.WriteString("to"u8, Text(entry.To));
            json.WriteString("scope"u8, entry.Scope);
            json.WriteString("by"u8, entry.By);
            if (entry.ApprovedBy is { } approved) json.WriteString("approvedBy"u8, approved);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private ValueTask KeepAsync<T>(string kind, string subject, string by, T details) =>
        journal.AppendDurablyAsync(new(time.GetUtcNow(), kind, subject, by, JsonSerializer.Serialize(details, SiteFactsJson.Form)), CancellationToken.None);

    private static ServiceEntry? Find(ServiceAsk ask, ServiceBook book, out ActEnd? refusal)
    {
        var id = ask.Args.GetValueOrDefault("entry") ?? "";
        var entry = book.Entries.FirstOrDefault(e => e.Id == id);
        refusal = entry is null ? new(new(AnswerCodes.Unknown, $"there is no entry \"{SafeText.Shown(id)}\"")) : null;
        return entry;
    }

    private static DateOnly? DateOf(ServiceAsk ask, string name) =>
        DateOnly.TryParseExact(ask.Args.GetValueOrDefault(name), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;

    private static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Word(ServiceKind kind) => JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());

    private static ActEnd Bad(string why) => new(new(AnswerCodes.BadArgument, why));

    public void Dispose() => _turn.Dispose();
}
