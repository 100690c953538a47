using System.Collections.Immutable;
using AvGateway.Devices;
using AvGateway.Links;
using AvGateway.Operations.Commands;

namespace AvGateway.Operations.Probes;

// One run: with a deadline, judged, kept and told.
public sealed partial class ProbeWatch
{
    private async Task RunAsync(ProbeState state)
    {
        var turn = new ProbeTurn(state.Plan, _time);
        var began = _time.GetTimestamp();
        try
        {
            if (await SightAsync(state, turn) is { } sight) Take(state, turn, sight);
        }
        catch (Exception bug)
        {
            // The top loop of all probes: whatever a hearer throws, the next run comes.
            Crashed(_log, bug, Ulid.Make(_time), state.Plan.Id);
        }
        finally
        {
            Interlocked.Increment(ref _runs);
            Release(state, began);
        }
    }

    /// <summary>Null when the gateway stops.</summary>
    private async Task<ProbeSight?> SightAsync(ProbeState state, ProbeTurn turn)
    {
        var plan = state.Plan;
        if (!state.Straggler.IsCompleted) return ProbeSight.Blind(new("上一次探测尚未结束", "an earlier run has not ended"), new("如持续出现请重启网关；日志中有该探测的名称", "restart the gateway if this stays; its log names the probe"));
        using var late = new CancellationTokenSource(plan.Within, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, _stopping.Token);
        Task<ProbeSight>? run = null;
        try
        {
            run = plan.Kind.Run(turn, either.Token);
            return await run.WaitAsync(plan.Within + Grace, _time, _stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return null;
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return ProbeSight.Silent(ProbeTroubles.NoAnswer(plan.Within));
        }
        catch (TimeoutException)
        {
            state.Straggler = run!;
            _ = run!.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            StillRunning(_log, plan.Id, plan.Within);
            return ProbeSight.Silent(ProbeTroubles.NoAnswer(plan.Within));
        }
        catch (LinkException closed) when (closed.Reason is StatusReasons.AccessDenied or StatusReasons.HostKey)
        {
            return ProbeSight.Blind(ProbeTroubles.Of(closed), new("在站点文件中修正该探测的密钥、用户或主机密钥", "mend the probe's secret, user or host key in the site file"));
        }
        catch (Exception unreachable) when (unreachable is LinkException or System.Net.Sockets.SocketException or IOException)
        {
            return ProbeSight.Silent(ProbeTroubles.Of(unreachable));
        }
        catch (Exception bug)
        {
            var trace = Ulid.Make(_time);
            Crashed(_log, bug, trace, plan.Id);
            return ProbeSight.Blind(
                new($"探测程序自身出错（{bug.GetType().Name}），追踪号 {trace}", $"an error of the probe itself ({bug.GetType().Name}); trace {trace}"),
                new("请将网关日志发给维护人员", "send the gateway's log to whoever maintains it"));
        }
    }

    private void Take(ProbeState state, ProbeTurn turn, ProbeSight sight)
    {
        var at = _time.GetUtcNow();
        ImmutableArray<ProbeSymptom> symptoms;
        ProbeResult result;
        TaskCompletionSource<ProbeResult>[] asked;
        turn.Note($"{sight.Outcome.ToString().ToLowerInvariant()}: {sight.Says.En}");
        string? growth = null;
        lock (_gate)
        {
            if (state is { Growth: { } meter, Plan.Kind.Trend: { } trend } && sight.Measures.FirstOrDefault(m => m.Name == trend.From) is { Name: { } } grows)
            {
                if (meter.Add(at, grows.Value)) growth = meter.Write();
                if (meter.DaysUntil(trend.Full) is { } days) sight = sight with { Measures = sight.Measures.Add(new(trend.To, days)) };
            }

            (var quality, symptoms) = state.Policy.Judge(sight, at);
            result = new(at, quality, sight, turn.Elapsed, turn.Log);
            state.History.Add(result);
            if (quality != state.Quality || state.Last is null) state.Since = at;
            (state.Last, state.Quality, state.IsStale, state.Until) = (result, quality, false, at + Patience(state.Plan));
            foreach (var symptom in symptoms)
            {
                if (symptom.IsPresent) state.Raised[symptom.Kind] = symptom.Detail;
                else state.Raised.Remove(symptom.Kind);
            }

            asked = [.. state.Asked];
            state.Asked.Clear();
        }

        var subject = state.Plan.Subject.OfFault(state.Plan.Id);
        foreach (var symptom in symptoms) _outlets.Tell(new(subject, ProbeFaults.CodeOf(symptom.Kind, state.Plan.Id)), symptom.IsPresent, symptom.Detail);
        Changed?.Invoke(state.Plan.Id);
        foreach (var waiting in asked) waiting.TrySetResult(result);
        if (growth is not null) _ = KeepAsync(state.Plan.Id, growth);
    }

    // A point an hour: what a week of growth was must not be forgotten by a restart. What cannot be stored comes with the next hour's.
    private async Task KeepAsync(string probe, string growth)
    {
        try
        {
            await _outlets.State.PutAsync(GrowthKind, probe, growth, _stopping.Token);
        }
        catch (Exception unwell) when (unwell is Durable.StoreUnavailableException or OperationCanceledException)
        {
            NotKept(_log, unwell, probe);
        }
    }
}
