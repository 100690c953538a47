using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Links;

namespace AvGateway.Drivers.Conformance;

/// <summary>Tries a driver on one device, rule by rule, and grades it.</summary>
public static class ConformanceKit
{
    private const string InStep = "in-step";

    /// <param name="told">Hears each result as it comes.</param>
    public static async Task<GradeCard> RunAsync(ConformancePlan plan, ILinkFactory links, TimeProvider time, Action<CheckResult>? told, CancellationToken cancellation)
    {
        var results = new List<CheckResult>();
        IReadOnlyList<string> left;
        await using var subject = new Subject(plan, links, time, cancellation);
        subject.Start();
        var isThere = true;
        try
        {
            foreach (var check in Checks.For(plan.Manifest).Where(c => c.Id == InStep || plan.Only?.Contains(c.Id) is not false))
            {
                var result = isThere ? await TryAsync(subject, check) : new(check, CheckOutcome.Skipped, "the device was never in step", TimeSpan.Zero);
                if (check.Id == InStep) isThere = result.Outcome is CheckOutcome.Passed;
                results.Add(result);
                told?.Invoke(result);
            }
        }
        finally
        {
            left = await subject.RestoreAsync();
        }

        var compared = TranscriptComparison.Of(plan.Transcripts, subject.Frames);
        var snapshot = subject.Snapshot;
        return new(
            plan, GradeOf(plan, results, snapshot), time.GetUtcNow(), Text(snapshot, CommonWords.ModelName), Text(snapshot, CommonWords.FirmwareVersion), results, compared, left);
    }

    /// <summary>Each rung wants all of its rules and those below; what could not be tried for want of a right or of somebody's hand was not shown.</summary>
    private static Grade? GradeOf(ConformancePlan plan, List<CheckResult> results, DeviceSnapshot snapshot)
    {
        if (plan.Only is not null || !Holds(results.Where(r => r.Check.Rung is Grade.Bench))) return null;
        var hasVerbs = plan.Manifest.Verbs.Count > 0;
        if (!Holds(results) || (hasVerbs && !plan.MayAct)) return Grade.Bench;
        if (hasVerbs && plan.Manifest.CanBeAsked && results.Find(r => r.Check.Id == "act") is not { Outcome: CheckOutcome.Passed }) return Grade.Bench;
        var isNamed = plan.Hardware is not null || Text(snapshot, CommonWords.FirmwareVersion) is not null;
        var wasTouched = !hasVerbs || results.Exists(r => r.Check.Id == "hand" && r.Outcome is CheckOutcome.Passed);
        return plan.FarEnd is null && isNamed && wasTouched ? Grade.Court : Grade.Room;
    }

    private static bool Holds(IEnumerable<CheckResult> results) => results.All(r => r.Outcome is not CheckOutcome.Failed);

    private static string? Text(DeviceSnapshot snapshot, string property) => snapshot[property] is { Kind: ValueKind.Text, Text.Length: > 0 } value ? value.Text : null;

    private static async Task<CheckResult> TryAsync(Subject subject, Check check)
    {
        var began = subject.Now;
        CheckResult Ended(CheckOutcome outcome, string detail) => new(check, outcome, detail, subject.Since(began));
        if (Missing(subject, check) is { } missing) return Ended(CheckOutcome.Skipped, missing);
        try
        {
            if (check.Needs.HasFlag(Needs.Act)) subject.Act = Acts.Find(subject.Plan, subject.Snapshot);
            await check.Run(subject);
            return Ended(CheckOutcome.Passed, "");
        }
        catch (NotHereException notHere)
        {
            return Ended(CheckOutcome.Skipped, notHere.Message);
        }
        catch (NotKeptException notKept)
        {
            return Ended(CheckOutcome.Failed, notKept.Message);
        }
        catch (TimeoutException)
        {
            return Ended(CheckOutcome.Failed, "a command did not come to an end");
        }
    }

    private static string? Missing(Subject subject, Check check)
    {
        var plan = subject.Plan;
        if (check.Needs.HasFlag(Needs.Act) && plan.Manifest.Verbs.Count == 0) return "this device has no verbs";
        if (check.Needs.HasFlag(Needs.Acts) && !plan.MayAct) return "changes something: allow it with --acts";
        if (check.Needs.HasFlag(Needs.Unkindness) && plan.FarEnd is null) return "a real device is not made unkind";
        if (check.Needs.HasFlag(Needs.Hand) && plan.FarEnd is null && plan.Hand is null) return "wants somebody at the device: --hand";
        return null;
    }
}
