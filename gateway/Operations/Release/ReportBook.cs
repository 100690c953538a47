using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Journal;

namespace AvGateway.Operations.Release;

/// <summary>Where what was frozen and what left is kept, file by file.</summary>
public interface IReleaseShelf
{
    /// <exception cref="IOException">It could not be kept.</exception>
    void Put(string fault, int revision, string name, byte[] content);

    byte[]? Find(string fault, int revision, string name);
}

/// <summary>What the reports of a site stand on.</summary>
public sealed record ReportParts(FactGathering Facts, FaultWatch Faults, IStateTable State, IReleaseShelf Shelf, Screening Screening, TimeProvider Time)
{
    /// <summary>Packets that were kept of the time around a fault, as they may leave.</summary>
    public Func<Fault, IReadOnlyList<PacketWindow>> WindowsOf { get; init; } = static _ => [];

    /// <summary>Tells the vendor or carrier of a fault that a report was let go; whether that is durable.</summary>
    public Func<Fault, int, Task<bool>> Hand { get; init; } = static (_, _) => Task.FromResult(true);
}

/// <summary>What came of a wish: the report as it is now, or why nothing was done. Both where it is refused for what is missing.</summary>
public readonly record struct ReportAnswer(ReportDraft? Draft, Refusal? Refusal);

/// <summary>A bundle on its way out.</summary>
public sealed record BundleAnswer(byte[] Archive, bool IsReleased, ReportDraft Draft);

/// <summary>
/// All reports of a site: written by people over what the gateway knows, frozen when complete, and let go by somebody of the court who wrote none of
/// it. What left stands in the service record with its digest, in the commit that let it go.
/// </summary>
public sealed class ReportBook(ReportParts parts) : IDisposable
{
    public const string FrozenArchive = "bundle.zip";
    public const string ReleasedArchive = "released.zip";

    /// <summary>Of one field, in characters.</summary>
    public const int LongestText = 400;

    /// <summary>Of all fields, in UTF-8: a report goes out in one message.</summary>
    public const int MostBytes = 6000;

    private const string Kind = "report";

    private readonly ConcurrentDictionary<string, ReportCase> _cases = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>A report as it is now, after it was stored.</summary>
    public event Action<ReportDraft>? Changed;

    /// <summary>Whose word lets a report go; empty: every admin's.</summary>
    public IReadOnlySet<string> Approvers => parts.Facts.Site.Approvers;

    /// <exception cref="JsonException">A stored report is damaged: the gateway must not start as if there were none.</exception>
    public async Task RestoreAsync(CancellationToken cancellation)
    {
        foreach (var document in await parts.State.LoadAllAsync(Kind, cancellation))
        {
            if (parts.Faults.Find(document.Key) is not null) _cases[document.Key] = ReportCase.Read(document.Json);
            else await parts.State.DeleteAsync(Kind, document.Key, cancellation);
        }
    }

