using AvGateway.Operations.Commands;
using AvGateway.Operations.Durable;

namespace AvGateway.Operations.Inspections;

/// <summary>A signature: whose word it is stands in <paramref name="By"/>, the user who was signed in.</summary>
/// <param name="Row">A manual row or work by running hours; null: the whole form.</param>
public sealed record InspectionSignature(string Inspection, string? Row, ManualResult Verdict, string? Text, string By);

/// <summary>What people sign. A signed row and a signed form stay as they are; a correction is a new inspection.</summary>
public sealed partial class Inspector
{
    /// <summary>Signs durably, or not at all.</summary>
    public async Task<InspectionAnswer> SignAsync(InspectionSignature signature, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            if (Find(signature.Inspection) is not { } inspection) return InspectionAnswer.Refused(AnswerCodes.Unknown, $"there is no inspection {SafeText.Shown(signature.Inspection)}");
            if (inspection.State is InspectionState.Running) return InspectionAnswer.Refused(AnswerCodes.InspectionStep, $"{inspection.Id} is still under way");
            if (inspection.SignedBy is { } signed) return InspectionAnswer.Refused(AnswerCodes.InspectionStep, $"{inspection.Id} was signed by {signed}: it stays as it is");
            var now = parts.Time.GetUtcNow();
            if (signature.Row is not { } row) return inspection.Manual.FirstOrDefault(m => m.Verdict is ManualResult.Open) is { } open
                ? InspectionAnswer.Refused(AnswerCodes.InspectionStep, $"{inspection.OpenManual} manual rows have no name yet, the first is {open.Id}: the form is signed after them")
                : await KeepSignedAsync(inspection with { SignedBy = signature.By, SignedAt = now }, null, signature);
            if (inspection.Manual.FirstOrDefault(m => m.Id == row) is { } manual)
            {
                if (manual.Verdict is not ManualResult.Open) return InspectionAnswer.Refused(AnswerCodes.InspectionStep, $"{row} was signed by {manual.By}");
                var filled = manual with { Verdict = signature.Verdict, By = signature.By, At = now, Text = signature.Text };
                return await KeepSignedAsync(inspection with { Manual = inspection.Manual.Replace(manual, filled) }, null, signature);
            }

            if (inspection.Hours.FirstOrDefault(h => h.Id == row) is { } hours)
            {
                if (hours.By is { } by) return InspectionAnswer.Refused(AnswerCodes.InspectionStep, $"{row} was signed by {by}");
                if (signature.Verdict is not ManualResult.Ok) return InspectionAnswer.Refused(AnswerCodes.BadArgument, "work by running hours is signed as done (ok), or not at all");
                var done = hours with { By = signature.By, At = now };
                return await KeepSignedAsync(inspection with { Hours = inspection.Hours.Replace(hours, done) }, (row, new(hours.Hours, signature.By, now)), signature);
            }

            var known = inspection.Manual.Select(m => m.Id).Concat(inspection.Hours.Select(h => h.Id)).Take(10);
            return InspectionAnswer.Refused(AnswerCodes.BadArgument, $"{inspection.Id} has no row \"{SafeText.Shown(row)}\" to sign: {string.Join(", ", known)}");
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<InspectionAnswer> KeepSignedAsync(Inspection signed, (string Id, InspectionTable.SignedWork Work)? work, InspectionSignature signature)
    {
        var details = new { row = signature.Row, result = Rooms.RunJson.Word(signature.Verdict), text = signature.Text };
        try
        {
            await _table.SignAsync(signed, work, Row(signed, "signed", signature.By, details), CancellationToken.None).AsTask().WaitAsync(StoreWithin, parts.Time);
        }
        catch (Exception unwell) when (unwell is StoreUnavailableException or TimeoutException)
        {
            return InspectionAnswer.Refused(AnswerCodes.NoStore, "a signature that cannot be stored does not count");
        }

        if (work is { } done) _work = new(_work) { [done.Id] = done.Work };
        lock (_gate) _all[signed.Id] = signed;
        parts.File(signed);
        Changed?.Invoke(signed);
        return new(signed, null);
    }
}
