using AvGateway.Operations.Access;
using AvGateway.Operations.Commands;

namespace AvGateway.Operations.Probes;

/// <summary>What people ask of a probe.</summary>
public enum ProbeVerb
{
    /// <summary>Look now, and answer with what was seen and the run's log.</summary>
    Run,

    /// <summary>The chart's points and the last bad runs.</summary>
    History,
}

/// <summary>Takes wishes about probes. Looking loads the network and is the engineers'; what was seen may be asked by whoever sees the subject.</summary>
public sealed class ProbeDesk(ProbeWatch probes, ActDesk acts, TimeProvider time)
{
    public static IReadOnlyDictionary<string, ProbeVerb> Verbs { get; } = new Dictionary<string, ProbeVerb>(StringComparer.Ordinal) { ["run"] = ProbeVerb.Run, ["history"] = ProbeVerb.History };

    /// <param name="place">The device or room that the topic named, null for the site: a probe is asked where it is shown.</param>
    public void Ask(ActAsk ask, string probe, string? place, ProbeVerb verb, IAnswers answers)
    {
        var view = probes.Find(probe);
        if (view is not null && place != Place(view.Plan)) view = null;
        acts.Ask(
            ask,
            user => view is null ? new(AnswerCodes.Unknown, "there is no such probe here")
                : verb is ProbeVerb.Run && !Rights.MayRunProbes(user) ? new(AnswerCodes.NoRight, $"{user.Name} may not run probes")
                : !Rights.MaySeeProbe(user, view.Plan.Subject.Room) ? new(AnswerCodes.NoRight, $"{user.Name} may not see this probe")
                : null,
            turn => verb is ProbeVerb.Run ? RunAsync(probe, turn) : Task.FromResult(History(probe)),
            answers);
    }

    /// <summary>Where a probe is shown and asked: <c>room/device</c>, a room, or null for the site.</summary>
    public static string? Place(ProbePlan plan) => plan.Subject.Device?.ToString() ?? plan.Subject.OfRoom;

    private async Task<ActEnd> RunAsync(string probe, ActTurn turn)
    {
        if (probes.RunNow(probe) is not { } running) return new(new(AnswerCodes.NotNow, "the gateway is starting or stopping"));
        ProbeResult result;
        try
        {
            result = await running.WaitAsync(turn.Left, time);
        }
        catch (Exception gone) when (gone is TimeoutException or OperationCanceledException)
        {
            return new(new(AnswerCodes.Busy, "the probe was not run in time: its host is busy with others"));
        }

        var view = probes.Find(probe)!;
        return ActEnd.Done($"{ProbeJson.Word(result.Quality)}: {result.Sight.Says.En}", json =>
        {
            json.WriteStartObject("probe"u8);
            ProbeJson.Show(json, view with { Last = null });
            ProbeJson.Show(json, result, withLog: true);
            json.WriteEndObject();
        });
    }

    private ActEnd History(string probe)
    {
        var (points, failures) = probes.HistoryOf(probe);
        return ActEnd.Done($"{points.Length} runs", json =>
        {
            json.WriteStartObject("history"u8);
            ProbeJson.ShowHistory(json, points, failures);
            json.WriteEndObject();
        });
    }
}