    /// <summary>Hands over what was let go in the moment in which an earlier process ended.</summary>
    public async Task HandOverAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            foreach (var known in _cases.Values.Where(c => c.Released?.Revision > c.HandedOver).ToList()) await HandOverAsync(known, cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The reports of open faults, for whoever shows them.</summary>
    public async Task<IReadOnlyList<ReportDraft>> OpenAsync(CancellationToken cancellation)
    {
        var all = new List<ReportDraft>();
        foreach (var known in _cases.Values.OrderBy(c => c.Fault, StringComparer.Ordinal))
            if (parts.Faults.Find(known.Fault) is { IsClosed: false } fault) all.Add(await DraftAsync(fault, cancellation));
        return all;
    }

    /// <summary>What the court let go to whoever has the fault now; null: nothing did.</summary>
    public ReleasedReport? ReleasedOf(Fault fault) => _cases.TryGetValue(fault.Id, out var known) && known.Released is { } released && released.Party == fault.Party ? released : null;

    public async Task<ReportDraft> DraftAsync(Fault fault, CancellationToken cancellation)
    {
        var facts = await parts.Facts.OfAsync(fault, cancellation);
        return new(facts, _cases.GetValueOrDefault(fault.Id) ?? new ReportCase(fault.Id, facts.Kind));
    }

    /// <summary>Writes fields; an empty text takes one out again.</summary>
    public Task<ReportAnswer> FillAsync(string id, IReadOnlyList<(string Field, string Value)> values, string by, CancellationToken cancellation) => InTurnAsync(id, async fault =>
    {
        var draft = await DraftAsync(fault, cancellation);
        var known = draft.Case;
        if (values.Count > 0 && ReportCycle.Next(known.Step, ReportMove.Write) is { } next)
        {
            // What was let go stays as it is; the next word begins another revision.
            known = known with { Step = next, Submitted = null, Refused = null, Revision = known.Step is ReportStep.Released ? known.Revision + 1 : known.Revision, Authors = known.Authors.Add(by) };
        }

        foreach (var (name, value) in values)
        {
            if (Check(known.Kind, name, value) is { } refusal) return new(draft, refusal);
            known = known with { Filled = value.Length == 0 ? known.Filled.Remove(name) : known.Filled.SetItem(name, new(value, by, parts.Time.GetUtcNow())) };
        }

        if (known.Filled.Values.Sum(f => Encoding.UTF8.GetByteCount(f.Value)) > MostBytes) return new(draft, new(AnswerCodes.OutOfRange, $"all fields together hold at most {MostBytes} bytes"));
        var now = parts.Time.GetUtcNow();
        var record = new JournalEntry(now, "report.written", id, by, JsonSerializer.Serialize(new { revision = known.Revision, fields = values.Select(v => v.Field).Order(StringComparer.Ordinal) }));
        return await StoreAsync(known, values.Count > 0 ? record : null, draft.Facts, cancellation);
    }, cancellation);

    /// <summary>Freezes the report with its evidence; refused with the list of what is missing.</summary>
    public Task<ReportAnswer> SubmitAsync(string id, string by, CancellationToken cancellation) => InTurnAsync(id, async fault =>
    {
        var draft = await DraftAsync(fault, cancellation);
        if (draft.Missing.Length > 0) return new(draft, new(AnswerCodes.ReportIncomplete, $"missing: {string.Join(", ", draft.Missing.Select(f => f.Name))}"));
        if (ReportCycle.Next(draft.Case.Step, ReportMove.Submit) is not { } next) return new(draft, new(AnswerCodes.ReportStep, "it was let go already; write what is new first"));
        var files = EvidenceBundle.Files(draft, await WindowsAsync(fault, cancellation));
        if (Leak(files) is { } leak) return new(draft, leak);
        var archive = BundleArchive.Zip(files);
        if (Keep(id, draft.Case.Revision, FrozenArchive, archive) is { } unkept) return new(draft, unkept);
        var now = parts.Time.GetUtcNow();
        var submission = new Submission(by, now, ReportJson.Digest(files[0].Content), ReportJson.Digest(files.First(f => f.Name == EvidenceBundle.ReportFile).Content), draft.Facts.Party!);
        var known = draft.Case with { Step = next, Submitted = submission, Refused = null, Authors = draft.Case.Authors.Add(by) };
        var record = new JournalEntry(now, "report.submitted", id, by, JsonSerializer.Serialize(new
        {
            revision = known.Revision,
            party = submission.Party,
            manifest = submission.Digest,
            report = submission.Report,
            bytes = archive.Length,
        }));
        var stored = await StoreAsync(known, record, draft.Facts, cancellation);
        if (stored.Refusal is null) await SayAsync(id, FaultWords.ReportSubmitted, by, $"revision {known.Revision} for {submission.Party}, sha256 {submission.Digest}", cancellation);
        return stored;
    }, cancellation);

    /// <summary>The court's word: what was frozen leaves, as it was frozen.</summary>
    /// <param name="digest">Of what was looked at; another one means that something else would leave.</param>
    public Task<ReportAnswer> ApproveAsync(string id, string digest, string by, CancellationToken cancellation) => InTurnAsync(id, async fault =>
    {
        var draft = await DraftAsync(fault, cancellation);
        var known = draft.Case;
        if (known.Submitted is not { } submission || ReportCycle.Next(known.Step, ReportMove.Approve) is not { } next) return new(draft, new(AnswerCodes.ReportStep, "nothing waits for approval: it is submitted first"));
        if (known.Authors.Contains(by)) return new(draft, new(AnswerCodes.NoRight, $"{by} wrote in this report: somebody else of the court approves it"));
        if (!string.Equals(digest, submission.Digest, StringComparison.OrdinalIgnoreCase)) return new(draft, new(AnswerCodes.OutOfRange, "\"digest\" is not that of what was submitted: look at it again"));
        if (draft.Facts.Party != submission.Party) return new(draft, new(AnswerCodes.ReportStep, $"it was written for {submission.Party}, and {draft.Facts.Party ?? "nobody"} has the fault now: submit it again"));
        if (parts.Shelf.Find(id, known.Revision, FrozenArchive) is not { } frozen || BundleArchive.Read(frozen, submission.Digest) is not { } files)
            return new(draft, new(AnswerCodes.ReportStep, "the files that were frozen are not there or were changed: submit it again"));
        var now = parts.Time.GetUtcNow();
        var archive = BundleArchive.Zip(files.Add(EvidenceBundle.Approval(by, now, submission, id, known.Revision)));
        if (Keep(id, known.Revision, ReleasedArchive, archive) is { } unkept) return new(draft, unkept);
        var content = files.First(f => f.Name == EvidenceBundle.ReportFile).Content;
        var released = new ReleasedReport(known.Revision, submission.Party, submission.By, by, now, submission.Digest, submission.Report, ReportJson.Digest(archive), Encoding.UTF8.GetString(content));
        known = known with { Step = next, Released = released };
        var record = new JournalEntry(now, "report.released", id, by, JsonSerializer.Serialize(new
        {
            revision = known.Revision,
            party = released.Party,
            author = released.Author,
            manifest = released.Digest,
            report = released.Report,
            bundle = released.Bundle,
            bytes = archive.Length,
        }));
        var stored = await StoreAsync(known, record, draft.Facts, cancellation);
        if (stored.Refusal is null) await HandOverAsync(known, cancellation);
        return stored;
    }, cancellation);

    /// <summary>The court does not let it go, and says why.</summary>
    public Task<ReportAnswer> RefuseAsync(string id, string text, string by, CancellationToken cancellation) => InTurnAsync(id, async fault =>
    {
        var draft = await DraftAsync(fault, cancellation);
        if (ReportCycle.Next(draft.Case.Step, ReportMove.Refuse) is not { } next) return new(draft, new(AnswerCodes.ReportStep, "nothing waits for approval"));
        var now = parts.Time.GetUtcNow();
        var known = draft.Case with { Step = next, Submitted = null, Refused = new(by, now, text) };
        var stored = await StoreAsync(known, new(now, "report.refused", id, by, JsonSerializer.Serialize(new { revision = known.Revision })), draft.Facts, cancellation);
        if (stored.Refusal is null) await SayAsync(id, FaultWords.ReportRefused, by, $"revision {known.Revision}", cancellation);
        return stored;
    }, cancellation);

    /// <summary>What left; what waits for approval; or what would be frozen now. Null: there is no such fault, or something in it must not leave.</summary>
    public async Task<(BundleAnswer? Bundle, Refusal? Refusal)> BundleAsync(string id, bool isReportAlone, CancellationToken cancellation)
    {
        if (parts.Faults.Find(id) is not { } fault) return (null, new(AnswerCodes.Unknown, $"there is no open fault {SafeText.Shown(id)}"));
        var draft = await DraftAsync(fault, cancellation);
        var known = draft.Case;
        if (isReportAlone && known.Step is ReportStep.Draft && draft.Missing.Length > 0) return (null, new(AnswerCodes.ReportIncomplete, $"missing: {string.Join(", ", draft.Missing.Select(f => f.Name))}"));
        var archive = known.Step switch
        {
            ReportStep.Released => parts.Shelf.Find(id, known.Revision, ReleasedArchive),
            ReportStep.Submitted => parts.Shelf.Find(id, known.Revision, FrozenArchive),
            _ => null,
        };
        if (archive is null && known.Step is not ReportStep.Draft) return (null, new(AnswerCodes.ReportStep, "the files of this revision are not in the data directory any more"));
        ImmutableArray<BundleFile> files;
        if (archive is null)
        {
            files = EvidenceBundle.Files(draft, await WindowsAsync(fault, cancellation));
            if (Leak(files) is { } leak) return (null, leak);
        }
        else if (BundleArchive.Unpack(archive) is { } unpacked)
        {
            files = unpacked;
        }
        else
        {
            return (null, new(AnswerCodes.ReportStep, "the files of this revision are damaged"));
        }

        if (isReportAlone) files = [.. files.Where(f => f.Name.StartsWith("report.", StringComparison.Ordinal) || f.Name == EvidenceBundle.ReleaseFile)];
        return (new(isReportAlone || archive is null ? BundleArchive.Zip(files) : archive, known.Step is ReportStep.Released, draft), null);
    }

    public void Dispose() => _turn.Dispose();

    // Files of some size are read for it.
    private Task<IReadOnlyList<PacketWindow>> WindowsAsync(Fault fault, CancellationToken cancellation) => Task.Run(() => parts.WindowsOf(fault), cancellation);

    private Refusal? Check(ReportKind kind, string name, string value)
    {
        var fields = ReportFields.Of(kind);
        if (fields.FirstOrDefault(f => f.Name == name) is not { MayBeWritten: true } field)
            return new(AnswerCodes.BadArgument, $"\"{SafeText.Shown(name)}\": this report knows {string.Join(", ", fields.Where(f => f.MayBeWritten).Select(f => f.Name))}");
        if (value.Length == 0) return null;
        if (value.Length > LongestText) return new(AnswerCodes.OutOfRange, $"\"{name}\" has more than {LongestText} characters");
        if (SafeText.FirstForbidden(value) is { } forbidden) return new(AnswerCodes.BadText, $"\"{name}\" holds {forbidden}");
        if (!field.Words.IsEmpty && field.Words.All(w => w.Word != value) && !(value == ReportField.Unknown && field.Source is FieldSource.Either))
            return new(AnswerCodes.OutOfRange, $"\"{name}\" is one of {string.Join(", ", field.Words.Select(w => w.Word))}");
        return parts.Screening.Of(value, field.IsVersion) is { } found ? new(AnswerCodes.BadText, $"\"{name}\" holds {found.En}, which may not leave the court: take it out") : null;
    }

    // The last net: what no field should have let through stops everything.
    private Refusal? Leak(ImmutableArray<BundleFile> files) =>
        files.FirstOrDefault(f => f.Name != EvidenceBundle.SchemaFile && parts.Screening.HoldsSecret(f.Text)) is { } file
            ? new(AnswerCodes.BadText, $"{file.Name} would hold a password or an address of the site file: nothing leaves") : null;

    private Refusal? Keep(string id, int revision, string name, byte[] content)
    {
        try
        {
            parts.Shelf.Put(id, revision, name, content);
            return null;
        }
        catch (Exception unwell) when (unwell is IOException or UnauthorizedAccessException)
        {
            return new(AnswerCodes.NoStore, $"the bundle could not be kept: {unwell.Message}");
        }
    }

    private async Task<ReportAnswer> StoreAsync(ReportCase known, JournalEntry? record, ReportFacts facts, CancellationToken cancellation)
    {
        var batch = new StoreBatch().Put(Kind, known.Fault, known.Write());
        if (record is not null) batch.Record(record);
        try
        {
            await parts.State.CommitAsync(batch, cancellation);
        }
        catch (StoreUnavailableException)
        {
            return new(null, new(AnswerCodes.NoStore));
        }

        _cases[known.Fault] = known;
        var draft = new ReportDraft(facts, known);
        Changed?.Invoke(draft);
        return new(draft, null);
    }

    // What the court let go has left with the commit that says so; that its fault and its receiver know of it are two more, and each may be done twice rather than not at all.
    private async Task HandOverAsync(ReportCase known, CancellationToken cancellation)
    {
        if (known.Released is not { } released || parts.Faults.Find(known.Fault) is not { } fault) return;
        var text = $"revision {released.Revision} to {released.Party}, sha256 {released.Bundle}";
        if (!fault.TimeLine.Any(l => l.What == FaultWords.ReportReleased && l.Text == text)
            && (await SayAsync(fault.Id, FaultWords.ReportReleased, released.By, text, cancellation, released.Party)).Refusal is not null) return;
        if (!await parts.Hand(fault, released.Revision)) return;
        var handed = known with { HandedOver = released.Revision };
        try
        {
            await parts.State.CommitAsync(new StoreBatch().Put(Kind, handed.Fault, handed.Write()), cancellation);
        }
        catch (StoreUnavailableException)
        {
            // It stays to be done, and the next start does it.
            return;
        }

        _cases[handed.Fault] = handed;
    }

    private Task<FaultAnswer> SayAsync(string id, string word, string by, string text, CancellationToken cancellation, string? handTo = null) =>
        parts.Faults.ActAsync(id, new(FaultVerb.Note, by, text) { LineWord = word, HandTo = handTo }, cancellation);

    private async Task<ReportAnswer> InTurnAsync(string id, Func<Fault, Task<ReportAnswer>> act, CancellationToken cancellation)
    {
        if (parts.Faults.Find(id) is not { } fault) return new(null, new(AnswerCodes.Unknown, $"there is no open fault {SafeText.Shown(id)}"));
        await _turn.WaitAsync(cancellation);
        try
        {
            return await act(fault);
        }
        finally
        {
            _turn.Release();
        }
    }
}
